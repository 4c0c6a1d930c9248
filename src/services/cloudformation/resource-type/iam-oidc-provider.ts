/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-oidcprovider.html */
import { sameValue } from '../template/json.ts';
import { strings, TAGS } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { updateSet } from './sets.ts';
import { changedTags, tagsOf } from './tags.ts';

export const oidcProvider: ResourceType = {
  name: 'AWS::IAM::OIDCProvider',
  isUnmarked: true,
  properties: {
    ClientIdList: { type: strings },
    Tags: TAGS,
    ThumbprintList: { type: strings },
    Url: { type: 'String', change: 'replacement' },
  },
  attributes: ['Arn'],

  async create({ call }, properties) {
    const { OpenIDConnectProviderArn: arn } = await call('iam', 'CreateOpenIDConnectProvider', {
      Url: (properties.Url as string) ?? '',
      ClientIDList: properties.ClientIdList as string[] | undefined,
      ThumbprintList: properties.ThumbprintList as string[] | undefined,
      Tags: tagsOf(properties),
    });
    return arn as string;
  },

  read: async (_context, { physicalId }) => ({ Arn: physicalId }),

  async update({ call }, { physicalId: OpenIDConnectProviderArn, properties: from }, to) {
    await updateSet(
      from.ClientIdList,
      to.ClientIdList,
      (ClientID) => call('iam', 'AddClientIDToOpenIDConnectProvider', { OpenIDConnectProviderArn, ClientID }),
      (ClientID) =>
        call('iam', 'RemoveClientIDFromOpenIDConnectProvider', { OpenIDConnectProviderArn, ClientID }),
    );
    if (to.ThumbprintList !== undefined && !sameValue(from.ThumbprintList, to.ThumbprintList)) {
      await call('iam', 'UpdateOpenIDConnectProviderThumbprint', {
        OpenIDConnectProviderArn,
        ThumbprintList: [...(to.ThumbprintList as readonly string[])],
      });
    }
    const { removed, added } = changedTags(from, to);
    if (removed.length > 0) {
      await call('iam', 'UntagOpenIDConnectProvider', { OpenIDConnectProviderArn, TagKeys: removed });
    }
    if (added.length > 0) {
      await call('iam', 'TagOpenIDConnectProvider', { OpenIDConnectProviderArn, Tags: added });
    }
  },

  async delete({ call }, { physicalId: OpenIDConnectProviderArn }) {
    await call('iam', 'DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn });
  },
};
