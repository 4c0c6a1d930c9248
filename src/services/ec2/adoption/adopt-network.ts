/** VPCs of real accounts, with what instances are launched into, and the endpoints whose policies hold calls. */
import type { Scope } from '../../../aws/scope.ts';
import { type Adoption, entriesOf, missingAnswer, timeOf } from '../../../invoke/imported/described.ts';
import type {
  NetworkAcl,
  RouteTable,
  SecurityGroup,
  SecurityGroupRule,
  SecurityGroupVpcAssociation,
  Subnet,
  Vpc,
  VpcEndpoint,
} from '../../../shapes/generated/ec2.ts';
import { derivedId } from '../network/default-network.ts';
import type {
  CidrAssociation,
  RouteTableRecord,
  SubnetRecord,
  VpcRecord,
} from '../network/network-records.ts';
import {
  deriveNoNetwork,
  networkAcls,
  routeTables,
  securityGroupRules,
  securityGroups,
  subnets,
  vpcs,
} from '../network/networked.ts';
import { vpcEndpoints } from '../network/vpc-endpoint/vpc-endpoint.ts';
import { makeVpcParts } from '../network/vpc-parts.ts';
import { adoptListedInterfaces } from './adopt-interfaces.ts';
import { NETWORK_PARTS } from './adopt-network-parts.ts';
import { tagsOf } from './described-resources.ts';

/** Where the VPCs were read, they are all there are; else the default ones stand for what nobody has read. */
export async function adoptNetwork(adoption: Adoption, scope: Scope): Promise<void> {
  adoptEndpoints(adoption, scope);
  adoptListedInterfaces(adoption, scope);
  const isRead = !missingAnswer(adoption, 'ec2:DescribeVpcs', scope, { kind: 'policy', name: 'VPCs' });
  if (!isRead) return;
  const { tx } = adoption;
  deriveNoNetwork(tx, scope);
  const routed = new Set<string>();
  for (const each of entriesOf<RouteTable>(adoption, 'ec2:DescribeRouteTables', scope, 'RouteTables')) {
    const table = routeTableOf(scope, each);
    if (table.associations.some(({ isMain }) => isMain)) routed.add(table.vpcId);
    await routeTables.put(tx, table);
  }
  const grouped = await adoptGroups(adoption, scope);
  const acls = entriesOf<NetworkAcl>(adoption, 'ec2:DescribeNetworkAcls', scope, 'NetworkAcls');
  const listed = new Set(acls.filter(({ IsDefault }) => IsDefault).map(({ VpcId }) => VpcId));
  for (const each of entriesOf<Vpc>(adoption, 'ec2:DescribeVpcs', scope, 'Vpcs')) {
    const vpc = vpcOf(scope, each, (attribute) => vpcAttribute(adoption, scope, each, attribute));
    await vpcs.put(tx, vpc);
    // What every VPC has, where it was not read.
    const parts = makeVpcParts(vpc, (prefix, part) => derivedId(scope, prefix, `${vpc.id}/${part ?? ''}`));
    if (!listed.has(vpc.id)) await networkAcls.put(tx, parts.networkAcl);
    if (!routed.has(vpc.id)) await routeTables.put(tx, parts.routeTable);
    if (grouped.has(vpc.id)) continue;
    await securityGroups.put(tx, parts.securityGroup);
    for (const rule of parts.rules) await securityGroupRules.put(tx, rule);
  }
  for (const each of entriesOf<Subnet>(adoption, 'ec2:DescribeSubnets', scope, 'Subnets')) {
    // Of another account that shares it: nobody here changes it.
    if (each.OwnerId !== undefined && each.OwnerId !== scope.account) continue;
    await subnets.put(tx, { ...subnetOf(scope, each), networkAcl: aclOf(acls, each) });
  }
  for (const adopt of NETWORK_PARTS) await adopt(adoption, scope);
}

const ipv6Of = (all: readonly { AssociationId?: string; Ipv6CidrBlock?: string }[] = []): CidrAssociation[] =>
  all.map(({ AssociationId: id = '', Ipv6CidrBlock: cidrBlock = '' }) => ({ id, cidrBlock }));

