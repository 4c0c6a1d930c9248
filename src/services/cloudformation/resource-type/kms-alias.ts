/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-alias.html (aws-facts H4) */
import type { ResourceType } from './resource-type.ts';

export const alias: ResourceType = {
  name: 'AWS::KMS::Alias',
  properties: {
    AliasName: {
      ...{ type: 'String', required: true, change: 'replacement' },
      bounds: { pattern: /^(alias\/)[a-zA-Z0-9:/_-]+$/, minLength: 1, maxLength: 256 },
    },
    TargetKeyId: { type: 'String', required: true, bounds: { minLength: 1, maxLength: 256 } },
  },
  attributes: [],

  async create({ call }, { AliasName, TargetKeyId }) {
    await call('kms', 'CreateAlias', { AliasName: AliasName as string, TargetKeyId: TargetKeyId as string });
    return AliasName as string;
  },

  async update({ call }, { physicalId }, { TargetKeyId }) {
    await call('kms', 'UpdateAlias', { AliasName: physicalId, TargetKeyId: TargetKeyId as string });
  },

  async delete({ call }, { physicalId }) {
    await call('kms', 'DeleteAlias', { AliasName: physicalId });
  },
};
