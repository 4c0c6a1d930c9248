/**
 * Where a network's parts are kept. Every account has a default network in every region before anything is stored
 * (default-network.ts): reads find it there, and whoever changes any part stores it first. Both happen here and nowhere
 * else: the tables themselves are not exported.
 */
import type { Scope } from '../../../aws/scope.ts';
import { type ReadTransaction, type Table, type Transaction, table } from '../../../store/store.ts';
import type { ResourceRecord, ResourceRecords } from '../resource/kind.ts';
import { type DefaultNetwork, defaultNetwork } from './default-network.ts';
import type {
  InternetGatewayRecord,
  NetworkAclRecord,
  RouteTableRecord,
  SecurityGroupRecord,
  SecurityGroupRuleRecord,
  SubnetRecord,
  VpcRecord,
} from './network-records.ts';
import type { VpcParts } from './vpc-parts.ts';

/** Present once the default network is stored: from then on the tables alone say what exists. */
const storedNetworks = table<Scope>()({
  name: 'ec2.stored-networks',
  key: ({ account, region }) => [account, region],
});

/** Of an account whose network was read: there is what is put, and no more. */
export const deriveNoNetwork = (tx: Transaction, { account, region }: Scope): void =>
  tx.put(storedNetworks, { account, region });

type Part<R> = (network: DefaultNetwork) => readonly R[];

const storeParts: ((tx: Transaction, network: DefaultNetwork) => void)[] = [];

async function storeDefaultNetwork(tx: Transaction, { account, region }: Scope): Promise<void> {
  if (await tx.get(storedNetworks, [account, region])) return;
  const network = defaultNetwork({ account, region });
  for (const store of storeParts) store(tx, network);
  tx.put(storedNetworks, { account, region });
}

const derivedPart = async <R>(tx: ReadTransaction, { account, region }: Scope, part: Part<R>) =>
  (await tx.get(storedNetworks, [account, region])) ? [] : part(defaultNetwork({ account, region }));

/** The records of a table, with those that `part` gives of the default network as long as that is not stored. */
function networked<R extends ResourceRecord>(records: Table<R, string>, part: Part<R>): ResourceRecords<R> {
  storeParts.push((tx, network) => {
    for (const record of part(network)) tx.put(records, record);
  });
  const derived = (tx: ReadTransaction, scope: Scope) => derivedPart(tx, scope, part);
  return {
    async find(tx, scope, id) {
      const stored = await tx.get(records, [scope.account, scope.region, id]);
      return stored ?? (await derived(tx, scope)).find((record) => record.id === id);
    },
    async list(tx, scope) {
      const stored = await tx.list(records, { prefix: [scope.account, scope.region] });
      return [...(await derived(tx, scope)), ...stored];
    },
    async put(tx, record) {
      await storeDefaultNetwork(tx, record);
      tx.put(records, record);
    },
    async remove(tx, record) {
      await storeDefaultNetwork(tx, record);
      tx.delete(records, [record.account, record.region, record.id]);
    },
  };
}

const key = ({ account, region, id }: ResourceRecord) => [account, region, id];

export const vpcs = networked(table<VpcRecord>()({ name: 'ec2.vpcs', key }), ({ vpc }) => [vpc]);

export const subnets = networked(
  table<SubnetRecord>()({ name: 'ec2.subnets', key }),
  (network) => network.subnets,
);

export const internetGateways = networked(
  table<InternetGatewayRecord>()({ name: 'ec2.internet-gateways', key }),
  ({ internetGateway }) => [internetGateway],
);

export const networkAcls = networked(
  table<NetworkAclRecord>()({ name: 'ec2.network-acls', key }),
  ({ networkAcl }) => [networkAcl],
);

export const routeTables = networked(
  table<RouteTableRecord>()({ name: 'ec2.route-tables', key }),
  ({ routeTable }) => [routeTable],
);

export const securityGroups = networked(
  table<SecurityGroupRecord>()({ name: 'ec2.security-groups', key }),
  ({ securityGroup }) => [securityGroup],
);

const ruleTable = table<SecurityGroupRuleRecord>()({
  name: 'ec2.security-group-rules',
  key,
  indexes: { group: ({ account, region, groupId }) => [[account, region, groupId]] },
});

export const securityGroupRules = networked(ruleTable, ({ rules }) => rules);

/** No others are read, of which an account may have thousands. */
export async function rulesOfGroup(
  tx: ReadTransaction,
  scope: Scope,
  groupId: string,
): Promise<SecurityGroupRuleRecord[]> {
  const derived = await derivedPart(tx, scope, ({ rules }) => rules);
  const stored = await tx.find(ruleTable, 'group', { prefix: [scope.account, scope.region, groupId] });
  return [...derived.filter((rule) => rule.groupId === groupId), ...stored];
}

export async function putDefaultNetwork(tx: Transaction, network: DefaultNetwork): Promise<void> {
  await vpcs.put(tx, network.vpc);
  for (const subnet of network.subnets) await subnets.put(tx, subnet);
  await internetGateways.put(tx, network.internetGateway);
  await putVpcParts(tx, network);
}

export async function putVpcParts(tx: Transaction, parts: VpcParts): Promise<void> {
  await securityGroups.put(tx, parts.securityGroup);
  for (const rule of parts.rules) await securityGroupRules.put(tx, rule);
  await routeTables.put(tx, parts.routeTable);
  await networkAcls.put(tx, parts.networkAcl);
}
