/** Log groups: the record, its ARNs and how it is found and shown. */
import { formatArn, parseArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { WrappedKey } from '../../../service-kit/wrapped-key.ts';
import type { LogGroup } from '../../../shapes/generated/logs.ts';
import { table } from '../../../store/store.ts';
import { invalidParameter, namedTwice, onlyStandardClass } from '../errors.ts';

export interface DataProtection {
  /** Absent once the policy was deleted: a group says for good that it had one. */
  readonly document?: string;
  readonly updatedAtMs: number;
}

export interface GroupIndexPolicy {
  readonly document: string;
  readonly updatedAtMs: number;
}

export interface LogGroupRecord extends Scope {
  readonly name: string;
  /** What its streams and events are kept under: a namesake made after a deletion starts empty. */
  readonly groupId: string;
  readonly createdAtMs: number;
  readonly retentionDays?: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly storedBytes: number;
  /** The KMS key that new events are under. */
  readonly kmsKeyArn?: string;
  /** Data keys that events are or were put under, the current one last. */
  readonly keys?: readonly WrappedKey[];
  /** Absent for STANDARD. */
  readonly logGroupClass?: 'INFREQUENT_ACCESS' | 'DELIVERY';
  readonly dataProtection?: DataProtection;
  readonly indexPolicy?: GroupIndexPolicy;
  /** A step of the expiry is under way or waits. */
  readonly expires: boolean;
}

export const logGroups = table<LogGroupRecord>()({
  name: 'logs.groups',
  key: ({ account, region, name }) => [account, region, name],
});

export const groupArn = ({ account, region }: Scope, name: string): string =>
  formatArn({ service: 'logs', region, account, resource: `log-group:${name}` });

/**
 * The resource of a decision: policies name a group as `…:log-group:NAME:*`, and denials show it with its streams, or
 * none of them.
 */
export const streamArn = (place: Scope, groupName: string, streamName = ''): string =>
  `${groupArn(place, groupName)}:log-stream:${streamName}`;

/** The group that a request names, by name or by ARN (with or without `:*`). */
export function namedGroup(
  { account, region }: Scope,
  { logGroupName, logGroupIdentifier }: { logGroupName?: string; logGroupIdentifier?: string },
): string {
  if (logGroupName !== undefined && logGroupIdentifier !== undefined) throw namedTwice();
  if (logGroupName !== undefined) return logGroupName;
  if (logGroupIdentifier === undefined) {
    throw invalidParameter('One of logGroupName and logGroupIdentifier must be specified.');
  }
  if (!logGroupIdentifier.startsWith('arn:')) return logGroupIdentifier;
  const name = groupOfArn(logGroupIdentifier);
  const arn = parseArn(logGroupIdentifier);
  if (!name || arn?.account !== account || arn.region !== region) {
    throw invalidParameter(`The specified log group identifier is invalid: ${logGroupIdentifier}`);
  }
  return name;
}

/** The name in a group's ARN. */
export function groupOfArn(arn: string): string | undefined {
  const { service, resource } = parseArn(arn) ?? {};
  if (service !== 'logs' || !resource?.startsWith('log-group:')) return undefined;
  return resource.slice('log-group:'.length).replace(/:\*$/, '') || undefined;
}

export const classOf = (group: Pick<LogGroupRecord, 'logGroupClass'>) => group.logGroupClass ?? 'STANDARD';

/** Groups of other classes take events, and are for what reads them in bulk (aws-facts D7.2). */
export function requireStandardClass(group: LogGroupRecord): void {
  if (classOf(group) !== 'STANDARD') throw onlyStandardClass();
}

export const groupEntry = (group: LogGroupRecord): LogGroup => ({
  logGroupName: group.name,
  creationTime: group.createdAtMs,
  retentionInDays: group.retentionDays,
  metricFilterCount: 0,
  arn: `${groupArn(group, group.name)}:*`,
  storedBytes: group.storedBytes,
  kmsKeyId: group.kmsKeyArn,
  logGroupClass: classOf(group),
  dataProtectionStatus:
    group.dataProtection && (group.dataProtection.document === undefined ? 'DELETED' : 'ACTIVATED'),
  deletionProtectionEnabled: false,
  logGroupArn: groupArn(group, group.name),
});
