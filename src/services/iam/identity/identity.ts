/**
 * What users, groups and roles have in common: a name unique in its account regardless of case, a unique id that
 * no later namesake gets, inline policies and attached managed policies. Policies stay inside the record, so that
 * a decision reads one record and what was compiled from it is kept as long as the record stands.
 */
import { formatArn, parseArn } from '../../../aws/arn.ts';
import type { AwsError } from '../../../aws/aws-error.ts';
import { type Check, type ConditionValues, resolved } from '../../../invoke/verdict.ts';
import { base32 } from '../../../platform/identifiers.ts';
import type { Entropy } from '../../../platform/ports.ts';
import type { Missing } from '../../../policy/policy.ts';
import type { ReadTransaction, Table } from '../../../store/store.ts';
import { boundaryKey } from '../boundary/boundary-key.ts';
import { alreadyExists, exceedsQuota, noSuchEntity } from '../errors.ts';

export interface InlinePolicy {
  readonly name: string;
  readonly document: string;
}

export interface IdentityRecord {
  readonly account: string;
  /** `AIDA…`, `AGPA…`, `AROA…` */
  readonly id: string;
  readonly name: string;
  /** Begins and ends with a slash. */
  readonly path: string;
  readonly createdAtMs: number;
  readonly inlinePolicies: readonly InlinePolicy[];
  readonly attachedPolicyArns: readonly string[];
  /** ARN of the managed policy that bounds a user or role; groups have none. */
  readonly boundaryArn?: string;
  /** Of a real account's: why it may have other policies and tags than those. */
  readonly missing?: Missing;
}

/** What tells users, groups and roles apart where the same rule is applied to each. */
export interface IdentityKind<R extends IdentityRecord> {
  readonly noun: 'user' | 'group' | 'role';
  readonly title: 'User' | 'Group' | 'Role';
  readonly idPrefix: string;
  readonly table: Table<R, IdentityIndex>;
  /** Characters, without white space, of all inline policies together. */
  readonly mostInlineCharacters: number;
  readonly mostAttachedPolicies: number;
  readonly mostPerAccount: number;
  /** Condition keys that each of the service's checks on such a record carries. */
  conditions(record: R): ConditionValues;
  /** Refuses a change of what AWS keeps for itself (service-linked roles). */
  requireChangeable?(record: R): void;
}

export type IdentityIndex = 'name' | 'id' | 'attachedPolicy';

export const identityIndexes: Record<
  IdentityIndex,
  (record: IdentityRecord) => readonly (readonly string[])[]
> = {
  name: ({ account, name }) => [[account, name.toLowerCase()]],
  id: ({ id }) => [[id]],
  attachedPolicy: ({ account, attachedPolicyArns }) => attachedPolicyArns.map((arn) => [account, arn]),
};

export const identityKey = ({ account, id }: { account: string; id: string }) => [account, id];

export function arnOf(
  kind: { readonly noun: string },
  { account, path, name }: Pick<IdentityRecord, 'account' | 'path' | 'name'>,
): string {
  return formatArn({ service: 'iam', region: '', account, resource: `${kind.noun}${path}${name}` });
}

/** The managed policies that the identity has attached or as its boundary. */
export const usedPolicyArns = ({ attachedPolicyArns, boundaryArn }: IdentityRecord): string[] => [
  ...attachedPolicyArns,
  ...(boundaryArn ? [boundaryArn] : []),
];

/** AWS's unique ids: four letters of kind and seventeen characters. */
export const newId = (entropy: Entropy, prefix: string) => prefix + base32(entropy, 17);

export async function findByName<R extends IdentityRecord>(
  tx: ReadTransaction,
  kind: IdentityKind<R>,
  account: string,
  name: string,
): Promise<R | undefined> {
  const [record] = await tx.find(kind.table, 'name', { prefix: [account, name.toLowerCase()], limit: 1 });
  return record;
}

/** The user or role that an ARN names, path included. */
export async function findByArn<R extends IdentityRecord>(
  tx: ReadTransaction,
  kind: IdentityKind<R>,
  arn: string,
): Promise<R | undefined> {
  const parsed = parseArn(arn);
  if (parsed?.service !== 'iam' || !parsed.resource.startsWith(`${kind.noun}/`)) return undefined;
  const name = parsed.resource.slice(parsed.resource.lastIndexOf('/') + 1);
  const record = await findByName(tx, kind, parsed.account, name);
  return record && arnOf(kind, record) === arn ? record : undefined;
}

export async function findById<R extends IdentityRecord>(
  tx: ReadTransaction,
  kind: IdentityKind<R>,
  id: string,
): Promise<R | undefined> {
  const [record] = await tx.find(kind.table, 'id', { prefix: [id], limit: 1 });
  return record;
}

export async function listAll<R extends IdentityRecord>(
  tx: ReadTransaction,
  kind: IdentityKind<R>,
  account: string,
): Promise<R[]> {
  return tx.find(kind.table, 'name', { prefix: [account] });
}

export const notFound = (kind: { readonly noun: string }, name: string): AwsError =>
  noSuchEntity(`The ${kind.noun} with name ${name} cannot be found.`);

/** Refuses a name that is taken, and one more than the account may have. */
export async function requireFreeName<R extends IdentityRecord>(
  tx: ReadTransaction,
  kind: IdentityKind<R>,
  account: string,
  name: string,
): Promise<void> {
  if (await findByName(tx, kind, account, name)) {
    throw alreadyExists(`${kind.title} with name ${name} already exists.`);
  }
  const existing = await tx.list(kind.table, { prefix: [account], limit: kind.mostPerAccount });
  if (existing.length >= kind.mostPerAccount)
    throw exceedsQuota(`${kind.title}sPerAccount`, kind.mostPerAccount);
}

/**
 * The check of an action on a named user, group or role. One that does not exist is authorized by its bare name
 * first, as AWS does, and only then said to be missing.
 */
export async function identityCheck<R extends IdentityRecord>(
  { tx, account }: { readonly tx: ReadTransaction; readonly account: string },
  kind: IdentityKind<R>,
  name: string,
  action: string,
  conditions?: () => ConditionValues,
): Promise<Check<R>> {
  const record = await findByName(tx, kind, account, name);
  return resolved(
    {
      action: `iam:${action}`,
      resource: arnOf(kind, record ?? { account, path: '/', name }),
      deniedAs: `${kind.noun} ${name}`,
      account,
      conditions: () => ({
        ...(record && kind.conditions(record)),
        ...boundaryKey(`iam:${action}`, record),
        ...conditions?.(),
      }),
    },
    record,
    () => notFound(kind, name),
  );
}
