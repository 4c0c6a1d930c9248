/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html */
import type { PutParameterRequest } from '../../../shapes/generated/ssm.ts';
import { changedProperties } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { changedTags, tagsOf } from './tags.ts';

/** Those of PutParameter, which a change puts anew. */
const PUT = ['AllowedPattern', 'DataType', 'Description', 'Policies', 'Tier', 'Type', 'Value'] as const;

export const ssmParameter: ResourceType = {
  name: 'AWS::SSM::Parameter',
  nameProperty: 'Name',
  tagsAreObject: true,
  properties: {
    AllowedPattern: { type: 'String' },
    DataType: { type: 'String' },
    Description: { type: 'String' },
    Name: { type: 'String', change: 'replacement' },
    Policies: { type: 'String' },
    Tags: { type: 'Json' },
    Tier: { type: 'String' },
    Type: { type: 'String', required: true },
    Value: { type: 'String', required: true },
  },
  attributes: ['Arn', 'Type', 'Value'],
  conflict: ({ Type }) =>
    Type === 'SecureString'
      ? 'SSM Parameters of type SecureString cannot be created using CloudFormation'
      : undefined,

  async create({ call, logicalId, physicalName }, properties) {
    const Name = (properties.Name as string) ?? `CFN-${logicalId}-${physicalName(64).split('-').at(-1)}`;
    const request = { ...properties, Name, Tags: tagsOf(properties) } as unknown as PutParameterRequest;
    await call('ssm', 'PutParameter', request);
    return Name;
  },

  read: async ({ account, region }, { physicalId, properties: { Type, Value } }) => ({
    Arn: `arn:aws:ssm:${region}:${account}:parameter${physicalId.startsWith('/') ? '' : '/'}${physicalId}`,
    Type: Type as string,
    Value: Value as string,
  }),

  async update({ call }, { physicalId: Name, properties: from }, to) {
    if (changedProperties(from, to).some((name) => (PUT as readonly string[]).includes(name))) {
      const request = Object.fromEntries(PUT.map((name) => [name, to[name]]));
      // A description that is not named would stay, and so would policies.
      request.Description ??= '';
      if (from.Policies !== undefined) request.Policies ??= '[{}]';
      await call('ssm', 'PutParameter', { ...request, Name, Overwrite: true } as PutParameterRequest);
    }
    const tagged = { ResourceType: 'Parameter', ResourceId: Name } as const;
    const { removed, added } = changedTags(from, to);
    if (removed.length > 0) await call('ssm', 'RemoveTagsFromResource', { ...tagged, TagKeys: removed });
    if (added.length > 0) await call('ssm', 'AddTagsToResource', { ...tagged, Tags: added });
  },

  async delete({ call }, { physicalId: Name }) {
    await call('ssm', 'DeleteParameter', { Name });
  },
};