/** Undefined where it was not read: what AWS sets then holds. */
const vpcAttribute = (
  { described }: Adoption,
  scope: Scope,
  { VpcId }: Vpc,
  attribute: string,
): boolean | undefined => {
  const answer = described.get('ec2:DescribeVpcAttribute', scope, { Attribute: attribute, VpcId });
  const name = `${attribute.charAt(0).toUpperCase()}${attribute.slice(1)}`;
  return (answer?.output?.[name] as { Value?: boolean } | undefined)?.Value;
};

function aclOf(acls: readonly NetworkAcl[], { SubnetId }: Subnet): SubnetRecord['networkAcl'] {
  for (const { NetworkAclId: id = '', Associations = [] } of acls) {
    const association = Associations.find((each) => each.SubnetId === SubnetId);
    if (association) return { id, associationId: association.NetworkAclAssociationId ?? '' };
  }
  return undefined;
}

function vpcOf(scope: Scope, vpc: Vpc, attribute: (name: string) => boolean | undefined): VpcRecord {
  const { CidrBlock: cidrBlock = '', CidrBlockAssociationSet: blocks = [] } = vpc;
  const named = blocks.map((each) => ({ id: each.AssociationId ?? '', cidrBlock: each.CidrBlock ?? '' }));
  const secondaryCidrs = named.filter((each) => each.cidrBlock !== cidrBlock);
  const ipv6Cidrs = ipv6Of(vpc.Ipv6CidrBlockAssociationSet);
  return {
    ...scope,
    id: vpc.VpcId ?? '',
    tags: tagsOf(vpc.Tags),
    cidrBlock,
    cidrAssociationId: named.find((each) => each.cidrBlock === cidrBlock)?.id ?? '',
    ...(secondaryCidrs.length > 0 && { secondaryCidrs }),
    ...(ipv6Cidrs.length > 0 && { ipv6Cidrs }),
    isDefault: vpc.IsDefault ?? false,
    dhcpOptionsId: vpc.DhcpOptionsId ?? 'default',
    tenancy: vpc.InstanceTenancy === 'dedicated' ? 'dedicated' : 'default',
    dnsSupport: attribute('enableDnsSupport') ?? true,
    dnsHostnames: attribute('enableDnsHostnames') ?? vpc.IsDefault ?? false,
    networkAddressUsageMetrics: false,
  };
}

function subnetOf(scope: Scope, subnet: Subnet) {
  const ipv6Cidrs = ipv6Of(subnet.Ipv6CidrBlockAssociationSet);
  const names = subnet.PrivateDnsNameOptionsOnLaunch;
  return {
    ...scope,
    id: subnet.SubnetId ?? '',
    tags: tagsOf(subnet.Tags),
    vpcId: subnet.VpcId ?? '',
    ...(!subnet.Ipv6Native && { cidrBlock: subnet.CidrBlock ?? '' }),
    zone: subnet.AvailabilityZone ?? `${scope.region}a`,
    zoneId: subnet.AvailabilityZoneId ?? '',
    defaultForZone: subnet.DefaultForAz ?? false,
    mapPublicIpOnLaunch: subnet.MapPublicIpOnLaunch ?? false,
    ...(ipv6Cidrs.length > 0 && { ipv6Cidrs }),
    assignsIpv6: subnet.AssignIpv6AddressOnCreation ?? false,
    dns64: subnet.EnableDns64 ?? false,
    ...(names && {
      dnsNames: {
        hostnameType:
          names.HostnameType === 'resource-name' ? ('resource-name' as const) : ('ip-name' as const),
        aRecord: names.EnableResourceNameDnsARecord ?? false,
        aaaaRecord: names.EnableResourceNameDnsAAAARecord ?? false,
      },
    }),
  };
}

function routeTableOf(scope: Scope, table: RouteTable): RouteTableRecord {
  return {
    ...scope,
    id: table.RouteTableId ?? '',
    tags: tagsOf(table.Tags),
    vpcId: table.VpcId ?? '',
    routes: (table.Routes ?? []).map((route) => ({
      destination:
        route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId ?? '',
      gatewayId: route.GatewayId,
      egressOnlyGatewayId: route.EgressOnlyInternetGatewayId,
      natGatewayId: route.NatGatewayId,
      networkInterfaceId: route.NetworkInterfaceId,
      peeringId: route.VpcPeeringConnectionId,
      ...(route.State === 'blackhole' && { isBlackhole: true }),
      origin: route.Origin === 'CreateRouteTable' ? ('CreateRouteTable' as const) : ('CreateRoute' as const),
    })),
    propagatingGatewayIds: (table.PropagatingVgws ?? []).flatMap(({ GatewayId }) => GatewayId ?? []),
    associations: (table.Associations ?? []).map((association) => ({
      id: association.RouteTableAssociationId ?? '',
      isMain: association.Main ?? false,
      subnetId: association.SubnetId,
      gatewayId: association.GatewayId,
    })),
  };
}

