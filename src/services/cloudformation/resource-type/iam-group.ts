/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-group.html */
import { IDENTITY_PROPERTIES, identityCalls, updatePolicies } from './iam-identity.ts';
import { once } from './once.ts';
import type { ResourceType } from './resource-type.ts';

export const group: ResourceType = {
  name: 'AWS::IAM::Group',
  properties: {
    ...IDENTITY_PROPERTIES,
    GroupName: { type: 'String', change: 'replacement' },
    Path: { type: 'String', change: 'replacement' },
  },
  attributes: ['Arn'],

  async create(context, { ManagedPolicyArns: _attached, Policies: _inline, ...made }) {
    const GroupName = (made.GroupName as string) ?? context.physicalName(128);
    await once(context, context.call('iam', 'CreateGroup', { GroupName, Path: made.Path as string }));
    return { physicalId: GroupName, made };
  },

  async read({ call }, { physicalId: GroupName }) {
    const { Group } = await call('iam', 'GetGroup', { GroupName });
    return { Arn: Group.Arn };
  },

  update: ({ call }, { physicalId, properties: from }, to) =>
    updatePolicies(identityCalls(call, 'Group', physicalId), from, to),

  async delete({ call }, { physicalId: GroupName, properties }) {
    await updatePolicies(identityCalls(call, 'Group', GroupName), properties, {});
    await call('iam', 'DeleteGroup', { GroupName });
  },
};
