/**
 * Instance metadata options: the launch's own, else the account's, else the image's
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { InstanceMetadataOptionsRequest } from '../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { type MetadataDefaults, readRegionSettings } from '../account-setting/region-settings.ts';
import type { ImageRecord } from '../image/image-record.ts';
import type { InstanceRecord } from './instance.ts';

type MetadataOptions = InstanceRecord['metadataOptions'];

export const plannedMetadata = (
  { imdsSupport }: ImageRecord,
  { HttpTokensEnforced: _, ...defaults }: MetadataDefaults,
  asked: InstanceMetadataOptionsRequest | undefined,
): MetadataOptions => ({
  State: 'applied',
  HttpTokens: imdsSupport === 'v2.0' ? 'required' : 'optional',
  HttpPutResponseHopLimit: imdsSupport === 'v2.0' ? 2 : 1,
  HttpEndpoint: 'enabled',
  HttpProtocolIpv6: 'disabled',
  InstanceMetadataTags: 'disabled',
  ...defaults,
  ...definedOf(asked),
});

/** The members that are there, so that an absent one does not hide its default. */
const definedOf = <T extends object>(value: T | undefined): Partial<T> =>
  Object.fromEntries(Object.entries(value ?? {}).filter(([, member]) => member !== undefined)) as Partial<T>;

/**
 * Throws where the account enforces tokens in the Region, for which instances would not ask
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-new-instances.html#enforce-imdsv2-at-the-account-level).
 */
export async function requireEnforcedTokens(
  tx: ReadTransaction,
  scope: Scope,
  { HttpTokens }: Pick<MetadataOptions, 'HttpTokens'>,
  sentence: string,
): Promise<void> {
  if (HttpTokens === 'required') return;
  const { metadata } = await readRegionSettings(tx, scope);
  if (metadata.HttpTokensEnforced === 'enabled') throw new AwsError('UnsupportedOperation', sentence);
}
