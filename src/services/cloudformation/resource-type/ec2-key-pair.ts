/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-keypair.html */

import { TAGS } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

export const keyPair: ResourceType = {
  name: 'AWS::EC2::KeyPair',
  nameProperty: 'KeyName',
  properties: {
    KeyFormat: { type: 'String', change: 'replacement' },
    KeyName: { type: 'String', required: true, change: 'replacement' },
    KeyType: { type: 'String', change: 'replacement' },
    PublicKeyMaterial: { type: 'String', change: 'replacement' },
    Tags: { ...TAGS, change: 'replacement' },
  },
  attributes: ['KeyFingerprint', 'KeyPairId'],
  conflict: ({ PublicKeyMaterial }) =>
    PublicKeyMaterial === undefined
      ? 'Latchkey does not serve key pairs without PublicKeyMaterial: AWS keeps their private key in SSM.'
      : undefined,

  async create(context, properties) {
    const KeyName = properties.KeyName as string;
    const request = {
      KeyName,
      PublicKeyMaterial: Buffer.from(properties.PublicKeyMaterial as string),
      TagSpecifications: [{ ResourceType: 'key-pair' as const, Tags: tagsOf(properties) }],
    };
    await context.call('ec2', 'ImportKeyPair', request);
    return KeyName;
  },

  async read({ call }, { physicalId }) {
    const { KeyPairs: [found] = [] } = await call('ec2', 'DescribeKeyPairs', { KeyNames: [physicalId] });
    return { KeyPairId: found?.KeyPairId ?? '', KeyFingerprint: found?.KeyFingerprint ?? '' };
  },

  async delete({ call }, { physicalId: KeyName }) {
    await call('ec2', 'DeleteKeyPair', { KeyName });
  },
};
