/**
 * How much of a quota of rules or routes something takes, which holds for each family of addresses by itself. A prefix list takes
 * as much as it may have entries, or as AWS says of its own; a security group, which is of neither family, one of each
 * (https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html).
 */
import type { Scope } from '../../../../aws/scope.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { findResource } from '../../resource/kind.ts';
import { prefixListKind, weightOf } from './prefix-list.ts';

interface Counted {
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly prefixListId?: string;
}

export interface QuotaShare {
  readonly ipv4: number;
  readonly ipv6: number;
}

export async function quotaShare(
  tx: ReadTransaction,
  scope: Scope,
  counted: readonly Counted[],
): Promise<QuotaShare> {
  let ipv4 = 0;
  let ipv6 = 0;
  for (const each of counted) {
    if (each.prefixListId !== undefined) {
      const list = await findResource(tx, prefixListKind, scope, each.prefixListId);
      const weight = list ? weightOf(list) : 1;
      if (list?.family === 'IPv6') ipv6 += weight;
      else ipv4 += weight;
      continue;
    }
    if (each.ipv6 === undefined) ipv4 += 1;
    if (each.ipv4 === undefined) ipv6 += 1;
  }
  return { ipv4, ipv6 };
}
