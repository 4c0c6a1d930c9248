/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpc.html */
import type { Call } from '../../../invoke/context.ts';
import type { Vpc } from '../../../shapes/generated/ec2.ts';
import { sameValue } from '../template/json.ts';
import { updateTags } from './ec2-tags.ts';
import { TAGS } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

const blockAttributes = (vpc: Vpc | undefined) => ({
  CidrBlockAssociations: (vpc?.CidrBlockAssociationSet ?? []).map(({ AssociationId = '' }) => AssociationId),
  Ipv6CidrBlocks: (vpc?.Ipv6CidrBlockAssociationSet ?? []).map(({ Ipv6CidrBlock = '' }) => Ipv6CidrBlock),
});

async function blocksOf(call: Call, vpcId: string) {
  const { Vpcs: [found] = [] } = await call('ec2', 'DescribeVpcs', { VpcIds: [vpcId] });
  return blockAttributes(found);
}

/** One member for each kind of gateway that may be left out of it. */
const VPC_ENCRYPTION_CONTROL = [
  ...['State', 'StateMessage', 'VpcEncryptionControlId', 'VpcId', 'ResourceExclusions'],
  ...[
    'EgressOnlyInternetGateway',
    'ElasticFileSystem',
    'InternetGateway',
    'Lambda',
    'NatGateway',
    'VirtualPrivateGateway',
    'VpcLattice',
    'VpcPeering',
  ].flatMap((kind) => ['', '.State', '.StateMessage'].map((part) => `ResourceExclusions.${kind}${part}`)),
].map((name) => `VpcEncryptionControl.${name}`);

export const vpc: ResourceType = {
  name: 'AWS::EC2::VPC',
  properties: {
    CidrBlock: { type: 'String', change: 'replacement' },
    EnableDnsHostnames: { type: 'Boolean' },
    EnableDnsSupport: { type: 'Boolean' },
    InstanceTenancy: {
      type: 'String',
      change: (from, to) =>
        from === 'dedicated' && (to ?? 'default') === 'default' ? 'in-place' : 'replacement',
    },
    Tags: TAGS,
  },
  unserved: ['Ipv4IpamPoolId', 'Ipv4NetmaskLength', 'VpcEncryptionControl'],
  unservedAttributes: VPC_ENCRYPTION_CONTROL,
  attributes: [
    'CidrBlock',
    'CidrBlockAssociations',
    'DefaultNetworkAcl',
    'DefaultSecurityGroup',
    'Ipv6CidrBlocks',
    'VpcId',
  ],
  late: { attributes: ['CidrBlockAssociations', 'Ipv6CidrBlocks'], read: blocksOf },

  async create({ call }, properties) {
    const { Vpc } = await call('ec2', 'CreateVpc', {
      CidrBlock: properties.CidrBlock as string | undefined,
      InstanceTenancy: properties.InstanceTenancy as 'default' | undefined,
      TagSpecifications: [{ ResourceType: 'vpc', Tags: tagsOf(properties) }],
    });
    const { EnableDnsHostnames: _hostnames, EnableDnsSupport: _support, ...made } = properties;
    return { physicalId: Vpc?.VpcId as string, made };
  },

  async read({ call }, { physicalId }) {
    const inVpc = { Filters: [{ Name: 'vpc-id', Values: [physicalId] }] };
    const { Vpcs: [found] = [] } = await call('ec2', 'DescribeVpcs', { VpcIds: [physicalId] });
    const { NetworkAcls: acls = [] } = await call('ec2', 'DescribeNetworkAcls', inVpc);
    const { SecurityGroups: groups = [] } = await call('ec2', 'DescribeSecurityGroups', inVpc);
    return {
      CidrBlock: found?.CidrBlock ?? '',
      ...blockAttributes(found),
      DefaultNetworkAcl: acls.find(({ IsDefault }) => IsDefault)?.NetworkAclId ?? '',
      DefaultSecurityGroup: groups.find(({ GroupName }) => GroupName === 'default')?.GroupId ?? '',
      VpcId: physicalId,
    };
  },

  async update(ctx, { physicalId: VpcId, properties: from }, to) {
    for (const name of ['EnableDnsSupport', 'EnableDnsHostnames']) {
      if (sameValue(from[name], to[name])) continue;
      // What is not said is EC2's default.
      const Value = (to[name] as boolean | undefined) ?? name === 'EnableDnsSupport';
      await ctx.call('ec2', 'ModifyVpcAttribute', { VpcId, [name]: { Value } });
    }
    if (!sameValue(from.InstanceTenancy, to.InstanceTenancy)) {
      await ctx.call('ec2', 'ModifyVpcTenancy', { VpcId, InstanceTenancy: 'default' });
    }
    await updateTags(ctx, VpcId, from, to);
  },

  async delete({ call }, { physicalId: VpcId }) {
    await call('ec2', 'DeleteVpc', { VpcId });
  },
};
