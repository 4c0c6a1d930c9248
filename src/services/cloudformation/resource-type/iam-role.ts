/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html */
import type { CreateRoleRequest } from '../../../shapes/generated/iam.ts';
import { sameValue } from '../template/json.ts';
import { documentText, IDENTITY_PROPERTIES, identityCalls, updatePolicies } from './iam-identity.ts';
import { TAGS } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { changedTags, tagsOf } from './tags.ts';

export const role: ResourceType = {
  name: 'AWS::IAM::Role',
  nameProperty: 'RoleName',
  isUnmarked: true,
  properties: {
    ...IDENTITY_PROPERTIES,
    AssumeRolePolicyDocument: { type: 'PolicyDocument', required: true },
    Description: { type: 'String' },
    MaxSessionDuration: { type: 'Integer' },
    Path: { type: 'String', change: 'replacement' },
    PermissionsBoundary: { type: 'String' },
    RoleName: { type: 'String', change: 'replacement' },
    Tags: TAGS,
  },
  attributes: ['Arn', 'RoleId'],

  async create(ctx, properties) {
    const { ManagedPolicyArns: _attached, Policies: _inline, ...made } = properties;
    const RoleName = (properties.RoleName as string) ?? ctx.physicalName(64);
    const request = { ...made, RoleName } as unknown as CreateRoleRequest;
    await ctx.call('iam', 'CreateRole', {
      ...request,
      AssumeRolePolicyDocument: documentText(properties.AssumeRolePolicyDocument),
      Tags: tagsOf(properties),
    });
    return { physicalId: RoleName, made };
  },

  async read({ call }, { physicalId: RoleName }) {
    const { Role } = await call('iam', 'GetRole', { RoleName });
    return { Arn: Role.Arn, RoleId: Role.RoleId };
  },

  async update({ call }, { physicalId: RoleName, properties: from }, to) {
    const changed = (name: string) => !sameValue(from[name], to[name]);
    if (changed('AssumeRolePolicyDocument')) {
      const PolicyDocument = documentText(to.AssumeRolePolicyDocument);
      await call('iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument });
    }
    if (changed('Description') || changed('MaxSessionDuration')) {
      const { Description = '', MaxSessionDuration = 3600 } = to;
      await call('iam', 'UpdateRole', {
        RoleName,
        Description: String(Description),
        MaxSessionDuration: Number(MaxSessionDuration),
      });
    }
    if (changed('PermissionsBoundary')) {
      const boundary = to.PermissionsBoundary as string | undefined;
      if (boundary === undefined) await call('iam', 'DeleteRolePermissionsBoundary', { RoleName });
      else await call('iam', 'PutRolePermissionsBoundary', { RoleName, PermissionsBoundary: boundary });
    }
    await updatePolicies(identityCalls(call, 'Role', RoleName), from, to);
    const { removed, added } = changedTags(from, to);
    if (removed.length > 0) await call('iam', 'UntagRole', { RoleName, TagKeys: removed });
    if (added.length > 0) await call('iam', 'TagRole', { RoleName, Tags: added });
  },

  async delete({ call }, { physicalId: RoleName, properties }) {
    await updatePolicies(identityCalls(call, 'Role', RoleName), properties, {});
    await call('iam', 'DeleteRole', { RoleName });
  },
};
