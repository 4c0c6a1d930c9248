/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-samlprovider.html */
import { sameValue } from '../template/json.ts';
import { TAGS } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { changedTags, tagsOf } from './tags.ts';

export const samlProvider: ResourceType = {
  name: 'AWS::IAM::SAMLProvider',
  nameProperty: 'Name',
  isUnmarked: true,
  properties: {
    AddPrivateKey: { type: 'String' },
    AssertionEncryptionMode: { type: 'String' },
    Name: { type: 'String', change: 'replacement' },
    RemovePrivateKey: { type: 'String' },
    SamlMetadataDocument: { type: 'String' },
    Tags: TAGS,
  },
  unserved: ['PrivateKeyList'],
  attributes: ['Arn', 'SamlProviderUUID'],

  async create(ctx, properties) {
    const { SAMLProviderArn: arn } = await ctx.call('iam', 'CreateSAMLProvider', {
      Name: (properties.Name as string) ?? ctx.physicalName(128),
      SAMLMetadataDocument: (properties.SamlMetadataDocument as string) ?? '',
      AssertionEncryptionMode: properties.AssertionEncryptionMode as 'Required' | undefined,
      AddPrivateKey: properties.AddPrivateKey as string | undefined,
      Tags: tagsOf(properties),
    });
    return arn as string;
  },

  async read({ call }, { physicalId: SAMLProviderArn }) {
    const { SAMLProviderUUID: uuid } = await call('iam', 'GetSAMLProvider', { SAMLProviderArn });
    return { Arn: SAMLProviderArn, SamlProviderUUID: uuid ?? '' };
  },

  async update({ call }, { physicalId: SAMLProviderArn, properties: from }, to) {
    const isNew = (name: string) => (sameValue(from[name], to[name]) ? undefined : (to[name] as string));
    await call('iam', 'UpdateSAMLProvider', {
      SAMLProviderArn,
      SAMLMetadataDocument: isNew('SamlMetadataDocument'),
      AssertionEncryptionMode: isNew('AssertionEncryptionMode') as 'Required' | undefined,
      AddPrivateKey: isNew('AddPrivateKey'),
      RemovePrivateKey: isNew('RemovePrivateKey'),
    });
    const { removed, added } = changedTags(from, to);
    if (removed.length > 0) await call('iam', 'UntagSAMLProvider', { SAMLProviderArn, TagKeys: removed });
    if (added.length > 0) await call('iam', 'TagSAMLProvider', { SAMLProviderArn, Tags: added });
  },

  async delete({ call }, { physicalId: SAMLProviderArn }) {
    await call('iam', 'DeleteSAMLProvider', { SAMLProviderArn });
  },
};
