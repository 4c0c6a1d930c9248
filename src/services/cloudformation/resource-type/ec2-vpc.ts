/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpc.html */
import { sameValue } from '../template/json.ts';
import { updateTags } from './ec2-tags.ts';
import { TAGS } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

export const vpc: ResourceType = {
  name: 'AWS::EC2::VPC',
  properties: {
    CidrBlock: { type: 'String', change: 'replacement' },
    EnableDnsHostnames: { type: 'Boolean' },
    EnableDnsSupport: { type: 'Boolean' },
    InstanceTenancy: { type: 'String', change: 'replacement' },
    Tags: TAGS,
  },
  unserved: ['Ipv4IpamPoolId', 'Ipv4NetmaskLength'],
  attributes: ['CidrBlock', 'CidrBlockAssociations', 'DefaultNetworkAcl', 'DefaultSecurityGroup', 'VpcId'],

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
      CidrBlockAssociations: (found?.CidrBlockAssociationSet ?? []).map(
        ({ AssociationId = '' }) => AssociationId,
      ),
      DefaultNetworkAcl: acls.find(({ IsDefault }) => IsDefault)?.NetworkAclId ?? '',
      DefaultSecurityGroup: groups.find(({ GroupName }) => GroupName === 'default')?.GroupId ?? '',
      VpcId: physicalId,
    };
  },

  async update(context, { physicalId: VpcId, properties: from }, to) {
    for (const name of ['EnableDnsSupport', 'EnableDnsHostnames']) {
      if (sameValue(from[name], to[name])) continue;
      // What is not said is EC2's default.
      const Value = (to[name] as boolean | undefined) ?? name === 'EnableDnsSupport';
      await context.call('ec2', 'ModifyVpcAttribute', { VpcId, [name]: { Value } });
    }
    await updateTags(context, VpcId, from, to);
  },

  async delete({ call }, { physicalId: VpcId }) {
    await call('ec2', 'DeleteVpc', { VpcId });
  },
};
