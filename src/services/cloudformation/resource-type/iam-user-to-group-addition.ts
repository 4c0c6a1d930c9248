/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-usertogroupaddition.html */
import type { JsonObject } from '../template/json.ts';
import { strings } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { updateSet } from './sets.ts';

export const userToGroupAddition: ResourceType = {
  name: 'AWS::IAM::UserToGroupAddition',
  properties: {
    GroupName: { type: 'String', required: true, change: 'replacement' },
    Users: { type: strings, required: true },
  },
  attributes: ['Id'],
  create: async (context, { GroupName }) => ({
    physicalId: context.physicalName(128),
    made: { GroupName: GroupName as string },
  }),
  read: async (_context, { physicalId }) => ({ Id: physicalId }),
  update: (context, { properties: from }, to) => updateMembers(context, from, to),
  delete: (context, { properties }) => updateMembers(context, properties, { ...properties, Users: [] }),
};

const updateMembers = ({ call }: ResourceContext, from: JsonObject, to: JsonObject) =>
  updateSet(
    from.Users,
    to.Users,
    (UserName) => call('iam', 'AddUserToGroup', { UserName, GroupName: to.GroupName as string }),
    (UserName) => call('iam', 'RemoveUserFromGroup', { UserName, GroupName: from.GroupName as string }),
  );
