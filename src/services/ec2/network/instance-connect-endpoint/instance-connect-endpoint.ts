/**
 * An EC2 Instance Connect Endpoint: an interface in a subnet through which instances without a public address are reached
 * (aws-facts F41). Nothing passes through it.
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { Ec2InstanceConnectEndpoint } from '../../../../shapes/generated/ec2.ts';
import { type ReadTransaction, table } from '../../../../store/store.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { ec2Arn } from '../../resource/arn.ts';
import { listResources, storedKind } from '../../resource/kind.ts';
import { wholeSeconds } from '../../whole-seconds.ts';
import { type GatewayRecord, gatewayLife, isThere } from '../gateway-life.ts';
import type { SubnetRecord } from '../network-records.ts';

export type EndpointAddressType = 'ipv4' | 'dualstack' | 'ipv6';

export interface InstanceConnectEndpointRecord extends GatewayRecord {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly zoneId: string;
  readonly groupIds: readonly string[];
  readonly networkInterfaceId: string;
  readonly preservesClientIp: boolean;
  readonly addressType: EndpointAddressType;
  readonly createdAtMs: number;
  /** What it is pending for: it was there before. */
  readonly isModified?: boolean;
  /** Distinguishes its name. */
  readonly suffix: string;
}

export const instanceConnectEndpointKind = storedKind<InstanceConnectEndpointRecord>({
  type: 'instance-connect-endpoint',
  prefix: 'eice',
  table: table<InstanceConnectEndpointRecord>()({
    name: 'ec2.instance-connect-endpoints',
    key: ({ account, region, id }) => [account, region, id],
  }),
  notFound: ([id]) =>
    new AwsError(
      'InvalidInstanceConnectEndpointId.NotFound',
      `The EC2 Instance Connect Endpoint '${id}' does not exist`,
    ),
  malformed: (id) =>
    new AwsError('InvalidInstanceConnectEndpointId.Malformed', `Invalid id: "${id}" (expecting "eice-...")`),
  conditions: ({ subnetId }) => ({ 'ec2:SubnetID': subnetId }),
});

export const instanceConnectEndpointLife = gatewayLife(instanceConnectEndpointKind, (endpoint) =>
  endpoint.state === 'pending' ? { ...endpoint, state: 'available' } : endpoint,
);

/** In a Region, and in a VPC (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/eice-quotas.html). */
const MAX_ENDPOINTS = 5;

export async function requireRoom(tx: ReadTransaction, subnet: SubnetRecord): Promise<void> {
  const present = (await listResources(tx, instanceConnectEndpointKind, subnet)).filter(isThere);
  const isInVpc = present.some(({ vpcId }) => vpcId === subnet.vpcId);
  if (!isInVpc && present.length < MAX_ENDPOINTS) return;
  throw new AwsError(
    'ResourceLimitExceeded',
    isInVpc
      ? `The maximum number of EC2 Instance Connect Endpoints (1) for the VPC '${subnet.vpcId}' has been reached.`
      : `The maximum number of EC2 Instance Connect Endpoints (${MAX_ENDPOINTS}) has been reached.`,
  );
}

/** Throws where the interface cannot have such addresses, or cannot give them its clients'. */
export function requireAddressType(
  subnet: SubnetRecord,
  type: EndpointAddressType,
  preservesClientIp: boolean,
): void {
  if (preservesClientIp && type !== 'ipv4') {
    throw new AwsError(
      'InvalidParameterCombination',
      'PreserveClientIp is only supported on IPv4 EC2 Instance Connect Endpoints.',
    );
  }
  const missing = [
    ...(type === 'ipv6' || subnet.cidrBlock !== undefined ? [] : ['IPv4']),
    ...(type === 'ipv4' || subnet.ipv6Cidrs?.length ? [] : ['IPv6']),
  ];
  if (missing.length === 0) return;
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${type}) for parameter ipAddressType is invalid. The subnet '${subnet.id}' has no ${missing[0]} CIDR block.`,
  );
}

/** What it has addresses of where the request does not say: all that the subnet has. */
export function defaultAddressType({ cidrBlock, ipv6Cidrs = [] }: SubnetRecord): EndpointAddressType {
  if (cidrBlock === undefined) return 'ipv6';
  return ipv6Cidrs.length > 0 ? 'dualstack' : 'ipv4';
}

function shownState({ state, isModified }: InstanceConnectEndpointRecord): string {
  const verb = state.startsWith('delet') ? 'delete' : isModified ? 'update' : 'create';
  return `${verb}-${state === 'pending' || state === 'deleting' ? 'in-progress' : 'complete'}`;
}

export function showInstanceConnectEndpoint(
  endpoint: InstanceConnectEndpointRecord,
): Ec2InstanceConnectEndpoint {
  const { id, region, suffix } = endpoint;
  const names = (fips: string) =>
    `${id}.${suffix}.${fips}ec2-instance-connect-endpoint.${region}.amazonaws.com`;
  const [DnsName, FipsDnsName] = [names(''), names('fips.')];
  return {
    OwnerId: endpoint.account,
    InstanceConnectEndpointId: id,
    InstanceConnectEndpointArn: ec2Arn(endpoint, instanceConnectEndpointKind.type, id),
    State: shownState(endpoint),
    StateMessage: '',
    DnsName,
    FipsDnsName,
    NetworkInterfaceIds: [endpoint.networkInterfaceId],
    VpcId: endpoint.vpcId,
    SubnetId: endpoint.subnetId,
    AvailabilityZone: endpoint.zone,
    AvailabilityZoneId: endpoint.zoneId,
    CreatedAt: wholeSeconds(endpoint.createdAtMs),
    PreserveClientIp: endpoint.preservesClientIp,
    SecurityGroupIds: [...endpoint.groupIds],
    IpAddressType: endpoint.addressType,
    PublicDnsNames: { Ipv4: { DnsName, FipsDnsName } },
    Tags: [...endpoint.tags],
  };
}

export const instanceConnectEndpointFilters: FilterFields<InstanceConnectEndpointRecord> = {
  'instance-connect-endpoint-id': ({ id }) => id,
  state: shownState,
  'subnet-id': ({ subnetId }) => subnetId,
  'vpc-id': ({ vpcId }) => vpcId,
};
