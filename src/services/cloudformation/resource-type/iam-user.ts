/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-user.html */
import type { CreateUserRequest } from '../../../shapes/generated/iam.ts';
import { isObject, type JsonObject, sameValue } from '../template/json.ts';
import { isNotFound } from './failure.ts';
import { IDENTITY_PROPERTIES, identityCalls, updatePolicies } from './iam-identity.ts';
import { strings, TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { secureValue } from './secure-value.ts';
import { updateSet } from './sets.ts';
import { changedTags, tagsOf } from './tags.ts';

export const user: ResourceType = {
  name: 'AWS::IAM::User',
  nameProperty: 'UserName',
  isUnmarked: true,
  properties: {
    ...IDENTITY_PROPERTIES,
    Groups: { type: strings },
    LoginProfile: {
      type: {
        object: {
          Password: { type: 'String', required: true },
          PasswordResetRequired: { type: 'Boolean' },
        },
      },
    },
    Path: { type: 'String' },
    PermissionsBoundary: { type: 'String' },
    Tags: TAGS,
    UserName: { type: 'String', change: 'replacement' },
  },
  attributes: ['Arn'],
  secureProperties: ['LoginProfile/Password'],

  async create(ctx, properties) {
    const {
      ManagedPolicyArns: _attached,
      Policies: _inline,
      Groups: _groups,
      LoginProfile: _login,
      ...made
    } = properties;
    const UserName = (properties.UserName as string) ?? ctx.physicalName(64);
    const request = { ...made, UserName, Tags: tagsOf(properties) } as unknown as CreateUserRequest;
    await ctx.call('iam', 'CreateUser', request);
    return { physicalId: UserName, made };
  },

  async read({ call }, { physicalId: UserName }) {
    const { User } = await call('iam', 'GetUser', { UserName });
    return { Arn: User.Arn };
  },

  async update({ call }, { physicalId: UserName, properties: from }, to) {
    if (!sameValue(from.PermissionsBoundary, to.PermissionsBoundary)) {
      const boundary = to.PermissionsBoundary as string | undefined;
      if (boundary === undefined) await call('iam', 'DeleteUserPermissionsBoundary', { UserName });
      else await call('iam', 'PutUserPermissionsBoundary', { UserName, PermissionsBoundary: boundary });
    }
    if (!sameValue(from.Path, to.Path)) {
      await call('iam', 'UpdateUser', { UserName, NewPath: (to.Path as string) ?? '/' });
    }
    await updateLogin(call, UserName, from, to);
    await updateMemberships(call, UserName, from, to);
    await updatePolicies(identityCalls(call, 'User', UserName), from, to);
    const { removed, added } = changedTags(from, to);
    if (removed.length > 0) await call('iam', 'UntagUser', { UserName, TagKeys: removed });
    if (added.length > 0) await call('iam', 'TagUser', { UserName, Tags: added });
  },

  async delete({ call }, { physicalId: UserName, properties }) {
    await updateLogin(call, UserName, properties, {});
    await updateMemberships(call, UserName, properties, {});
    await updatePolicies(identityCalls(call, 'User', UserName), properties, {});
    await call('iam', 'DeleteUser', { UserName });
  },
};

const updateMemberships = (
  call: ResourceContext['call'],
  UserName: string,
  from: JsonObject,
  to: JsonObject,
) =>
  updateSet(
    from.Groups,
    to.Groups,
    (GroupName) => call('iam', 'AddUserToGroup', { UserName, GroupName }),
    (GroupName) => call('iam', 'RemoveUserFromGroup', { UserName, GroupName }),
  );

/** A password is set anew where it or its need to be reset is another. */
async function updateLogin(
  call: ResourceContext['call'],
  UserName: string,
  { LoginProfile: from }: JsonObject,
  { LoginProfile: to }: JsonObject,
): Promise<void> {
  if (sameValue(from, to)) return;
  if (from !== undefined) {
    await call('iam', 'DeleteLoginProfile', { UserName }).catch((error) => {
      if (!isNotFound(error)) throw error;
    });
  }
  if (!isObject(to)) return;
  await call('iam', 'CreateLoginProfile', {
    UserName,
    Password: await secureValue(call, to.Password as string),
    PasswordResetRequired: to.PasswordResetRequired === true,
  });
}
