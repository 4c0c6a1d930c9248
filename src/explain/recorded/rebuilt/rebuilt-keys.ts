/** Keys that nobody has read, as calls on them are recorded: policy, grants, tags, aliases and state. */
import { parseArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import { EXISTENCE, members, type RecordedChange, text } from '../../../import/cloudtrail/changes/change.ts';
import { inputOfMembers } from '../../../invoke/audit/recorded-members.ts';
import { entriesOf, isListed } from '../../../invoke/imported/described.ts';
import { serviceShapes } from '../../../shapes/services.ts';
import type { StructureShape } from '../../../shapes/shape.ts';
import { type Present, pastChange } from '../../history/timelines.ts';
import { partsNamed, type Rebuilding, type RebuiltAnswer, rebuiltAnswer, tagsOf } from './rebuilt-answer.ts';
import type { SeenState } from './seen-key-states.ts';

export function rebuiltKeys(from: Rebuilding, states: ReadonlyMap<string, SeenState>): RebuiltAnswer[] {
  const aliases = aliasesByKey(from);
  const isGone = listedBy(from);
  const unusable = [...states.keys()].filter((arn) => states.get(arn)?.keyState !== 'Enabled');
  const arns = [...from.timelines.owners()].filter((owner) => KEY.test(owner));
  return [...new Set([...arns, ...unusable])].flatMap((arn) => {
    const { account = '', region = '', resource = '' } = parseArn(arn) ?? {};
    const key = { account, region, keyId: resource.slice('key/'.length) };
    const seen = states.get(arn);
    const present = isGone(key) ? undefined : (from.timelines.now(arn) ?? onlySeen(from, arn, seen));
    return present ? answersOf(key, arn, { ...present, seen }, aliases.get(arn) ?? []) : [];
  });
}

/** A key that is in some state is there, unless it was deleted since. */
function onlySeen({ timelines }: Rebuilding, arn: string, state: SeenState | undefined): Present | undefined {
  if (!state || timelines.firstSince([arn], state.seen.at)) return undefined;
  return { isWhole: false, parts: new Map(), first: state.seen, last: state.seen };
}

type SeenKey = Present & { readonly seen: SeenState | undefined };

const KEY = /^arn:[^:]*:kms:[^:]+:\d{12}:key\//;

interface Key extends Scope {
  readonly keyId: string;
}

/** Where keys were listed, one that is not among them is gone. */
function listedBy(from: Rebuilding): (key: Key) => boolean {
  const ids = new Map<string, ReadonlySet<string> | undefined>();
  const idsIn = (scope: Scope) =>
    isListed(from, 'kms:ListKeys', scope)
      ? new Set(entriesOf<{ KeyId: string }>(from, 'kms:ListKeys', scope, 'Keys').map(({ KeyId }) => KeyId))
      : undefined;
  return ({ account, region, keyId }) => {
    const place = `${account}/${region}`;
    if (!ids.has(place)) ids.set(place, idsIn({ account, region }));
    const listed = ids.get(place);
    return listed !== undefined && !listed.has(keyId);
  };
}

/** Of every alias that is there, the key that it names. */
function aliasesByKey({ timelines }: Rebuilding): Map<string, string[]> {
  const aliases = new Map<string, string[]>();
  for (const owner of timelines.owners()) {
    const [, name] = /^arn:[^:]*:kms:[^:]+:\d{12}:(alias\/.+)$/.exec(owner) ?? [];
    const key = name && timelines.now(owner)?.parts.get('target')?.value;
    if (key) aliases.set(key, [...(aliases.get(key) ?? []), name]);
  }
  return aliases;
}

function answersOf(
  { keyId: KeyId, account, region }: Key,
  arn: string,
  present: SeenKey,
  aliases: readonly string[],
): RebuiltAnswer[] {
  const answer = (
    operation: string,
    output: RebuiltAnswer['output'],
    { input = {}, of = present }: { input?: object; of?: Parameters<typeof rebuiltAnswer>[1] } = {},
  ) =>
    rebuiltAnswer({ operation: `kms:${operation}`, account, region, input: { KeyId, ...input }, output }, of);
  const seenIn = (change: RecordedChange) => ({ ...present, isWhole: true, last: pastChange(change) });
  const policy = present.parts.get('key policy');
  const Tags = tagsOf(present).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value }));
  const answers = [
    answer('DescribeKey', { KeyMetadata: metadataOf(arn, KeyId, present) }),
    answer('ListGrants', {
      Grants: partsNamed(present, 'grant ').map(([id, { value }]) => grantOf(id, value ?? '{}')),
    }),
    answer('ListResourceTags', { Tags }),
    answer('ListAliases', { Aliases: aliases.map((AliasName) => ({ AliasName, TargetKeyId: KeyId })) }),
  ];
  if (policy?.value) {
    const about = { input: { PolicyName: 'default' }, of: seenIn(policy) };
    answers.push(answer('GetKeyPolicy', { Policy: policy.value }, about));
  }
  const rotation = present.parts.get('rotation');
  if (rotation || present.isWhole)
    answers.push(answer('GetKeyRotationStatus', { KeyRotationEnabled: rotation !== undefined }));
  return answers;
}

function metadataOf(Arn: string, KeyId: string, { parts, first, seen }: SeenKey): object {
  const { responseElements } = parts.get(EXISTENCE)?.event ?? {};
  const { keyMetadata, replicaKeyMetadata } = members(responseElements);
  const shape = serviceShapes('kms').operation('DescribeKey')?.output as StructureShape;
  const description = parts.get('description')?.value;
  const recorded = {
    ...members(keyMetadata ?? replicaKeyMetadata),
    validTo: parts.get('expiry')?.value,
    ...stateOf(parts.get('state'), seen),
    ...(description && { description }),
  };
  return {
    ...members(members(inputOfMembers(shape, { keyMetadata: recorded })).KeyMetadata),
    KeyId,
    Arn,
    CreationDate: parts.has(EXISTENCE) ? first.at : undefined,
  };
}

/** That which a call left it in, or in which it was seen since. */
function stateOf(changed: RecordedChange | undefined, state: SeenState | undefined): object {
  const since = state && state.seen.at > (changed?.event.eventTime ?? '') ? state : undefined;
  const known = JSON.parse(changed?.value ?? '{}') as { readonly keyState?: string };
  return since && since.keyState !== known.keyState ? { keyState: since.keyState } : known;
}

function grantOf(GrantId: string, parameters: string): object {
  const { issuingAccount, ...others } = JSON.parse(parameters) as Record<string, unknown>;
  const shape = serviceShapes('kms').operation('CreateGrant')?.input as StructureShape;
  const { KeyId: _, ...grant } = members(inputOfMembers(shape, others));
  return { ...grant, GrantId, IssuingAccount: text(issuingAccount) };
}
