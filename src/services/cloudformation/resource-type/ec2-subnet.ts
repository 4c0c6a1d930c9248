/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnet.html */
import type { Call } from '../../../invoke/context.ts';
import type { ModifySubnetAttributeRequest, Subnet } from '../../../shapes/generated/ec2.ts';
import { type Json, type JsonObject, sameValue } from '../template/json.ts';
import { updateTags } from './ec2-tags.ts';
import { TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

const SWITCHES = ['AssignIpv6AddressOnCreation', 'EnableDns64', 'MapPublicIpOnLaunch'] as const;

const blockAttributes = (subnet: Subnet | undefined) => ({
  BlockPublicAccessStates: { ...subnet?.BlockPublicAccessStates },
  Ipv6CidrBlocks: (subnet?.Ipv6CidrBlockAssociationSet ?? []).map(({ Ipv6CidrBlock = '' }) => Ipv6CidrBlock),
});

async function find(call: Call, id: string): Promise<Subnet | undefined> {
  const { Subnets: [found] = [] } = await call('ec2', 'DescribeSubnets', { SubnetIds: [id] });
  return found;
}

export const subnet: ResourceType = {
  name: 'AWS::EC2::Subnet',
  properties: {
    AssignIpv6AddressOnCreation: { type: 'Boolean' },
    AvailabilityZone: { type: 'String', change: 'replacement' },
    AvailabilityZoneId: { type: 'String', change: 'replacement' },
    CidrBlock: { type: 'String', change: 'replacement' },
    EnableDns64: { type: 'Boolean' },
    Ipv6CidrBlock: { type: 'String' },
    Ipv6Native: { type: 'Boolean', change: 'replacement' },
    MapPublicIpOnLaunch: { type: 'Boolean' },
    PrivateDnsNameOptionsOnLaunch: {
      type: {
        object: {
          EnableResourceNameDnsAAAARecord: { type: 'Boolean' },
          EnableResourceNameDnsARecord: { type: 'Boolean' },
          HostnameType: { type: 'String' },
        },
      },
    },
    Tags: TAGS,
    VpcId: { type: 'String', required: true, change: 'replacement' },
  },
  unserved: [
    'EnableLniAtDeviceIndex',
    'Ipv4IpamPoolId',
    'Ipv4NetmaskLength',
    'Ipv6IpamPoolId',
    'Ipv6NetmaskLength',
    'OutpostArn',
  ],
  attributes: [
    'AvailabilityZone',
    'AvailabilityZoneId',
    'BlockPublicAccessStates',
    'CidrBlock',
    'Ipv6CidrBlocks',
    'NetworkAclAssociationId',
    'OutpostArn',
    'SubnetId',
    'VpcId',
  ],
  late: {
    attributes: ['BlockPublicAccessStates', 'Ipv6CidrBlocks', 'NetworkAclAssociationId'],
    read: async (call, id) => ({
      ...blockAttributes(await find(call, id)),
      NetworkAclAssociationId: await aclAssociation(call, id),
    }),
  },

  async create({ call }, properties) {
    const { Subnet: created } = await call('ec2', 'CreateSubnet', {
      VpcId: properties.VpcId as string,
      CidrBlock: properties.CidrBlock as string | undefined,
      Ipv6CidrBlock: properties.Ipv6CidrBlock as string | undefined,
      Ipv6Native: properties.Ipv6Native as boolean | undefined,
      AvailabilityZone: properties.AvailabilityZone as string | undefined,
      AvailabilityZoneId: properties.AvailabilityZoneId as string | undefined,
      TagSpecifications: [{ ResourceType: 'subnet', Tags: tagsOf(properties) }],
    });
    const { PrivateDnsNameOptionsOnLaunch: _names, ...rest } = properties;
    const made = Object.fromEntries(
      Object.entries(rest).filter(([name]) => !SWITCHES.some((each) => each === name)),
    );
    return { physicalId: created?.SubnetId as string, made };
  },

  async read({ call }, { physicalId }) {
    const found = await find(call, physicalId);
    return {
      AvailabilityZone: found?.AvailabilityZone ?? '',
      AvailabilityZoneId: found?.AvailabilityZoneId ?? '',
      CidrBlock: found?.CidrBlock ?? '',
      ...blockAttributes(found),
      NetworkAclAssociationId: await aclAssociation(call, physicalId),
      OutpostArn: '',
      SubnetId: physicalId,
      VpcId: found?.VpcId ?? '',
    };
  },

  async update(ctx, { physicalId, properties: from }, to) {
    const { call } = ctx;
    const modify = (change: Partial<ModifySubnetAttributeRequest>) =>
      call('ec2', 'ModifySubnetAttribute', { ...change, SubnetId: physicalId });
    if (!sameValue(from.Ipv6CidrBlock, to.Ipv6CidrBlock)) await replaceBlock(ctx, physicalId, to);
    for (const name of SWITCHES) {
      if (!sameValue(from[name], to[name])) await modify({ [name]: { Value: to[name] === true } });
    }
    await updateDnsNames(modify, from.PrivateDnsNameOptionsOnLaunch, to.PrivateDnsNameOptionsOnLaunch);
    await updateTags(ctx, physicalId, from, to);
  },

  async delete({ call }, { physicalId: SubnetId }) {
    await call('ec2', 'DeleteSubnet', { SubnetId });
  },
};

async function aclAssociation(call: Call, subnetId: string): Promise<string> {
  const Filters = [{ Name: 'association.subnet-id', Values: [subnetId] }];
  const { NetworkAcls: [acl] = [] } = await call('ec2', 'DescribeNetworkAcls', { Filters });
  const association = acl?.Associations?.find(({ SubnetId }) => SubnetId === subnetId);
  return association?.NetworkAclAssociationId ?? '';
}

async function replaceBlock(
  { call }: ResourceContext,
  SubnetId: string,
  { Ipv6CidrBlock }: JsonObject,
): Promise<void> {
  const former = (await find(call, SubnetId))?.Ipv6CidrBlockAssociationSet ?? [];
  for (const { AssociationId = '' } of former) {
    await call('ec2', 'DisassociateSubnetCidrBlock', { AssociationId });
  }
  if (Ipv6CidrBlock === undefined) return;
  await call('ec2', 'AssociateSubnetCidrBlock', { SubnetId, Ipv6CidrBlock: Ipv6CidrBlock as string });
}

async function updateDnsNames(
  modify: (change: Partial<ModifySubnetAttributeRequest>) => Promise<unknown>,
  from: Json = {},
  to: Json = {},
): Promise<void> {
  const [before, after] = [from as JsonObject, to as JsonObject];
  if (!sameValue(before.HostnameType, after.HostnameType)) {
    const type = (after.HostnameType as 'ip-name' | undefined) ?? 'ip-name';
    await modify({ PrivateDnsHostnameTypeOnLaunch: type });
  }
  for (const name of ['EnableResourceNameDnsARecord', 'EnableResourceNameDnsAAAARecord']) {
    if (sameValue(before[name], after[name])) continue;
    await modify({ [`${name}OnLaunch`]: { Value: after[name] === true } });
  }
}
