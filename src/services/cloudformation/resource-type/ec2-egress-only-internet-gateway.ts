/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-egressonlyinternetgateway.html */
import { updateTags } from './ec2-tags.ts';
import { TAGS } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

export const egressOnlyInternetGateway: ResourceType = {
  name: 'AWS::EC2::EgressOnlyInternetGateway',
  properties: { Tags: TAGS, VpcId: { type: 'String', required: true, change: 'replacement' } },
  attributes: ['Id'],

  async create({ call, token }, properties) {
    const { EgressOnlyInternetGateway: made } = await call('ec2', 'CreateEgressOnlyInternetGateway', {
      VpcId: properties.VpcId as string,
      ClientToken: token,
      TagSpecifications: [{ ResourceType: 'egress-only-internet-gateway', Tags: tagsOf(properties) }],
    });
    return made?.EgressOnlyInternetGatewayId as string;
  },

  read: async (_context, { physicalId }) => ({ Id: physicalId }),

  update: (ctx, { physicalId, properties: from }, to) => updateTags(ctx, physicalId, from, to),

  async delete({ call }, { physicalId: EgressOnlyInternetGatewayId }) {
    await call('ec2', 'DeleteEgressOnlyInternetGateway', { EgressOnlyInternetGatewayId });
  },
};
