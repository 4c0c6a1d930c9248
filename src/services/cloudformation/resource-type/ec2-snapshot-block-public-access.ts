/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-snapshotblockpublicaccess.html */
import type { ResourceContext, ResourceType } from './resource-type.ts';

export const snapshotBlockPublicAccess: ResourceType = {
  name: 'AWS::EC2::SnapshotBlockPublicAccess',
  properties: { State: { type: 'String', required: true } },
  attributes: ['AccountId'],

  async create(ctx, { State }) {
    await block(ctx, State as string);
    return ctx.account;
  },

  read: async ({ account }) => ({ AccountId: account }),

  update: (ctx, _resource, { State }) => block(ctx, State as string),

  async delete({ call }) {
    await call('ec2', 'DisableSnapshotBlockPublicAccess', {});
  },
};

async function block({ call }: ResourceContext, state: string): Promise<void> {
  await call('ec2', 'EnableSnapshotBlockPublicAccess', { State: state as 'block-all-sharing' });
}
