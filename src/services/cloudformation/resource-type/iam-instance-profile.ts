/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-instanceprofile.html */
import { strings } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { updateSet } from './sets.ts';

export const instanceProfile: ResourceType = {
  name: 'AWS::IAM::InstanceProfile',
  nameProperty: 'InstanceProfileName',
  properties: {
    InstanceProfileName: { type: 'String', change: 'replacement' },
    Path: { type: 'String', change: 'replacement' },
    Roles: { type: strings, required: true },
  },
  attributes: ['Arn'],

  async create(ctx, { Roles: _roles, ...made }) {
    const InstanceProfileName = (made.InstanceProfileName as string) ?? ctx.physicalName(128);
    const request = { InstanceProfileName, Path: made.Path as string };
    await ctx.call('iam', 'CreateInstanceProfile', request);
    return { physicalId: InstanceProfileName, made };
  },

  async read({ call }, { physicalId: InstanceProfileName }) {
    const { InstanceProfile } = await call('iam', 'GetInstanceProfile', { InstanceProfileName });
    return { Arn: InstanceProfile.Arn };
  },

  update: ({ call }, { physicalId: InstanceProfileName, properties: from }, to) =>
    updateSet(
      from.Roles,
      to.Roles,
      (RoleName) => call('iam', 'AddRoleToInstanceProfile', { InstanceProfileName, RoleName }),
      (RoleName) => call('iam', 'RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName }),
    ),

  async delete({ call }, { physicalId: InstanceProfileName, properties }) {
    for (const RoleName of (properties.Roles ?? []) as readonly string[]) {
      await call('iam', 'RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName });
    }
    await call('iam', 'DeleteInstanceProfile', { InstanceProfileName });
  },
};
