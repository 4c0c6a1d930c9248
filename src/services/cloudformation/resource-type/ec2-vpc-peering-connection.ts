/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcpeeringconnection.html */
import { updateTags } from './ec2-tags.ts';
import { HandlerFailure, notStabilized } from './failure.ts';
import { TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

const NAME = 'AWS::EC2::VPCPeeringConnection';

async function find({ call }: ResourceContext, id: string) {
  const { VpcPeeringConnections: [peering] = [] } = await call('ec2', 'DescribeVpcPeeringConnections', {
    VpcPeeringConnectionIds: [id],
  });
  return peering;
}

export const vpcPeeringConnection: ResourceType = {
  name: NAME,
  properties: {
    PeerOwnerId: { type: 'String', change: 'replacement' },
    PeerRegion: { type: 'String', change: 'replacement' },
    PeerVpcId: { type: 'String', required: true, change: 'replacement' },
    Tags: TAGS,
    VpcId: { type: 'String', required: true, change: 'replacement' },
  },
  // The role by which CloudFormation accepts for another account.
  unserved: ['AssumeRoleRegion', 'PeerRoleArn'],
  attributes: ['Id'],

  async create({ call, account }, properties) {
    const { PeerOwnerId: owner = account } = properties;
    if (owner !== account) {
      throw new HandlerFailure('PeerRoleArn is required for a VPC of another account.', 'InvalidRequest');
    }
    const { VpcPeeringConnection: made } = await call('ec2', 'CreateVpcPeeringConnection', {
      VpcId: properties.VpcId as string,
      PeerVpcId: properties.PeerVpcId as string,
      PeerRegion: properties.PeerRegion as string | undefined,
      TagSpecifications: [{ ResourceType: 'vpc-peering-connection', Tags: tagsOf(properties) }],
    });
    return made?.VpcPeeringConnectionId as string;
  },

  /** Of one account's own VPCs CloudFormation accepts the connection itself. */
  async read(ctx, { physicalId, properties }) {
    const { Code: state } = (await find(ctx, physicalId))?.Status ?? {};
    if (state === 'active') return { Id: physicalId };
    if (state !== 'pending-acceptance') throw notStabilized(NAME, physicalId);
    const region = (properties.PeerRegion as string | undefined) ?? ctx.region;
    const named = { VpcPeeringConnectionId: physicalId };
    await ctx.call('ec2', 'AcceptVpcPeeringConnection', named, { region });
    return undefined;
  },

  update: (ctx, { physicalId, properties: from }, to) => updateTags(ctx, physicalId, from, to),

  async delete(ctx, { physicalId: VpcPeeringConnectionId }) {
    const { Code: state } = (await find(ctx, VpcPeeringConnectionId))?.Status ?? {};
    // One that failed or ended cannot be deleted: it goes by itself.
    if (state !== 'active' && state !== 'pending-acceptance') return;
    await ctx.call('ec2', 'DeleteVpcPeeringConnection', { VpcPeeringConnectionId });
  },
};
