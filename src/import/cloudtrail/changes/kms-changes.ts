/** Changes of keys: their policies, grants, aliases, tags and states. */
import { defaultKeyPolicy } from '../../../policy/default-key-policy.ts';
import type { KeptEvent } from '../use.ts';
import {
  ATTACHED,
  type Change,
  EXISTENCE,
  members,
  type Parameters,
  type Part,
  partsOf,
  type Reader,
  type Readers,
  tagged,
  text,
  untagged,
} from './change.ts';

const TAG = ['tagKey', 'tagValue'] as const;

const arnOf = (each: { readonly ARN?: string; readonly arn?: string }) => each.ARN ?? each.arn ?? '';
const resourcesOf = ({ resources }: Pick<KeptEvent, 'resources'>, kind: string): string[] =>
  (resources ?? []).map(arnOf).filter((arn) => arn.includes(`:${kind}/`));

/** The key's ARN, which the record of a call on a key always names; that of an alias which moves names both its keys. */
export function keyOf(
  event: Pick<KeptEvent, 'requestParameters' | 'responseElements' | 'resources'>,
): string | undefined {
  const { keyId, targetKeyId } = event.requestParameters ?? {};
  const given = text(keyId) ?? text(targetKeyId) ?? '';
  const keys = resourcesOf(event, 'key');
  const named = keys.find((arn) => arn.endsWith(`/${given.slice(given.lastIndexOf('/') + 1)}`));
  const otherwise = [given, text(event.responseElements?.keyId)].find((each) => each?.startsWith('arn:'));
  return named ?? keys[0] ?? otherwise;
}

const ofKey =
  (parts: (parameters: Parameters, event: KeptEvent) => readonly Part[]): Reader =>
  (parameters, event) => {
    const owner = keyOf(event);
    return owner === undefined ? [] : partsOf(owner, parts(parameters, event));
  };

const grantName = (id: unknown): string => `grant ${id}`;

/** Whoever retires a grant by its token names none, and the record tells which it was. */
const endOfGrant = ofKey(({ grantId }, { additionalEventData, responseElements }) => {
  const id = [grantId, members(additionalEventData).grantId, members(responseElements).grantId].find(text);
  return id === undefined ? [{}] : [{ what: grantName(id), value: null }];
});

function createGrant(parameters: Parameters, { responseElements, userIdentity }: KeptEvent): Part[] {
  const { grantId } = members(responseElements);
  if (text(grantId) === undefined) return [{}];
  const issuingAccount = userIdentity?.accountId;
  return [
    { what: grantName(grantId), value: JSON.stringify({ ...parameters, issuingAccount }), before: null },
  ];
}

/** The state that a call leaves a key in, with what belongs to it, by the members of a key's metadata. */
const state = (usual: string): Reader =>
  ofKey((_parameters, { responseElements }) => {
    // That of a primary key with replicas is another: PendingReplicaDeletion.
    const { deletionDate, pendingWindowInDays, ...rest } = members(responseElements);
    const keyState = text(rest.keyState) ?? usual;
    const pendingDeletionWindowInDays =
      keyState === 'PendingReplicaDeletion' ? pendingWindowInDays : undefined;
    return [
      { what: 'state', value: JSON.stringify({ keyState, deletionDate, pendingDeletionWindowInDays }) },
    ];
  });

/** Until when imported material lasts, beside the state that comes with it. */
const material =
  (name: string): Reader =>
  (parameters, event) => [
    ...state(name)(parameters, event),
    ...ofKey(({ validTo }) => [{ what: 'expiry', value: text(validTo) ?? null }])(parameters, event),
  ];

function created(owner: string, policy: string | undefined, tags: unknown): Change[] {
  const [, , , , account = ''] = owner.split(':');
  return [
    { owner, what: EXISTENCE, value: ATTACHED, isNew: true },
    { owner, what: 'key policy', value: policy ?? JSON.stringify(defaultKeyPolicy(account)) },
    ...partsOf(owner, tagged(tags, TAG)),
  ];
}

/** An alias belongs to one key at a time, and the key is asked for its aliases. */
const alias =
  (value: (key: string) => string | null): Reader =>
  ({ aliasName }, event) => {
    const key = keyOf(event);
    const [named] = resourcesOf(event, 'alias');
    const of = named ?? (key && `${key.slice(0, key.indexOf(':key/'))}:${aliasName}`);
    return [
      ...(key === undefined ? [] : [{ owner: key }]),
      ...(of === undefined ? [] : [{ owner: of, what: 'target', value: value(key ?? '') }]),
    ];
  };

export const KMS_CHANGES: Readers = {
  PutKeyPolicy: ofKey(({ policy }) => [{ what: 'key policy', value: text(policy) }]),
  CreateKey(parameters, event) {
    const owner = keyOf(event) ?? text(members(members(event.responseElements).keyMetadata).arn);
    return owner === undefined ? [] : created(owner, text(parameters.policy), parameters.tags);
  },
  // Recorded where the primary key is; the replica has a policy and tags of its own.
  ReplicateKey(parameters, { responseElements }) {
    const { replicaKeyMetadata, replicaPolicy } = members(responseElements);
    const owner = text(members(replicaKeyMetadata).arn);
    return owner === undefined
      ? []
      : created(owner, text(replicaPolicy) ?? text(parameters.policy), parameters.tags);
  },
  DeleteKey: ofKey(() => [{ what: EXISTENCE, value: null, isEnd: true }]),
  CreateGrant: ofKey(createGrant),
  RevokeGrant: endOfGrant,
  RetireGrant: endOfGrant,
  EnableKey: state('Enabled'),
  DisableKey: state('Disabled'),
  ScheduleKeyDeletion: state('PendingDeletion'),
  CancelKeyDeletion: state('Disabled'),
  ImportKeyMaterial: material('Enabled'),
  DeleteImportedKeyMaterial: material('PendingImport'),
  DeleteExpiredKeyMaterial: material('PendingImport'),
  // Recorded in both Regions; which Region it was before is in neither record.
  UpdatePrimaryRegion: ofKey(() => [{}]),
  EnableKeyRotation: ofKey(() => [{ what: 'rotation', value: ATTACHED }]),
  DisableKeyRotation: ofKey(() => [{ what: 'rotation', value: null }]),
  UpdateKeyDescription: ofKey(({ description }) => [{ what: 'description', value: text(description) }]),
  TagResource: ofKey(({ tags }) => [{}, ...tagged(tags, TAG)]),
  UntagResource: ofKey(({ tagKeys }) => [{}, ...untagged(tagKeys)]),
  CreateAlias: alias((key) => key),
  UpdateAlias: alias((key) => key),
  DeleteAlias: alias(() => null),
};
