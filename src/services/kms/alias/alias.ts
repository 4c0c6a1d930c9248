/** Aliases: a second name of a key, unique in account and Region (aws-facts A8.2). */
import { formatArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { AliasListEntry } from '../../../shapes/generated/kms.ts';
import { table } from '../../../store/store.ts';

export interface AliasRecord extends Scope {
  /** With `alias/` in front. */
  readonly name: string;
  readonly targetKeyId: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export const aliases = table<AliasRecord>()({
  name: 'kms.aliases',
  key: ({ account, region, name }) => [account, region, name],
});

export function aliasArn({
  account,
  region,
  name,
}: Pick<AliasRecord, 'account' | 'region' | 'name'>): string {
  return formatArn({ service: 'kms', region, account, resource: name });
}

/** A predefined alias of AWS stands without a key, and without dates. */
export type ListedAlias = Pick<AliasRecord, 'account' | 'region' | 'name'> & Partial<AliasRecord>;

export const aliasEntry = (alias: ListedAlias): AliasListEntry => ({
  AliasName: alias.name,
  AliasArn: aliasArn(alias),
  TargetKeyId: alias.targetKeyId,
  CreationDate: alias.createdAtMs,
  LastUpdatedDate: alias.updatedAtMs,
});
