/** Prefix lists: the account's own, and those that AWS keeps, which everybody sees and nobody changes. */
import { AwsError } from '../../../../aws/aws-error.ts';
import { parseIpv6Block } from '../../../../aws/ipv6.ts';
import type { AddPrefixListEntry, ManagedPrefixList } from '../../../../shapes/generated/ec2.ts';
import { table } from '../../../../store/store.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { ec2Arn } from '../../resource/arn.ts';
import { notFoundError, type ResourceRecord, storedKind } from '../../resource/kind.ts';
import { parseBlock } from '../address.ts';
import { type AwsPrefixList, awsPrefixLists } from './aws-prefix-lists.ts';

export interface PrefixListEntry {
  readonly cidr: string;
  readonly description?: string;
}

export interface PrefixListRecord extends ResourceRecord {
  readonly name: string;
  readonly family: 'IPv4' | 'IPv6';
  /** None for those of AWS. */
  readonly maxEntries?: number;
  /** Of those of AWS: how many entries they count for where they are used. */
  readonly weight?: number;
  /** The entries of each version that is kept, the oldest one's first. */
  readonly versions: readonly (readonly PrefixListEntry[])[];
  /** How many versions there were before, whose entries are not kept. */
  readonly olderVersions?: number;
  /** What its state tells of, from the first change on. */
  readonly isModified?: boolean;
}

/** Whose the lists are that AWS keeps, as their ARNs say. */
const AWS = 'aws';

const ofAws = (region: string, { id, name, cidrs, weight }: AwsPrefixList): PrefixListRecord => ({
  account: AWS,
  region,
  id,
  tags: [],
  name,
  family: 'IPv4',
  weight,
  versions: [cidrs.map((cidr) => ({ cidr }))],
});

export const listsOfAws = (region: string): PrefixListRecord[] =>
  awsPrefixLists(region).map((list) => ofAws(region, list));

/** How many rules or routes it counts for where it is used. */
export const weightOf = ({ maxEntries, weight = 1 }: PrefixListRecord): number => maxEntries ?? weight;

export const isOfAws = ({ account }: PrefixListRecord): boolean => account === AWS;

export const prefixLists = table<PrefixListRecord>()({
  name: 'ec2.prefix-lists',
  key: ({ account, region, id }) => [account, region, id],
});

export const prefixListKind = storedKind<PrefixListRecord>({
  type: 'prefix-list',
  prefix: 'pl',
  table: prefixLists,
  find: async (tx, { account, region }, id) =>
    (await tx.get(prefixLists, [account, region, id])) ?? listsOfAws(region).find((list) => list.id === id),
  notFound: (ids) => notFoundError('InvalidPrefixListID.NotFound', 'prefix list ID', ids),
  malformed: (id) =>
    new AwsError('InvalidPrefixListId.Malformed', `Invalid id: "${id}" (expecting "pl-...")`),
  conditions: () => ({}),
});

export const latestVersion = ({ versions, olderVersions = 0 }: PrefixListRecord): number =>
  olderVersions + versions.length;

/** Undefined for a version that there is not, or whose entries are not kept. */
export const entriesOf = (
  { versions, olderVersions = 0 }: PrefixListRecord,
  version: number,
): readonly PrefixListEntry[] | undefined => versions[version - olderVersions - 1];

/** Of all versions that are kept: each change of a long list is a list as long, and a record is read whole. */
const MAX_KEPT_ENTRIES = 10_000;

/** The list in another version. */
export function withVersion(list: PrefixListRecord, entries: readonly PrefixListEntry[]): PrefixListRecord {
  const versions = [...list.versions, entries];
  let kept = versions.reduce((sum, { length }) => sum + length, 0);
  let dropped = 0;
  while (kept > MAX_KEPT_ENTRIES && dropped < versions.length - 1) kept -= versions[dropped++]!.length;
  if (dropped === 0) return { ...list, versions };
  const olderVersions = (list.olderVersions ?? 0) + dropped;
  return { ...list, versions: versions.slice(dropped), olderVersions };
}

export const currentEntries = ({ versions }: PrefixListRecord): readonly PrefixListEntry[] =>
  versions.at(-1) ?? [];

/** The entries with these put in and those taken out. Throws for what is no block of the list's family, or too many. */
export function changedEntries(
  list: Pick<PrefixListRecord, 'family'> & { readonly maxEntries: number },
  current: readonly PrefixListEntry[],
  added: readonly AddPrefixListEntry[] = [],
  removed: readonly { readonly Cidr: string }[] = [],
): PrefixListEntry[] {
  const gone = new Set(removed.map(({ Cidr }) => Cidr));
  const entries = new Map(current.filter(({ cidr }) => !gone.has(cidr)).map((entry) => [entry.cidr, entry]));
  for (const { Cidr: cidr, Description: description } of added) {
    const isBlock =
      list.family === 'IPv6' ? parseIpv6Block(cidr) !== undefined : parseBlock(cidr) !== undefined;
    if (!isBlock) {
      throw new AwsError(
        'InvalidParameterValue',
        `The CIDR ${cidr} is not valid for a prefix list of ${list.family}.`,
      );
    }
    entries.set(cidr, { cidr, ...(description !== undefined && { description }) });
  }
  if (entries.size > list.maxEntries) {
    throw new AwsError(
      'PrefixListMaxEntriesExceeded',
      `You have exceeded the maximum number of entries (${list.maxEntries}) for this prefix list.`,
    );
  }
  return [...entries.values()];
}

const settledState = ({ isModified }: PrefixListRecord) =>
  isModified ? 'modify-complete' : 'create-complete';

export const showPrefixList = (
  list: PrefixListRecord,
  state: string = settledState(list),
): ManagedPrefixList => ({
  PrefixListId: list.id,
  PrefixListArn: ec2Arn(list, 'prefix-list', list.id),
  PrefixListName: list.name,
  AddressFamily: list.family,
  State: state,
  MaxEntries: list.maxEntries,
  Version: isOfAws(list) ? undefined : latestVersion(list),
  OwnerId: isOfAws(list) ? 'AWS' : list.account,
  Tags: [...list.tags],
});

export const prefixListFilters: FilterFields<PrefixListRecord> = {
  'owner-id': (list) => (isOfAws(list) ? 'AWS' : list.account),
  'prefix-list-id': ({ id }) => id,
  'prefix-list-name': ({ name }) => name,
};
