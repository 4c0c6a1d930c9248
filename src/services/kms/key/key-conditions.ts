/** Condition keys of requests on a key (aws-facts A6). */
import { accountOf, type Caller } from '../../../invoke/caller.ts';
import type { ConditionValues } from '../../../invoke/verdict.ts';
import type { Missing } from '../../../policy/policy.ts';
import { isReservedTag } from '../../../service-kit/reserved-tags.ts';
import { type KeyRecord, multiRegionKeyType } from './key.ts';

/** The service through which the call came, e.g. `ec2.us-east-1.amazonaws.com`. */
const viaService = (caller: Caller): string | undefined =>
  'viaService' in caller ? caller.viaService : undefined;

/** Whether a service integrated with KMS calls, for a user or for itself: kms:GrantIsForAWSResource. */
export const isForAwsResource = (caller: Caller): boolean =>
  caller.kind === 'service' || viaService(caller) !== undefined;

export function callerConditions(caller: Caller): ConditionValues {
  return { 'kms:CallerAccount': accountOf(caller), 'kms:ViaService': viaService(caller) };
}

export type KeyKind = Pick<KeyRecord, 'keySpec' | 'keyUsage' | 'origin'>;

export function kindConditions({ keySpec, keyUsage, origin }: KeyKind): ConditionValues {
  return {
    'kms:KeySpec': keySpec,
    'kms:CustomerMasterKeySpec': keySpec,
    'kms:KeyUsage': keyUsage,
    'kms:CustomerMasterKeyUsage': keyUsage,
    'kms:KeyOrigin': origin,
  };
}

/** What the key gives, whoever asks and however. */
export function resourceConditions(key: KeyRecord): ConditionValues {
  const { aliases, missing } = key;
  return {
    'kms:MultiRegion': key.multiRegion !== undefined,
    'kms:MultiRegionKeyType': multiRegionKeyType(key),
    'kms:ResourceAliases': missing?.aliases ?? (aliases.length > 0 ? aliases : undefined),
    ...kindConditions(key),
    ...resourceTagConditions(key.tags),
    ...(missing?.tags && { 'aws:ResourceTag/*': missing.tags }),
    ...(missing?.description && unknownKind(missing.description)),
  };
}

const unknownKind = (missing: Missing): ConditionValues => ({
  'kms:KeySpec': missing,
  'kms:CustomerMasterKeySpec': missing,
  'kms:KeyUsage': missing,
  'kms:CustomerMasterKeyUsage': missing,
  'kms:KeyOrigin': missing,
  'kms:MultiRegion': missing,
  'kms:MultiRegionKeyType': missing,
});

export function keyConditions(caller: Caller, key: KeyRecord, requestAlias?: string): ConditionValues {
  return { 'kms:RequestAlias': requestAlias, ...callerConditions(caller), ...resourceConditions(key) };
}

const resourceTagConditions = (tags: Readonly<Record<string, string>>): ConditionValues =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));

export const requestTagConditions = (
  all: readonly { readonly TagKey: string; readonly TagValue: string }[],
): ConditionValues => {
  const tags = all.filter(({ TagKey }) => !isReservedTag(TagKey));
  return {
    ...Object.fromEntries(tags.map(({ TagKey, TagValue }) => [`aws:RequestTag/${TagKey}`, TagValue])),
    'aws:TagKeys': tags.length > 0 ? tags.map(({ TagKey }) => TagKey) : undefined,
  };
};
