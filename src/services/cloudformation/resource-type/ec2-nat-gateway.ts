/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-natgateway.html */
import type { CreateNatGatewayRequest } from '../../../shapes/generated/ec2.ts';
import { updateTags } from './ec2-tags.ts';
import { notStabilized } from './failure.ts';
import { TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

async function find({ call }: ResourceContext, id: string) {
  const Filter = [{ Name: 'nat-gateway-id', Values: [id] }];
  const { NatGateways: [nat] = [] } = await call('ec2', 'DescribeNatGateways', { Filter });
  return nat;
}

export const natGateway: ResourceType = {
  name: 'AWS::EC2::NatGateway',
  properties: {
    AllocationId: { type: 'String', change: 'replacement' },
    ConnectivityType: { type: 'String', change: 'replacement' },
    PrivateIpAddress: { type: 'String', change: 'replacement' },
    SubnetId: { type: 'String', change: 'replacement' },
    Tags: TAGS,
  },
  unserved: [
    'AvailabilityMode',
    'AvailabilityZoneAddresses',
    'MaxDrainDurationSeconds',
    'SecondaryAllocationIds',
    'SecondaryPrivateIpAddressCount',
    'SecondaryPrivateIpAddresses',
    'VpcId',
  ],
  unservedAttributes: ['AutoProvisionZones', 'AutoScalingIps', 'RouteTableId'],
  attributes: ['EniId', 'NatGatewayId'],

  async create({ call, token }, { Tags, ...properties }) {
    const { NatGateway: made } = await call('ec2', 'CreateNatGateway', {
      ...(properties as unknown as CreateNatGatewayRequest),
      ClientToken: token,
      TagSpecifications: [{ ResourceType: 'natgateway', Tags: tagsOf({ Tags: Tags ?? [] }) }],
    });
    return made?.NatGatewayId as string;
  },

  async read(context, { physicalId }) {
    const nat = await find(context, physicalId);
    if (nat?.State === 'failed') throw notStabilized('AWS::EC2::NatGateway', physicalId);
    if (nat?.State !== 'available') return undefined;
    const [address] = nat.NatGatewayAddresses ?? [];
    return { EniId: address?.NetworkInterfaceId ?? '', NatGatewayId: physicalId };
  },

  update: (context, { physicalId, properties: from }, to) => updateTags(context, physicalId, from, to),

  async delete({ call }, { physicalId: NatGatewayId }) {
    await call('ec2', 'DeleteNatGateway', { NatGatewayId });
  },

  async isGone(context, { physicalId }) {
    const { State: state = 'deleted' } = (await find(context, physicalId)) ?? {};
    return state === 'deleted';
  },
};
