/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html (aws-facts H3) */
import { defaultKeyPolicy } from '../../../policy/default-key-policy.ts';
import type { CreateKeyRequest } from '../../../shapes/generated/kms.ts';
import { type JsonObject, sameValue } from '../template/json.ts';
import { isNotFound } from './failure.ts';
import { type Property, TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { changedTags, type Tag, tagsOf } from './tags.ts';

/** Immutable: documentation says replacement, but an attempt to change one makes the update fail. */
const IMMUTABLE = { type: 'String', change: 'refused' } as const;

/** What keys and their replicas have in common. */
export const DESCRIPTION: Property = { type: 'String', bounds: { maxLength: 8192 } };
export const PENDING_WINDOW: Property = { type: 'Integer', bounds: { minimum: 7, maximum: 30 } };

const USAGES = ['ENCRYPT_DECRYPT', 'SIGN_VERIFY', 'GENERATE_VERIFY_MAC', 'KEY_AGREEMENT'];

export const key: ResourceType = {
  name: 'AWS::KMS::Key',
  properties: {
    BypassPolicyLockoutSafetyCheck: { type: 'Boolean' },
    Description: DESCRIPTION,
    Enabled: { type: 'Boolean' },
    EnableKeyRotation: { type: 'Boolean' },
    KeyPolicy: { type: 'PolicyDocument' },
    KeySpec: IMMUTABLE,
    KeyUsage: { ...IMMUTABLE, bounds: { enum: USAGES } },
    MultiRegion: { type: 'Boolean', change: 'refused' },
    Origin: { ...IMMUTABLE, bounds: { enum: ['AWS_KMS', 'EXTERNAL'] } },
    PendingWindowInDays: PENDING_WINDOW,
    RotationPeriodInDays: { type: 'Integer', bounds: { minimum: 90, maximum: 2560 } },
    Tags: TAGS,
  },
  attributes: ['Arn', 'KeyId'],

  async create({ call }, properties) {
    const { KeyMetadata } = await call('kms', 'CreateKey', {
      ...pick(properties, [
        'BypassPolicyLockoutSafetyCheck',
        'Description',
        'KeySpec',
        'KeyUsage',
        'MultiRegion',
        'Origin',
      ]),
      Policy: policyText(properties),
      Tags: kmsTags(tagsOf(properties)),
    } as CreateKeyRequest);
    const { EnableKeyRotation: _rotation, ...rest } = properties;
    const made = properties.Enabled === false ? { ...rest, Enabled: true } : rest;
    return { physicalId: KeyMetadata?.KeyId as string, made };
  },

  async read({ call }, { physicalId }) {
    const { KeyMetadata } = await call('kms', 'DescribeKey', { KeyId: physicalId });
    if (KeyMetadata?.KeyState === 'Creating' || KeyMetadata?.KeyState === 'Updating') return undefined;
    return { Arn: KeyMetadata?.Arn as string, KeyId: physicalId };
  },

  async update({ call, account }, { physicalId: KeyId, properties: from }, to) {
    const changed = (name: string) => !sameValue(from[name], to[name]);
    // A disabled key rotates only once it is enabled, and stays so until the rest is done.
    if (from.Enabled === false && to.Enabled !== false) await call('kms', 'EnableKey', { KeyId });
    if (changed('Description')) {
      await call('kms', 'UpdateKeyDescription', { KeyId, Description: String(to.Description ?? '') });
    }
    if (changed('KeyPolicy')) {
      await call('kms', 'PutKeyPolicy', {
        KeyId,
        Policy: policyText(to) ?? JSON.stringify(defaultKeyPolicy(account)),
        BypassPolicyLockoutSafetyCheck: to.BypassPolicyLockoutSafetyCheck === true,
      });
    }
    await setRotation(call, KeyId, from, to);
    const { removed, added } = changedTags(from, to);
    if (removed.length > 0) await call('kms', 'UntagResource', { KeyId, TagKeys: removed });
    if (added.length > 0) await call('kms', 'TagResource', { KeyId, Tags: kmsTags(added) });
    if (from.Enabled !== false && to.Enabled === false) await call('kms', 'DisableKey', { KeyId });
  },

  /** The deletion is scheduled, and never cancelled by CloudFormation. */
  async delete({ call }, { physicalId, properties }) {
    const { KeyMetadata } = await call('kms', 'DescribeKey', { KeyId: physicalId }).catch((error) => {
      if (isNotFound(error)) return {} as { KeyMetadata?: undefined };
      throw error;
    });
    if (!KeyMetadata || KeyMetadata.DeletionDate !== undefined) return;
    await call('kms', 'ScheduleKeyDeletion', {
      KeyId: physicalId,
      PendingWindowInDays: (properties.PendingWindowInDays as number) ?? 30,
    });
  },
};

const pick = (from: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));

export const policyText = ({ KeyPolicy: policy }: JsonObject): string | undefined =>
  policy === undefined ? undefined : JSON.stringify(policy);

export const kmsTags = (tags: readonly Tag[]) =>
  tags.map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value }));

async function setRotation(
  call: ResourceContext['call'],
  KeyId: string,
  from: JsonObject,
  to: JsonObject,
): Promise<void> {
  const settings = ({ EnableKeyRotation, RotationPeriodInDays = '' }: JsonObject) =>
    EnableKeyRotation === true ? `every ${RotationPeriodInDays}` : 'off';
  if (settings(from) === settings(to)) return;
  if (to.EnableKeyRotation !== true) {
    await call('kms', 'DisableKeyRotation', { KeyId });
    return;
  }
  const RotationPeriodInDays = to.RotationPeriodInDays as number | undefined;
  await call('kms', 'EnableKeyRotation', { KeyId, RotationPeriodInDays });
}
