/**
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcblockpublicaccessoptions.html
 * and https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcblockpublicaccessexclusion.html
 */
import type { JsonObject } from '../template/json.ts';
import { updateTags } from './ec2-tags.ts';
import { TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

type Mode = 'block-bidirectional';

async function choose({ call, account }: ResourceContext, mode: string): Promise<string> {
  await call('ec2', 'ModifyVpcBlockPublicAccessOptions', { InternetGatewayBlockMode: mode as Mode });
  return account;
}

export const vpcBlockPublicAccessOptions: ResourceType = {
  name: 'AWS::EC2::VPCBlockPublicAccessOptions',
  properties: { InternetGatewayBlockMode: { type: 'String', required: true } },
  attributes: ['AccountId', 'ExclusionsAllowed'],
  create: (ctx, { InternetGatewayBlockMode: mode }) => choose(ctx, mode as string),
  read: async ({ account }) => ({ AccountId: account, ExclusionsAllowed: 'allowed' }),
  async update(ctx, _existing, { InternetGatewayBlockMode: mode }) {
    await choose(ctx, mode as string);
  },
  async delete(ctx) {
    await choose(ctx, 'off');
  },
};

const modeOf = ({ InternetGatewayExclusionMode: mode }: JsonObject) => mode as 'allow-egress';

export const vpcBlockPublicAccessExclusion: ResourceType = {
  name: 'AWS::EC2::VPCBlockPublicAccessExclusion',
  properties: {
    InternetGatewayExclusionMode: { type: 'String', required: true },
    SubnetId: { type: 'String', change: 'replacement' },
    Tags: TAGS,
    VpcId: { type: 'String', change: 'replacement' },
  },
  attributes: ['ExclusionId'],
  async create({ call }, properties) {
    const made = await call('ec2', 'CreateVpcBlockPublicAccessExclusion', {
      InternetGatewayExclusionMode: modeOf(properties),
      SubnetId: properties.SubnetId as string | undefined,
      VpcId: properties.VpcId as string | undefined,
      TagSpecifications: [{ ResourceType: 'vpc-block-public-access-exclusion', Tags: tagsOf(properties) }],
    });
    return made.VpcBlockPublicAccessExclusion?.ExclusionId as string;
  },
  read: async (_context, { physicalId }) => ({ ExclusionId: physicalId }),
  async update(ctx, { physicalId: ExclusionId, properties: from }, to) {
    if (modeOf(from) !== modeOf(to)) {
      const InternetGatewayExclusionMode = modeOf(to);
      await ctx.call('ec2', 'ModifyVpcBlockPublicAccessExclusion', {
        ExclusionId,
        InternetGatewayExclusionMode,
      });
    }
    await updateTags(ctx, ExclusionId, from, to);
  },
  async delete({ call }, { physicalId: ExclusionId }) {
    await call('ec2', 'DeleteVpcBlockPublicAccessExclusion', { ExclusionId });
  },
};
