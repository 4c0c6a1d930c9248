/**
 * A VPC endpoint: to a service of AWS through a gateway, or through interfaces in subnets. Its policy holds the calls that
 * come through it (src/wire/vpc-endpoint.ts).
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { VpcEndpointSource } from '../../../../invoke/ports/ports.ts';
import type { NamedPolicy } from '../../../../policy/decision.ts';
import { internPolicy } from '../../../../policy/intern.ts';
import { unknownPolicy } from '../../../../policy/unknown.ts';
import type { DnsEntry, VpcEndpoint } from '../../../../shapes/generated/ec2.ts';
import { type ReadTransaction, table } from '../../../../store/store.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { ec2Arn } from '../../resource/arn.ts';
import { type ResourceRecord, storedKind } from '../../resource/kind.ts';
import { formatIpv4, parseBlock } from '../address.ts';
import { networkInterfaces } from '../network-interface/network-interface.ts';
import { vpcs } from '../networked.ts';
import { findEndpointService } from './endpoint-service.ts';

export interface VpcEndpointRecord extends ResourceRecord {
  readonly vpcId: string;
  readonly type: 'Interface' | 'Gateway';
  readonly serviceName: string;
  /** The text of its policy; the default one where absent. */
  readonly policy?: string;
  readonly createdAtMs: number;
  readonly routeTableIds: readonly string[];
  readonly subnetIds: readonly string[];
  readonly groupIds: readonly string[];
  readonly networkInterfaceIds: readonly string[];
  readonly privateDns: boolean;
  /** Distinguishes its names. */
  readonly suffix: string;
}

export const vpcEndpoints = table<VpcEndpointRecord>()({
  name: 'ec2.vpc-endpoints',
  key: ({ account, region, id }) => [account, region, id],
  indexes: { id: ({ id }) => [[id]] },
});

export const vpcEndpointKind = storedKind<VpcEndpointRecord>({
  type: 'vpc-endpoint',
  prefix: 'vpce',
  table: vpcEndpoints,
  notFound: ([id]) =>
    new AwsError('InvalidVpcEndpointId.NotFound', `The Vpc Endpoint Id '${id}' does not exist`),
  malformed: (id) => new AwsError('InvalidVpcEndpointId.Malformed', `Invalid Id: '${id}'`),
  conditions: ({ serviceName }) => ({
    'ec2:VpceServiceName': serviceName,
    'ec2:VpceServiceOwner': 'amazon',
  }),
});

/** What an endpoint without a policy of its own has: everything to everybody. */
const DEFAULT_POLICY = JSON.stringify({
  Version: '2008-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
});

/** Throws EC2's error for a text that is no policy. */
export function requirePolicy(document: string): void {
  const parsed = internPolicy(document, 'resource');
  if (!parsed.ok) throw new AwsError('InvalidPolicyDocument', `The Policy is invalid: ${parsed.message}`);
}

const policyText = ({ policy }: VpcEndpointRecord): string => policy ?? DEFAULT_POLICY;

function dnsEntries({ id, suffix, region, serviceName, type }: VpcEndpointRecord): DnsEntry[] {
  if (type === 'Gateway') return [];
  const service = serviceName.replace(`com.amazonaws.${region}.`, '');
  return [
    { DnsName: `${id}-${suffix}.${service}.${region}.vpce.amazonaws.com`, HostedZoneId: 'Z7HUB22UULQXV' },
  ];
}

export function showVpcEndpoint(
  endpoint: VpcEndpointRecord,
  groupNames: ReadonlyMap<string, string> = new Map(),
): VpcEndpoint {
  return {
    VpcEndpointId: endpoint.id,
    VpcEndpointType: endpoint.type,
    VpcId: endpoint.vpcId,
    ServiceName: endpoint.serviceName,
    ServiceRegion: endpoint.region,
    State: 'available',
    PolicyDocument: policyText(endpoint),
    RouteTableIds: [...endpoint.routeTableIds],
    SubnetIds: [...endpoint.subnetIds],
    Groups: endpoint.groupIds.map((GroupId) => ({ GroupId, GroupName: groupNames.get(GroupId) })),
    IpAddressType: 'ipv4',
    DnsOptions: { DnsRecordIpType: endpoint.type === 'Gateway' ? 'service-defined' : 'ipv4' },
    PrivateDnsEnabled: endpoint.privateDns,
    RequesterManaged: false,
    NetworkInterfaceIds: [...endpoint.networkInterfaceIds],
    DnsEntries: dnsEntries(endpoint),
    CreationTimestamp: endpoint.createdAtMs,
    OwnerId: endpoint.account,
    Tags: [...endpoint.tags],
  };
}

export const vpcEndpointFilters: FilterFields<VpcEndpointRecord> = {
  'ip-address-type': () => 'ipv4',
  'owner-id': ({ account }) => account,
  'service-name': ({ serviceName }) => serviceName,
  'service-region': ({ region }) => region,
  'vpc-endpoint-id': ({ id }) => id,
  'vpc-endpoint-state': () => 'available',
  'vpc-endpoint-type': ({ type }) => type,
  'vpc-id': ({ vpcId }) => vpcId,
};

/** Of an imported account it may be anything. */
function namedPolicy(endpoint: VpcEndpointRecord): NamedPolicy {
  const parsed = internPolicy(policyText(endpoint), 'resource');
  const name = ec2Arn(endpoint, 'vpc-endpoint', endpoint.id);
  return parsed.ok ? { name, policy: parsed.policy } : unknownPolicy(name, parsed.message);
}

/** Of all accounts and Regions. */
export const endpointPolicies = async (tx: ReadTransaction): Promise<NamedPolicy[]> =>
  (await tx.list(vpcEndpoints)).map(namedPolicy);

export const endpointSource: VpcEndpointSource = {
  async endpoint(tx, id) {
    const [endpoint] = await tx.find(vpcEndpoints, 'id', { prefix: [id], limit: 1 });
    if (!endpoint) return undefined;
    const { account, region, vpcId, serviceName } = endpoint;
    return {
      account,
      region,
      vpcId,
      signingName: findEndpointService(region, serviceName)?.signingName ?? '',
      policy: namedPolicy(endpoint),
      anyAddress: await anyAddress(tx, endpoint),
    };
  },
};

/** Beside one of its interfaces, or the first that the VPC gives out. */
async function anyAddress(tx: ReadTransaction, endpoint: VpcEndpointRecord): Promise<string> {
  const { account, region, vpcId, networkInterfaceIds } = endpoint;
  const [first] = networkInterfaceIds;
  const eni = first ? await tx.get(networkInterfaces, [account, region, first]) : undefined;
  if (eni?.privateIp) return eni.privateIp;
  const block = parseBlock((await vpcs.find(tx, endpoint, vpcId))?.cidrBlock ?? '');
  return formatIpv4((block?.first ?? 0) + 4);
}
