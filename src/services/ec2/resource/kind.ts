/** What all EC2 resources have in common: an id with a prefix, an owner, tags, and how they are looked up and checked. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Ports } from '../../../invoke/port.ts';
import {
  type Check,
  type ConditionValues,
  type Found,
  missingFor,
  resolved,
} from '../../../invoke/verdict.ts';
import { hex } from '../../../platform/identifiers.ts';
import type { Entropy } from '../../../platform/ports.ts';
import type { ReadTransaction, Table, Transaction } from '../../../store/store.ts';
import { ec2Arn } from './arn.ts';
import type { ResourceType } from './resource-type.ts';
import type { Tag } from './tag.ts';

export interface ResourceRecord extends Scope {
  readonly id: string;
  readonly tags: readonly Tag[];
}

/** Who looks for what may be another's: an account, of which a context's ports know the organization. */
export interface Viewer extends Scope {
  readonly ports?: Pick<Ports, 'guardrails'>;
}

/** Where the records of a kind are found and kept. */
export interface ResourceRecords<R extends ResourceRecord> {
  /** The resource as an account sees it, which may be another's: a public image. */
  find(tx: ReadTransaction, viewer: Viewer, id: string): Promise<R | undefined>;
  /** The account's own. */
  list(tx: ReadTransaction, scope: Scope): Promise<R[]>;
  /** A stretch of them in the order of their ids, where they are kept in it. */
  page?(tx: ReadTransaction, scope: Scope, range: { after?: string; limit: number }): Promise<R[]>;
  put(tx: Transaction, record: R): Promise<void>;
  remove(tx: Transaction, record: ResourceRecord): Promise<void>;
}

/** A noun. */
export interface ResourceKind<R extends ResourceRecord> {
  /** The word in ARNs, tag specifications and DescribeTags: `volume`. */
  readonly type: ResourceType;
  /** `vol`, of `vol-0123456789abcdef0`. */
  readonly prefix: string;
  /** What follows the prefix, where it is not 8 or 17 hexadecimal digits. */
  readonly idForm?: RegExp;
  readonly records: ResourceRecords<R>;
  notFound(ids: readonly string[]): AwsError;
  malformed(id: string): AwsError;
  /** The service's condition keys for an existing resource, beside region and tags. */
  conditions(record: R): ConditionValues;
  /** What its ARN ends with, where that is not its id. */
  arnName?(record: R): string;
  /** Others than the owner may give it tags of their own (foreign-tags.ts). */
  readonly othersMayTag?: boolean;
  /** What is answered to who would change another's, where that is not that there is none. */
  foreign?(id: string): AwsError;
  /** False for records that are kept, but that AWS no longer shows. */
  isVisible?(record: R): boolean;
  /** What whoever names such a record is told; Describe… leaves it out. Without this it is as if there were none. */
  hidden?(id: string): AwsError;
}

/** A noun with a table of its own, keyed `[account, region, id]`. */
export interface StoredKind<R extends ResourceRecord> extends ResourceKind<R> {
  readonly table: Table<R, string>;
}

interface StoredNoun<R extends ResourceRecord> extends Omit<StoredKind<R>, 'records'> {
  /** Where an account sees resources that are not its own: public images, shared snapshots. */
  find?(tx: ReadTransaction, viewer: Viewer, id: string): Promise<R | undefined>;
}

export function storedKind<R extends ResourceRecord>({ find, ...noun }: StoredNoun<R>): StoredKind<R> {
  const { table } = noun;
  return {
    ...noun,
    records: {
      find: find ?? ((tx, { account, region }, id) => tx.get(table, [account, region, id])),
      list: (tx, { account, region }) => tx.list(table, { prefix: [account, region] }),
      page(tx, { account, region }, { after, limit }) {
        const from = after === undefined ? undefined : [account, region, after];
        return tx.list(table, { prefix: [account, region], after: from, limit });
      },
      put: async (tx, record) => tx.put(table, record),
      remove: async (tx, { account, region, id }) => tx.delete(table, [account, region, id]),
    },
  };
}

/** A new id, of today's length. */
export function newId(entropy: Entropy, prefix: string): string {
  return `${prefix}-0${hex(entropy, 16)}`;
}

const DIGITS = /^(?:[0-9a-f]{8}|[0-9a-f]{17})$/;

/** Throws the kind's error for a text that cannot be an id of the kind. */
export function requireId<R extends ResourceRecord>(kind: ResourceKind<R>, id: string): void {
  if (!isIdOf(kind, id)) throw kind.malformed(id);
}

