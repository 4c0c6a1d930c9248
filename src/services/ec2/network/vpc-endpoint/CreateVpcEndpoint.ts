/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html. To services of AWS in the same Region. */
import { AwsError } from '../../../../aws/aws-error.ts';
import { hex } from '../../../../platform/identifiers.ts';
import type { CreateVpcEndpointRequest } from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { ec2 } from '../../ec2.ts';
import { createdResources } from '../../resource/arn.ts';
import { idsOfToken, rememberToken } from '../../resource/client-token.ts';
import { listResources, newId, ownResourceCheck, requireResource } from '../../resource/kind.ts';
import { requireAtMost } from '../../resource/quota.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import { notServed } from '../../resource/unserved.ts';
import type { VpcRecord } from '../network-records.ts';
import { securityGroups } from '../networked.ts';
import { routeTableKind } from '../route-table/route-table.ts';
import { securityGroupKind } from '../security-group/security-group.ts';
import { requireIpv4, subnetKind } from '../subnet/subnet.ts';
import { vpcKind } from '../vpc/vpc.ts';
import { namedIn, requireAddresses, requirePartsIn, withParts } from './endpoint-parts.ts';
import { findEndpointService } from './endpoint-service.ts';
import {
  requirePolicy,
  showVpcEndpoint,
  type VpcEndpointRecord,
  vpcEndpointKind,
  vpcEndpoints,
} from './vpc-endpoint.ts';

const ACTION = 'ec2:CreateVpcEndpoint';

export default ec2.operation('CreateVpcEndpoint', {
  unserved: [
    ['DnsOptions.DnsRecordIpType', 'ipv4', 'service-defined'],
    'DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint',
    'DnsOptions.PrivateDnsPreference',
    'DnsOptions.PrivateDnsSpecifiedDomains',
    ['IpAddressType', 'ipv4'],
    'ResourceConfigurationArn',
    'ServiceNetworkArn',
    'ServiceRegion',
    'SubnetConfigurations[].Ipv6',
    ['VpcEndpointType', 'Gateway', 'Interface'],
  ],
  async checks(context, input) {
    const service = requireService(context.region, input);
    const { create, tag } = taggedCreationCheck(context, ACTION, vpcEndpointKind, input, { service }, () => ({
      'ec2:VpceServiceName': service.name,
      'ec2:VpceServiceOwner': 'amazon',
    }));
    const { RouteTableIds: tables = [], SubnetIds: subnets = [], SecurityGroupIds: groups = [] } = input;
    return {
      endpoint: create,
      vpc: await ownResourceCheck(context, vpcKind, ACTION, input.VpcId),
      tables: await Promise.all(tables.map((id) => ownResourceCheck(context, routeTableKind, ACTION, id))),
      subnets: await Promise.all(subnets.map((id) => ownResourceCheck(context, subnetKind, ACTION, id))),
      groups: await Promise.all(groups.map((id) => ownResourceCheck(context, securityGroupKind, ACTION, id))),
      tag,
    };
  },
  async preconditions(context, input, { vpc, tables, subnets, groups }) {
    if (input.PolicyDocument) requirePolicy(input.PolicyDocument);
    if ((await idsOfToken(context.tx, context, 'CreateVpcEndpoint', input))?.length) return;
    requirePartsIn(vpc.record.id, [...tables, ...subnets], groups);
    if (typeOf(input) === 'Interface') await requireRoom(context.tx, vpc.record);
    const zones = subnets.map(({ record }) => record.zone);
    if (new Set(zones).size < zones.length) {
      throw new AwsError(
        'DuplicateSubnetsInSameZone',
        'Found another VPC endpoint subnet in the availability zone',
      );
    }
    const served = subnets.map(({ record }) => record);
    served.forEach(requireIpv4);
    await requireAddresses(context.tx, namedIn(input.SubnetConfigurations), served);
    if (hasPrivateDns(input)) requireDns(vpc.record);
  },
  async execute(context, input, { endpoint: { plan }, vpc: { record: vpc }, groups }) {
    const { account, region, tx, entropy, nowMs } = context;
    const { ClientToken } = input;
    const [made] = (await idsOfToken(tx, context, 'CreateVpcEndpoint', input)) ?? [];
    if (made) {
      return {
        VpcEndpoint: showVpcEndpoint(await requireResource(tx, vpcEndpointKind, context, made)),
        ClientToken,
      };
    }
    const type = typeOf(input);
    const all = (await securityGroups.list(tx, context)).filter(({ vpcId }) => vpcId === vpc.id);
    const standard = all.filter(({ name }) => name === 'default');
    const chosen = groups.length > 0 ? groups.map(({ record }) => record) : standard;
    const bare: VpcEndpointRecord = {
      account,
      region,
      id: newId(entropy, vpcEndpointKind.prefix),
      tags: plan.tags,
      vpcId: vpc.id,
      type,
      serviceName: plan.service.name,
      policy: input.PolicyDocument || undefined,
      createdAtMs: nowMs,
      routeTableIds: [],
      subnetIds: [],
      groupIds: type === 'Interface' ? chosen.map(({ id }) => id) : [],
      networkInterfaceIds: [],
      privateDns: hasPrivateDns(input),
      suffix: hex(entropy, 8),
    };
    const { SubnetIds: inSubnets = [], RouteTableIds: inTables = [], SubnetConfigurations: named } = input;
    const endpoint = await withParts(context, bare, inSubnets, inTables, namedIn(named));
    tx.put(vpcEndpoints, endpoint);
    rememberToken(tx, context, 'CreateVpcEndpoint', input, [endpoint.id]);
    const State = type === 'Interface' ? 'pending' : 'available';
    const names = new Map(all.map(({ id, name }) => [id, name]));
    return { VpcEndpoint: { ...showVpcEndpoint(endpoint, names), State }, ClientToken };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, vpcEndpointKind.type, [output?.VpcEndpoint?.VpcEndpointId]),
  },
});

