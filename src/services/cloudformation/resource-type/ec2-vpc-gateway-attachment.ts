/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcgatewayattachment.html */
import type { JsonObject } from '../template/json.ts';
import type { ResourceType } from './resource-type.ts';

const ids = ({ InternetGatewayId, VpcId }: JsonObject) => ({
  InternetGatewayId: InternetGatewayId as string,
  VpcId: VpcId as string,
});

export const vpcGatewayAttachment: ResourceType = {
  name: 'AWS::EC2::VPCGatewayAttachment',
  properties: {
    InternetGatewayId: { type: 'String' },
    VpcId: { type: 'String', required: true, change: 'replacement' },
  },
  unserved: ['VpnGatewayId'],
  attributes: ['AttachmentType'],
  conflict: ({ InternetGatewayId }) =>
    InternetGatewayId === undefined
      ? 'Exactly one of InternetGatewayId and VpnGatewayId is required.'
      : undefined,

  async create({ call }, properties) {
    await call('ec2', 'AttachInternetGateway', ids(properties));
    return `IGW|${properties.VpcId}`;
  },

  read: async () => ({ AttachmentType: 'IGW' }),

  async update({ call }, { properties: from }, to) {
    await call('ec2', 'DetachInternetGateway', ids(from));
    await call('ec2', 'AttachInternetGateway', ids(to));
  },

  async delete({ call }, { properties }) {
    await call('ec2', 'DetachInternetGateway', ids(properties));
  },
};