export const isIdOf = (
  { prefix, idForm = DIGITS }: { readonly prefix: string; readonly idForm?: RegExp },
  id: string,
): boolean => id.startsWith(`${prefix}-`) && idForm.test(id.slice(prefix.length + 1));

export async function findResource<R extends ResourceRecord>(
  tx: ReadTransaction,
  kind: ResourceKind<R>,
  viewer: Viewer,
  id: string,
): Promise<R | undefined> {
  return visible(kind, await kind.records.find(tx, viewer, id));
}

export const visible = <R extends ResourceRecord>({ isVisible }: ResourceKind<R>, record: R | undefined) =>
  record && isVisible?.(record) === false ? undefined : record;

export async function listResources<R extends ResourceRecord>(
  tx: ReadTransaction,
  kind: ResourceKind<R>,
  scope: Scope,
): Promise<R[]> {
  const records = await kind.records.list(tx, scope);
  return kind.isVisible ? records.filter((record) => kind.isVisible?.(record)) : records;
}

/** The stored record, in a step that changes it; an error where it has gone. */
export async function requireResource<R extends ResourceRecord>(
  tx: ReadTransaction,
  kind: ResourceKind<R>,
  scope: Scope,
  id: string,
): Promise<R> {
  const record = await findResource(tx, kind, scope, id);
  if (!record) throw kind.notFound([id]);
  return record;
}

/** The check for an action on one existing resource. A missing one is authorized by its name first. */
export async function resourceCheck<R extends ResourceRecord>(
  context: ResolveContext,
  kind: ResourceKind<R>,
  action: string,
  id: string,
  conditions?: () => ConditionValues,
): Promise<Check<R>> {
  requireId(kind, id);
  const kept = await kind.records.find(context.tx, context, id);
  const record = visible(kind, kept);
  return resolved(
    {
      action,
      resource: ec2Arn(record ?? context, kind.type, (record && kind.arnName?.(record)) ?? id),
      account: record?.account ?? context.account,
      conditions: () => ({
        'ec2:Region': context.region,
        ...(record && { ...kind.conditions(record), ...resourceTagKeys(record.tags) }),
        ...conditions?.(),
      }),
    },
    record,
    () => (kept && kind.hidden?.(id)) ?? kind.notFound([id]),
  );
}

/** As resourceCheck, for what only the owner may do: what others share is there to be seen, not to be changed. */
export async function ownResourceCheck<R extends ResourceRecord>(
  context: ResolveContext,
  kind: ResourceKind<R>,
  action: string,
  id: string,
  conditions?: () => ConditionValues,
): Promise<Check<R>> {
  const check = await resourceCheck(context, kind, action, id, conditions);
  const isForeign = !check.missing && check.account !== context.account;
  return missingFor(check, isForeign ? (kind.foreign?.(id) ?? kind.notFound([id])) : undefined);
}

/** Checks for a list of ids, in their order and each once. The error for missing ones names them all, as AWS does. */
export async function resourceChecks<R extends ResourceRecord>(
  context: ResolveContext,
  kind: ResourceKind<R>,
  action: string,
  ids: readonly string[],
): Promise<Check<R>[]> {
  const checks: Check<R>[] = [];
  for (const id of new Set(ids)) checks.push(await resourceCheck(context, kind, action, id));
  const missing = [...new Set(ids)].filter((_, index) => checks[index]!.missing);
  return checks.map((check) => missingFor(check, check.missing && kind.notFound(missing)));
}

/** The check for actions that have no resource of their own: Describe… and account settings. */
export function accountCheck(
  context: ResolveContext,
  action: string,
  conditions: ConditionValues = {},
): Found<null> {
  return {
    action,
    resource: '*',
    account: context.account,
    record: null,
    conditions: () => ({ 'ec2:Region': context.region, ...conditions }),
  };
}

export function resourceTagKeys(tags: readonly Tag[]): ConditionValues {
  const values: Record<string, string> = {};
  for (const { Key, Value } of tags) {
    values[`aws:ResourceTag/${Key}`] = Value;
    values[`ec2:ResourceTag/${Key}`] = Value;
  }
  return values;
}

/** `The volume 'vol-…' does not exist.`: the form of most not-found errors. */
export function notFoundError(code: string, noun: string, ids: readonly string[]): AwsError {
  const names = ids.join(', ');
  return new AwsError(
    code,
    ids.length === 1 ? `The ${noun} '${names}' does not exist` : `The ${noun}s '${names}' do not exist`,
  );
}
