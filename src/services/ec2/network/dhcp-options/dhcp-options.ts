/** A set of DHCP options: what the VPCs that use it hand to their instances. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { Scope } from '../../../../aws/scope.ts';
import { compareText } from '../../../../platform/compare-text.ts';
import type { DhcpOptions } from '../../../../shapes/generated/ec2.ts';
import { type Transaction, table } from '../../../../store/store.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { notFoundError, type ResourceKind, type ResourceRecord } from '../../resource/kind.ts';
import { dhcpOptionsId } from '../default-network.ts';

export interface DhcpOptionsRecord extends ResourceRecord {
  readonly options: readonly { readonly key: string; readonly values: readonly string[] }[];
  /** Of the standard set, until a new VPC brings it back. */
  readonly isDeleted?: boolean;
}

/** What stands for the set without any options, with which a VPC may be associated. */
export const NO_OPTIONS = 'default';

const stored = table<DhcpOptionsRecord>()({
  name: 'ec2.dhcp-options',
  key: ({ account, region, id }) => [account, region, id],
});

/** The set that AWS gives every account, and makes again where a new VPC finds it deleted. */
const standard = (scope: Scope): DhcpOptionsRecord => ({
  account: scope.account,
  region: scope.region,
  id: dhcpOptionsId(scope),
  tags: [],
  options: [
    {
      key: 'domain-name',
      values: [scope.region === 'us-east-1' ? 'ec2.internal' : `${scope.region}.compute.internal`],
    },
    { key: 'domain-name-servers', values: ['AmazonProvidedDNS'] },
  ],
});

export const dhcpOptionsKind: ResourceKind<DhcpOptionsRecord> = {
  type: 'dhcp-options',
  prefix: 'dopt',
  records: {
    async find(tx, scope, id) {
      const found = await tx.get(stored, [scope.account, scope.region, id]);
      return found ?? (id === dhcpOptionsId(scope) ? standard(scope) : undefined);
    },
    async list(tx, scope) {
      const own = await tx.list(stored, { prefix: [scope.account, scope.region] });
      return own.some(({ id }) => id === dhcpOptionsId(scope)) ? own : [standard(scope), ...own];
    },
    put: async (tx, record) => tx.put(stored, record),
    async remove(tx, { account, region, id }) {
      if (id === dhcpOptionsId({ account, region }))
        tx.put(stored, { ...standard({ account, region }), isDeleted: true });
      else tx.delete(stored, [account, region, id]);
    },
  },
  isVisible: ({ isDeleted }) => !isDeleted,
  notFound: (ids) => notFoundError('InvalidDhcpOptionID.NotFound', 'dhcpOption ID', ids),
  malformed: (id) =>
    new AwsError('InvalidDhcpOptionsId.Malformed', `Invalid id: "${id}" (expecting "dopt-...")`),
  conditions: ({ id }) => ({ 'ec2:DhcpOptionsID': id }),
};

/** A VPC is made with the standard set, which comes back where it was deleted. */
export async function restoreStandardOptions(tx: Transaction, scope: Scope): Promise<void> {
  const key = [scope.account, scope.region, dhcpOptionsId(scope)];
  if ((await tx.get(stored, key))?.isDeleted) tx.delete(stored, key);
}

/**
 * Options are shown in the order of their names, however they were given: clients compare the list with theirs.
 * https://docs.aws.amazon.com/cli/latest/reference/ec2/create-dhcp-options.html#examples
 */
export const showDhcpOptions = (record: DhcpOptionsRecord): DhcpOptions => ({
  DhcpOptionsId: record.id,
  OwnerId: record.account,
  DhcpConfigurations: record.options
    .toSorted((one, other) => compareText(one.key, other.key))
    .map(({ key, values }) => ({ Key: key, Values: values.map((Value) => ({ Value })) })),
  Tags: [...record.tags],
});

export const dhcpOptionsFilters: FilterFields<DhcpOptionsRecord> = {
  'dhcp-options-id': ({ id }) => id,
  key: ({ options }) => options.map(({ key }) => key),
  'owner-id': ({ account }) => account,
  value: ({ options }) => options.flatMap(({ values }) => values),
};