/** What was on its way has arrived by now. The VPC of another account, which shares it, is not here. */
const isSettled = ({ State, VpcOwnerId, GroupOwnerId }: SecurityGroupVpcAssociation): boolean =>
  (State === 'associating' || State === 'associated') && VpcOwnerId === GroupOwnerId;

/** The VPCs whose default group is among those that were read. */
async function adoptGroups(adoption: Adoption, scope: Scope): Promise<ReadonlySet<string>> {
  const { tx } = adoption;
  const withDefault = new Set<string>();
  const associations = entriesOf<SecurityGroupVpcAssociation>(
    adoption,
    'ec2:DescribeSecurityGroupVpcAssociations',
    scope,
    'SecurityGroupVpcAssociations',
  ).filter(isSettled);
  const associated = Map.groupBy(associations, ({ GroupId = '' }) => GroupId);
  for (const each of entriesOf<SecurityGroup>(
    adoption,
    'ec2:DescribeSecurityGroups',
    scope,
    'SecurityGroups',
  )) {
    const { GroupId: id = '', VpcId: vpcId = '', GroupName: name = '', Description: description = '' } = each;
    if (name === 'default') withDefault.add(vpcId);
    const vpcAssociations = associated.get(id)?.map(({ VpcId = '' }) => ({
      vpcId: VpcId,
      state: 'associated' as const,
    }));
    const group = { ...scope, id, tags: tagsOf(each.Tags), vpcId, name, description };
    await securityGroups.put(tx, { ...group, vpcAssociations });
  }
  const rules = entriesOf<SecurityGroupRule>(
    adoption,
    'ec2:DescribeSecurityGroupRules',
    scope,
    'SecurityGroupRules',
  );
  for (const rule of rules) {
    const { ReferencedGroupInfo: group } = rule;
    await securityGroupRules.put(tx, {
      ...scope,
      id: rule.SecurityGroupRuleId ?? '',
      tags: tagsOf(rule.Tags),
      groupId: rule.GroupId ?? '',
      isEgress: rule.IsEgress ?? false,
      protocol: rule.IpProtocol ?? '-1',
      fromPort: rule.FromPort ?? -1,
      toPort: rule.ToPort ?? -1,
      cidrIpv4: rule.CidrIpv4,
      cidrIpv6: rule.CidrIpv6,
      prefixListId: rule.PrefixListId,
      ...(group && {
        referencedGroup: { groupId: group.GroupId ?? '', userId: group.UserId ?? scope.account },
      }),
      description: rule.Description,
    });
  }
  return withDefault;
}

/** An endpoint with a policy that is none is kept with it: what it lets through is not known then. */
function adoptEndpoints(adoption: Adoption, scope: Scope): void {
  const described = entriesOf<VpcEndpoint>(adoption, 'ec2:DescribeVpcEndpoints', scope, 'VpcEndpoints');
  for (const endpoint of described) {
    const { VpcEndpointId: id = '', VpcEndpointType: type } = endpoint;
    if (type !== 'Interface' && type !== 'Gateway') continue;
    adoption.tx.put(vpcEndpoints, {
      ...scope,
      id,
      tags: tagsOf(endpoint.Tags),
      vpcId: endpoint.VpcId ?? '',
      type,
      serviceName: endpoint.ServiceName ?? '',
      policy: endpoint.PolicyDocument,
      createdAtMs: timeOf(endpoint.CreationTimestamp),
      routeTableIds: endpoint.RouteTableIds ?? [],
      subnetIds: endpoint.SubnetIds ?? [],
      groupIds: (endpoint.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
      networkInterfaceIds: endpoint.NetworkInterfaceIds ?? [],
      privateDns: endpoint.PrivateDnsEnabled ?? false,
      suffix: /^vpce-[0-9a-f]+-([a-z0-9]+)/.exec(endpoint.DnsEntries?.[0]?.DnsName ?? '')?.[1] ?? '',
    });
  }
}
