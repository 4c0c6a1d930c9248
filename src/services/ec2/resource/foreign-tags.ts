/**
 * Tags that an account gives to what others share with it. They are its own: neither the owner nor anybody else sees them,
 * and it does not see theirs (aws-facts F32).
 */
import type { Scope } from '../../../aws/scope.ts';
import { type ReadTransaction, type Transaction, table } from '../../../store/store.ts';
import type { ResourceRecord } from './kind.ts';
import type { ResourceType } from './resource-type.ts';

interface ForeignTags extends ResourceRecord {
  readonly type: ResourceType;
  /** Whose the resource is. */
  readonly owner: string;
}

const foreignTags = table<ForeignTags>()({
  name: 'ec2.foreign-tags',
  key: ({ account, region, id }) => [account, region, id],
  indexes: { id: ({ region, id }) => [[region, id]] },
});

export const listForeignTags = (tx: ReadTransaction, { account, region }: Scope): Promise<ForeignTags[]> =>
  tx.list(foreignTags, { prefix: [account, region] });

export const findForeignTags = (
  tx: ReadTransaction,
  { account, region }: Scope,
  id: string,
): Promise<ForeignTags | undefined> => tx.get(foreignTags, [account, region, id]);

/** A resource with the tags that are there for an account. */
export async function asSeenFrom<R extends ResourceRecord>(
  tx: ReadTransaction,
  scope: Scope,
  record: R,
): Promise<R> {
  if (record.account === scope.account) return record;
  const { tags = [] } = (await findForeignTags(tx, scope, record.id)) ?? {};
  return tags.length === 0 && record.tags.length === 0 ? record : { ...record, tags };
}

export function putForeignTags(
  tx: Transaction,
  { account, region }: Scope,
  type: ResourceType,
  { id, account: owner, tags }: ResourceRecord,
): void {
  if (tags.length === 0) tx.delete(foreignTags, [account, region, id]);
  else tx.put(foreignTags, { account, region, id, type, owner, tags });
}

/** Nobody's tags outlive the resource. */
export async function removeForeignTags(tx: Transaction, { region, id }: ResourceRecord): Promise<void> {
  for (const given of await tx.find(foreignTags, 'id', { prefix: [region, id] })) {
    tx.delete(foreignTags, [given.account, region, id]);
  }
}
