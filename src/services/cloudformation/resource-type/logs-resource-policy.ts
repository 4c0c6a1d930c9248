/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-resourcepolicy.html */
import type { ResourceContext, ResourceType } from './resource-type.ts';

export const logResourcePolicy: ResourceType = {
  name: 'AWS::Logs::ResourcePolicy',
  properties: {
    PolicyDocument: { type: 'String', required: true },
    PolicyName: { type: 'String', required: true, change: 'replacement' },
  },
  attributes: [],
  create: (ctx, { PolicyName, PolicyDocument }) => put(ctx, PolicyName as string, PolicyDocument as string),
  async update(ctx, { physicalId }, { PolicyDocument }) {
    await put(ctx, physicalId, PolicyDocument as string);
  },
  async delete({ call }, { physicalId: policyName }) {
    await call('logs', 'DeleteResourcePolicy', { policyName });
  },
};

async function put({ call }: ResourceContext, policyName: string, policyDocument: string): Promise<string> {
  await call('logs', 'PutResourcePolicy', { policyName, policyDocument });
  return policyName;
}
