/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-replicakey.html */
import { parseArn } from '../../../aws/arn.ts';
import { HandlerFailure } from './failure.ts';
import { DESCRIPTION, key, kmsTags, PENDING_WINDOW, policyText } from './kms-key.ts';
import { TAGS } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

export const replicaKey: ResourceType = {
  name: 'AWS::KMS::ReplicaKey',
  properties: {
    Description: DESCRIPTION,
    Enabled: { type: 'Boolean' },
    KeyPolicy: { type: 'PolicyDocument', required: true },
    PendingWindowInDays: PENDING_WINDOW,
    PrimaryKeyArn: {
      ...{ type: 'String', required: true, change: 'replacement' },
      bounds: { minLength: 1, maxLength: 256 },
    },
    Tags: TAGS,
  },
  attributes: ['Arn', 'KeyId'],

  /** The primary is asked in its own region to make the replica in this one. */
  async create({ call, region }, properties) {
    const primary = parseArn(properties.PrimaryKeyArn as string);
    if (!primary) {
      throw new HandlerFailure(`Invalid primary key ARN: ${properties.PrimaryKeyArn}`, 'InvalidRequest');
    }
    const { ReplicaKeyMetadata: made } = await call(
      'kms',
      'ReplicateKey',
      {
        KeyId: properties.PrimaryKeyArn as string,
        ReplicaRegion: region,
        Policy: policyText(properties),
        Description: properties.Description as string | undefined,
        Tags: kmsTags(tagsOf(properties)),
      },
      { region: primary.region },
    );
    return {
      physicalId: made?.KeyId as string,
      made: properties.Enabled === false ? { ...properties, Enabled: true } : properties,
    };
  },

  read: key.read,
  update: key.update,
  delete: key.delete,
};
