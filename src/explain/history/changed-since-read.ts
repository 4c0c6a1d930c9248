/**
 * What recorded events changed after it was read: answers speak of what was read, so they are of a time before. That is so where
 * log files were added to a snapshot later.
 */
import { parseArn } from '../../aws/arn.ts';
import { identityOwner, ownerOfIdentity } from '../../import/cloudtrail/changes/iam-changes.ts';
import { organizationOwner } from '../../import/cloudtrail/changes/organizations-changes.ts';
import { recordedChanges } from '../../import/cloudtrail/changes/recorded-changes.ts';
import type { KeptHistory } from '../../import/cloudtrail/history.ts';
import type { KeptEvent } from '../../import/cloudtrail/use.ts';
import { GLOBAL } from '../../import/read-row.ts';
import type { Read, Reads } from '../../import/snapshot/snapshot.ts';
import { counted, lastSegment } from '../words/names.ts';
import { type PastChange, pastChange, secondOf } from './timelines.ts';

export interface ChangedSinceRead {
  /** A key's or policy's ARN, `111122223333:role/web`. */
  readonly owner: string;
  /** `kms:GetKeyPolicy` */
  readonly operation: string;
  readonly readAt: string;
  /** How many events changed it since, and the last of them. */
  readonly changes: number;
  readonly last: PastChange;
}

/** By what was changed of a key, the call that shows it. */
const OF_KEYS: readonly (readonly [what: RegExp, operation: string])[] = [
  [/^key policy$/, 'kms:GetKeyPolicy'],
  [/^grant /, 'kms:ListGrants'],
  [/^tag /, 'kms:ListResourceTags'],
  [/^rotation$/, 'kms:GetKeyRotationStatus'],
  [/^(?:state|expiry|description)$/, 'kms:DescribeKey'],
];

export function changedSinceRead(
  reads: Reads,
  { events }: Pick<KeptHistory, 'events'>,
): readonly ChangedSinceRead[] {
  const found = new Map<string, ChangedSinceRead>();
  for (const event of events) {
    const { eventTime = '' } = event;
    // One call may change several parts of one thing.
    const shown = new Map(
      recordedChanges(event).flatMap(({ owner, what = '' }) => {
        const read = readThatShows(reads, owner, what, event);
        return read?.output && secondOf(read.at) < secondOf(eventTime)
          ? [[`${owner} ${read.operation}`, { owner, read }]]
          : [];
      }),
    );
    for (const [name, { owner, read }] of shown) {
      const { operation, at: readAt } = read;
      const changes = (found.get(name)?.changes ?? 0) + 1;
      found.set(name, { owner, operation, readAt, changes, last: pastChange({ event }) });
    }
  }
  return [...found.values()].sort((one, other) => (one.last.at < other.last.at ? 1 : -1));
}

function readThatShows(reads: Reads, owner: string, what: string, event: KeptEvent): Read | undefined {
  const { service, account = '', region = '', resource = '' } = parseArn(owner) ?? {};
  if (service === 'kms') {
    const operation = OF_KEYS.find(([pattern]) => pattern.test(what))?.[1];
    const KeyId = resource.replace(/^key\//, '');
    const named = operation === 'kms:GetKeyPolicy' ? { KeyId, PolicyName: 'default' } : { KeyId };
    return operation === undefined ? undefined : reads.get(operation, { account, region }, named);
  }
  const ofIdentities = service === 'iam' ? account : /^(\d{12}):(?:user|role|group)\//.exec(owner)?.[1];
  if (ofIdentities !== undefined)
    return reads.get('iam:GetAccountAuthorizationDetails', { account: ofIdentities, region: GLOBAL }, {});
  if (!owner.startsWith('organization:')) return undefined;
  const scope = { account: event.recipientAccountId ?? '', region: GLOBAL };
  return reads.get('organizations:ListRoots', scope, {});
}

/** As changes name whose they are, of ARNs and of the names of policies; `account`: whose identities these are of. */
export const ownersNamed = (names: readonly string[], account = ''): string[] =>
  names.flatMap((name) => {
    const [, noun, inline] = /^(user|role|group) ([^,]+), inline policy /.exec(name) ?? [];
    if (noun && inline) return [identityOwner(account, noun, inline)];
    return [ownerOfIdentity(name) ?? name, organizationOwner(lastSegment(name))];
  });

export const NOT_IN_ANSWER = 'Changed since it was read, and not considered in this answer';

const changedSinceLine = ({ owner, operation, readAt, changes, last }: ChangedSinceRead): string =>
  `${owner}: ${operation} was read at ${readAt}; ${changes > 1 ? `${changes} changes since, the last ${last.action}` : last.action} by ${last.by} at ${last.at} (event ${last.eventID})`;

const MAX_SHOWN = 10;

export function changedSinceLines(changed: readonly ChangedSinceRead[]): string[] {
  const more = changed.length - MAX_SHOWN;
  return [
    ...changed.slice(0, MAX_SHOWN).map(changedSinceLine),
    ...(more > 0 ? [`and ${counted(more, 'other answer')}`] : []),
  ];
}

/** A paragraph of an answer's text. */
export const changedSinceSection = (changed: readonly ChangedSinceRead[] = []): string[] =>
  changed.length === 0
    ? []
    : [[NOT_IN_ANSWER, ...changedSinceLines(changed).map((line) => `  ${line}`)].join('\n')];

/** Among the lines that say what an explanation rests on. */
export const changedSinceBasis = (changed: readonly ChangedSinceRead[]): string[] =>
  changedSinceLines(changed).map((line) => `${NOT_IN_ANSWER}: ${line}`);
