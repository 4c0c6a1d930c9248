/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-servicelinkedrole.html */
import { ResourceFailure } from './failure.ts';
import type { ExistingResource, ResourceContext, ResourceType } from './resource-type.ts';

export const serviceLinkedRole: ResourceType = {
  name: 'AWS::IAM::ServiceLinkedRole',
  properties: {
    AWSServiceName: { type: 'String', required: true, change: 'replacement' },
    CustomSuffix: { type: 'String', change: 'replacement' },
    Description: { type: 'String' },
  },
  attributes: ['RoleName'],

  async create({ call }, { AWSServiceName, CustomSuffix, Description }) {
    const { Role } = await call('iam', 'CreateServiceLinkedRole', {
      AWSServiceName: AWSServiceName as string,
      CustomSuffix: CustomSuffix as string | undefined,
      Description: Description as string | undefined,
    });
    return Role?.RoleName as string;
  },

  read: async (_context, { physicalId }) => ({ RoleName: physicalId }),

  async update({ call }, { physicalId: RoleName }, { Description = '' }) {
    await call('iam', 'UpdateRole', { RoleName, Description: Description as string });
  },

  delete: remove,

  /** The deletion is a task of its own, which fails where something still works with the role. */
  async isGone(ctx, resource) {
    await remove(ctx, resource);
    return false;
  },
};

async function remove({ call }: ResourceContext, { physicalId: RoleName }: ExistingResource): Promise<void> {
  const { DeletionTaskId } = await call('iam', 'DeleteServiceLinkedRole', { RoleName });
  const task = await call('iam', 'GetServiceLinkedRoleDeletionStatus', { DeletionTaskId });
  if (task.Status === 'FAILED')
    throw new ResourceFailure(task.Reason?.Reason ?? `Role ${RoleName} is in use.`);
}
