/**
 * The inline policy of one role, user or group, as a resource of its own.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-rolepolicy.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-userpolicy.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-grouppolicy.html
 */
import type { JsonObject } from '../template/json.ts';
import { documentText, identityCalls } from './iam-identity.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';

function inlinePolicy(kind: 'Role' | 'User' | 'Group'): ResourceType {
  const owner = `${kind}Name`;
  const put = async ({ call }: ResourceContext, properties: JsonObject) => {
    const calls = identityCalls(call, kind, properties[owner] as string);
    await calls.putPolicy(properties.PolicyName as string, documentText(properties.PolicyDocument ?? {}));
  };
  return {
    name: `AWS::IAM::${kind}Policy`,
    properties: {
      [owner]: { type: 'String', required: true, change: 'replacement' },
      PolicyDocument: { type: 'PolicyDocument' },
      PolicyName: { type: 'String', required: true, change: 'replacement' },
    },
    attributes: [],
    async create(ctx, properties) {
      await put(ctx, properties);
      return `${properties.PolicyName}|${properties[owner]}`;
    },
    update: (ctx, _resource, properties) => put(ctx, properties),
    async delete({ call }, { properties }) {
      await identityCalls(call, kind, properties[owner] as string).deletePolicy(
        properties.PolicyName as string,
      );
    },
  };
}

export const rolePolicy = inlinePolicy('Role');
export const userPolicy = inlinePolicy('User');
export const groupPolicy = inlinePolicy('Group');
