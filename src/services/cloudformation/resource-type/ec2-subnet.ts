/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnet.html */
import { sameValue } from '../template/json.ts';
import { updateTags } from './ec2-tags.ts';
import { TAGS } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

export const subnet: ResourceType = {
  name: 'AWS::EC2::Subnet',
  properties: {
    AvailabilityZone: { type: 'String', change: 'replacement' },
    CidrBlock: { type: 'String', change: 'replacement' },
    MapPublicIpOnLaunch: { type: 'Boolean' },
    Tags: TAGS,
    VpcId: { type: 'String', required: true, change: 'replacement' },
  },
  unserved: [
    'AssignIpv6AddressOnCreation',
    'AvailabilityZoneId',
    'EnableDns64',
    'EnableLniAtDeviceIndex',
    'Ipv4IpamPoolId',
    'Ipv4NetmaskLength',
    'Ipv6CidrBlock',
    'Ipv6CidrBlocks',
    'Ipv6IpamPoolId',
    'Ipv6Native',
    'Ipv6NetmaskLength',
    'OutpostArn',
    'PrivateDnsNameOptionsOnLaunch',
  ],
  attributes: ['AvailabilityZone', 'CidrBlock', 'SubnetId', 'VpcId'],

  async create({ call }, properties) {
    const { Subnet } = await call('ec2', 'CreateSubnet', {
      VpcId: properties.VpcId as string,
      CidrBlock: properties.CidrBlock as string | undefined,
      AvailabilityZone: properties.AvailabilityZone as string | undefined,
      TagSpecifications: [{ ResourceType: 'subnet', Tags: tagsOf(properties) }],
    });
    const { MapPublicIpOnLaunch: _mapping, ...made } = properties;
    return { physicalId: Subnet?.SubnetId as string, made };
  },

  async read({ call }, { physicalId }) {
    const { Subnets: [found] = [] } = await call('ec2', 'DescribeSubnets', { SubnetIds: [physicalId] });
    return {
      AvailabilityZone: found?.AvailabilityZone ?? '',
      CidrBlock: found?.CidrBlock ?? '',
      SubnetId: physicalId,
      VpcId: found?.VpcId ?? '',
    };
  },

  async update(context, { physicalId: SubnetId, properties: from }, to) {
    if (!sameValue(from.MapPublicIpOnLaunch, to.MapPublicIpOnLaunch)) {
      const MapPublicIpOnLaunch = { Value: to.MapPublicIpOnLaunch === true };
      await context.call('ec2', 'ModifySubnetAttribute', { SubnetId, MapPublicIpOnLaunch });
    }
    await updateTags(context, SubnetId, from, to);
  },

  async delete({ call }, { physicalId: SubnetId }) {
    await call('ec2', 'DeleteSubnet', { SubnetId });
  },
};
