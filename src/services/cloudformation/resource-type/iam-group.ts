/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-group.html */
import { sameValue } from '../template/json.ts';
import { IDENTITY_PROPERTIES, identityCalls, updatePolicies } from './iam-identity.ts';
import type { ResourceType } from './resource-type.ts';

export const group: ResourceType = {
  name: 'AWS::IAM::Group',
  nameProperty: 'GroupName',
  properties: {
    ...IDENTITY_PROPERTIES,
    GroupName: { type: 'String', change: 'replacement' },
    Path: { type: 'String' },
  },
  attributes: ['Arn'],

  async create(ctx, { ManagedPolicyArns: _attached, Policies: _inline, ...made }) {
    const GroupName = (made.GroupName as string) ?? ctx.physicalName(128);
    await ctx.call('iam', 'CreateGroup', { GroupName, Path: made.Path as string });
    return { physicalId: GroupName, made };
  },

  async read({ call }, { physicalId: GroupName }) {
    const { Group } = await call('iam', 'GetGroup', { GroupName });
    return { Arn: Group.Arn };
  },

  async update({ call }, { physicalId: GroupName, properties: from }, to) {
    if (!sameValue(from.Path, to.Path)) {
      await call('iam', 'UpdateGroup', { GroupName, NewPath: (to.Path as string) ?? '/' });
    }
    await updatePolicies(identityCalls(call, 'Group', GroupName), from, to);
  },

  async delete({ call }, { physicalId: GroupName, properties }) {
    await updatePolicies(identityCalls(call, 'Group', GroupName), properties, {});
    await call('iam', 'DeleteGroup', { GroupName });
  },
};
