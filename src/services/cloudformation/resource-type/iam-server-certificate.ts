/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-servercertificate.html */
import { sameValue } from '../template/json.ts';
import { TAGS } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { changedTags, tagsOf } from './tags.ts';

export const serverCertificate: ResourceType = {
  name: 'AWS::IAM::ServerCertificate',
  nameProperty: 'ServerCertificateName',
  isUnmarked: true,
  properties: {
    CertificateBody: { type: 'String', change: 'replacement' },
    CertificateChain: { type: 'String', change: 'replacement' },
    Path: { type: 'String' },
    PrivateKey: { type: 'String', change: 'replacement' },
    ServerCertificateName: { type: 'String', change: 'replacement' },
    Tags: TAGS,
  },
  attributes: ['Arn'],

  async create(ctx, properties) {
    const ServerCertificateName = (properties.ServerCertificateName as string) ?? ctx.physicalName(128);
    await ctx.call('iam', 'UploadServerCertificate', {
      ServerCertificateName,
      CertificateBody: (properties.CertificateBody as string) ?? '',
      CertificateChain: properties.CertificateChain as string | undefined,
      PrivateKey: (properties.PrivateKey as string) ?? '',
      Path: properties.Path as string | undefined,
      Tags: tagsOf(properties),
    });
    return ServerCertificateName;
  },

  async read({ call }, { physicalId: ServerCertificateName }) {
    const { ServerCertificate: found } = await call('iam', 'GetServerCertificate', { ServerCertificateName });
    return { Arn: found.ServerCertificateMetadata.Arn };
  },

  async update({ call }, { physicalId: ServerCertificateName, properties: from }, to) {
    if (!sameValue(from.Path, to.Path)) {
      const NewPath = (to.Path as string | undefined) ?? '/';
      await call('iam', 'UpdateServerCertificate', { ServerCertificateName, NewPath });
    }
    const { removed, added } = changedTags(from, to);
    if (removed.length > 0) {
      await call('iam', 'UntagServerCertificate', { ServerCertificateName, TagKeys: removed });
    }
    if (added.length > 0) await call('iam', 'TagServerCertificate', { ServerCertificateName, Tags: added });
  },

  async delete({ call }, { physicalId: ServerCertificateName }) {
    await call('iam', 'DeleteServerCertificate', { ServerCertificateName });
  },
};
