/**
 * The default VPC that every account has in every region, with a subnet in each zone and a default security group
 * (https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html). Derived from account and region, and so there
 * before anything is stored; the first call that changes the network stores it.
 */
import { createHash } from 'node:crypto';
import type { Scope } from '../../../aws/scope.ts';
import { type Zone, zonesOf } from '../region/region.ts';
import type { InternetGatewayRecord, SubnetRecord, VpcRecord } from './network-records.ts';
import { type IdSource, makeVpcParts, type VpcParts } from './vpc-parts.ts';

export interface DefaultNetwork extends VpcParts {
  readonly vpc: VpcRecord;
  readonly subnets: readonly SubnetRecord[];
  readonly internetGateway: InternetGatewayRecord;
}

/** A /20 of 172.31.0.0/16 for each zone, as AWS lays it out. */
const SUBNET_STRIDE = 16;

const derived = new Map<string, DefaultNetwork>();

export function defaultNetwork({ account, region }: Scope): DefaultNetwork {
  const name = `${account}/${region}`;
  let network = derived.get(name);
  if (!network) {
    network = derive({ account, region });
    derived.set(name, network);
  }
  return network;
}

const derive = (scope: Scope): DefaultNetwork =>
  makeDefaultNetwork(scope, (prefix, part) => derivedId(scope, prefix, part));

export function makeDefaultNetwork({ account, region }: Scope, id: IdSource): DefaultNetwork {
  const owned = { account, region, tags: [] };
  const vpc: VpcRecord = {
    ...owned,
    id: id('vpc'),
    cidrBlock: '172.31.0.0/16',
    cidrAssociationId: id('vpc-cidr-assoc'),
    isDefault: true,
    dhcpOptionsId: dhcpOptionsId({ account, region }),
    tenancy: 'default',
    dnsSupport: true,
    dnsHostnames: true,
    networkAddressUsageMetrics: false,
  };
  const internetGateway = { ...owned, id: id('igw'), vpcId: vpc.id };
  const { routeTable, ...parts } = makeVpcParts(vpc, id);
  return {
    ...parts,
    vpc,
    internetGateway,
    routeTable: {
      ...routeTable,
      routes: [
        ...routeTable.routes,
        { destination: '0.0.0.0/0', gatewayId: internetGateway.id, origin: 'CreateRoute' },
      ],
    },
    subnets: zonesOf(region).map((zone, index) =>
      makeDefaultSubnet(vpc, zone, `172.31.${index * SUBNET_STRIDE}.0/20`, id),
    ),
  };
}

export const makeDefaultSubnet = (
  { account, region, id: vpcId }: VpcRecord,
  zone: Zone,
  cidrBlock: string | undefined,
  id: IdSource,
): SubnetRecord => ({
  account,
  region,
  tags: [],
  id: id('subnet', zone.name),
  vpcId,
  cidrBlock,
  zone: zone.name,
  zoneId: zone.id,
  defaultForZone: true,
  mapPublicIpOnLaunch: true,
});

/** The account's one set of DHCP options, which every VPC uses. */
export const dhcpOptionsId = (scope: Scope): string => derivedId(scope, 'dopt');

/** The same each time, of what is stored nowhere. */
export function derivedId({ account, region }: Scope, prefix: string, part = ''): string {
  const digest = createHash('sha256').update(`${prefix}/${account}/${region}/${part}`).digest('hex');
  return `${prefix}-0${digest.slice(0, 16)}`;
}
