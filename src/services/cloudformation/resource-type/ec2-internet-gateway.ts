/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-internetgateway.html */
import { updateTags } from './ec2-tags.ts';
import { TAGS } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

export const internetGateway: ResourceType = {
  name: 'AWS::EC2::InternetGateway',
  properties: { Tags: TAGS },
  attributes: ['InternetGatewayId'],

  async create({ call }, properties) {
    const { InternetGateway: made } = await call('ec2', 'CreateInternetGateway', {
      TagSpecifications: [{ ResourceType: 'internet-gateway', Tags: tagsOf(properties) }],
    });
    return made?.InternetGatewayId as string;
  },

  read: async (_context, { physicalId }) => ({ InternetGatewayId: physicalId }),

  update: (ctx, { physicalId, properties: from }, to) => updateTags(ctx, physicalId, from, to),

  async delete({ call }, { physicalId: InternetGatewayId }) {
    await call('ec2', 'DeleteInternetGateway', { InternetGatewayId });
  },
};
