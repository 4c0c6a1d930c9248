/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-accountpolicy.html */
import type { JsonObject } from '../template/json.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';

const put = ({ call }: ResourceContext, properties: JsonObject) =>
  call('logs', 'PutAccountPolicy', {
    policyName: properties.PolicyName as string,
    policyType: properties.PolicyType as 'DATA_PROTECTION_POLICY',
    policyDocument: properties.PolicyDocument as string,
    scope: properties.Scope as 'ALL' | undefined,
    selectionCriteria: properties.SelectionCriteria as string | undefined,
  });

export const logAccountPolicy: ResourceType = {
  name: 'AWS::Logs::AccountPolicy',
  nameProperty: 'PolicyName',
  properties: {
    PolicyDocument: { type: 'String', required: true },
    PolicyName: { type: 'String', required: true, change: 'replacement' },
    PolicyType: { type: 'String', required: true, change: 'replacement' },
    Scope: { type: 'String' },
    SelectionCriteria: { type: 'String' },
  },
  attributes: ['AccountId'],

  async create(ctx, properties) {
    await put(ctx, properties);
    return `${ctx.account}|${properties.PolicyType}|${properties.PolicyName}`;
  },
  read: async ({ account }) => ({ AccountId: account }),
  async update(ctx, _resource, properties) {
    await put(ctx, properties);
  },
  async delete({ call }, { properties }) {
    const policyName = properties.PolicyName as string;
    const policyType = properties.PolicyType as 'DATA_PROTECTION_POLICY';
    await call('logs', 'DeleteAccountPolicy', { policyName, policyType });
  },
};