/** https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html */
const MAX_INTERFACE_ENDPOINTS = 50;

async function requireRoom(tx: ReadTransaction, vpc: VpcRecord): Promise<void> {
  const all = await listResources(tx, vpcEndpointKind, vpc);
  const inVpc = all.filter(({ vpcId, type }) => vpcId === vpc.id && type === 'Interface');
  requireAtMost(MAX_INTERFACE_ENDPOINTS, inVpc.length + 1, 'VpcEndpointLimitExceeded', 'VPC endpoints');
}

const typeOf = ({ VpcEndpointType: type = 'Gateway' }: CreateVpcEndpointRequest) =>
  type as 'Gateway' | 'Interface';

const hasPrivateDns = (input: CreateVpcEndpointRequest): boolean =>
  typeOf(input) === 'Interface' && input.PrivateDnsEnabled !== false;

function requireService(region: string, input: CreateVpcEndpointRequest) {
  const { ServiceName: name } = input;
  if (!name) throw new AwsError('MissingParameter', 'The request must contain the parameter ServiceName');
  if (name.startsWith('com.amazonaws.vpce.')) throw notServed(`an endpoint to the endpoint service ${name}`);
  const service = findEndpointService(region, name);
  if (!service) throw new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${name}' does not exist`);
  const type = typeOf(input);
  if (!service.types.includes(type)) {
    throw new AwsError(
      'InvalidParameter',
      `Endpoint type (${type}) does not match available service types ([${service.types.join(', ')}]).`,
    );
  }
  const [wrong, noun] =
    type === 'Gateway'
      ? [[input.SubnetIds, input.SecurityGroupIds], 'Subnets and security groups']
      : [[input.RouteTableIds], 'Route table IDs'];
  if (wrong.some((ids) => ids?.length)) {
    throw new AwsError('InvalidParameter', `${noun} are not supported for ${type} endpoints.`);
  }
  return service;
}

function requireDns({ id, dnsSupport, dnsHostnames }: VpcRecord): void {
  if (dnsSupport && dnsHostnames) return;
  throw new AwsError(
    'InvalidParameter',
    `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${id}`,
  );
}
