/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-usertogroupaddition.html */
import type { JsonObject } from '../template/json.ts';
import { strings } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { updateSet } from './sets.ts';

export const userToGroupAddition: ResourceType = {
  name: 'AWS::IAM::UserToGroupAddition',
  properties: {
    GroupName: { type: 'String', required: true },
    Users: { type: strings, required: true },
  },
  attributes: ['Id'],
  create: async (ctx, { GroupName }) => ({
    physicalId: ctx.physicalName(128),
    made: { GroupName: GroupName as string },
  }),
  read: async (_context, { physicalId }) => ({ Id: physicalId }),
  update: (ctx, { properties: from }, to) => updateMembers(ctx, from, to),
  delete: (ctx, { properties }) => updateMembers(ctx, properties, { ...properties, Users: [] }),
};

/** Of another group they are members anew. */
async function updateMembers({ call }: ResourceContext, from: JsonObject, to: JsonObject): Promise<void> {
  const isSame = from.GroupName === to.GroupName;
  const add = (UserName: string) =>
    call('iam', 'AddUserToGroup', { UserName, GroupName: to.GroupName as string });
  const remove = (UserName: string) =>
    call('iam', 'RemoveUserFromGroup', { UserName, GroupName: from.GroupName as string });
  await updateSet(isSame ? from.Users : [], to.Users, add, remove);
  if (!isSame) await updateSet(from.Users, [], add, remove);
}
