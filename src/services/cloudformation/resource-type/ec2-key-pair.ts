/**
 * A key pair of one's own, or a new one whose private key is kept in Parameter Store.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-keypair.html
 */
import type { CreateKeyPairRequest } from '../../../shapes/generated/ec2.ts';
import { TAGS } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

/** Where the private key of a new pair is kept: a SecureString under the account's key for Parameter Store. */
const parameterOf = (keyPairId: string) => `/ec2/keypair/${keyPairId}`;

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

  async create({ call }, properties) {
    const { KeyFormat, KeyName, KeyType, PublicKeyMaterial } = properties;
    const request = {
      KeyName: KeyName as string,
      TagSpecifications: [{ ResourceType: 'key-pair' as const, Tags: tagsOf(properties) }],
    };
    if (PublicKeyMaterial !== undefined) {
      const material = Buffer.from(PublicKeyMaterial as string);
      await call('ec2', 'ImportKeyPair', { ...request, PublicKeyMaterial: material });
      return request.KeyName;
    }
    const chosen = { KeyFormat, KeyType } as Pick<CreateKeyPairRequest, 'KeyFormat' | 'KeyType'>;
    const { KeyMaterial, KeyPairId = '' } = await call('ec2', 'CreateKeyPair', { ...request, ...chosen });
    const parameter = { Name: parameterOf(KeyPairId), Value: KeyMaterial as string };
    try {
      await call('ssm', 'PutParameter', { ...parameter, Type: 'SecureString' });
    } catch (failure) {
      // Nobody has its private key, which is given only once.
      await call('ec2', 'DeleteKeyPair', { KeyName: request.KeyName });
      throw failure;
    }
    return request.KeyName;
  },

  async read({ call }, { physicalId }) {
    const { KeyPairs: [found] = [] } = await call('ec2', 'DescribeKeyPairs', { KeyNames: [physicalId] });
    return { KeyPairId: found?.KeyPairId ?? '', KeyFingerprint: found?.KeyFingerprint ?? '' };
  },

  async delete({ call }, { physicalId: KeyName, properties, attributes }) {
    await call('ec2', 'DeleteKeyPair', { KeyName });
    if (properties.PublicKeyMaterial !== undefined) return;
    await call('ssm', 'DeleteParameter', { Name: parameterOf(attributes.KeyPairId as string) });
  },
};
