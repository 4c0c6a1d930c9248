/** A KMS key: its record, its names, and what DescribeKey tells of it. */
import { formatArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { Missing } from '../../../policy/policy.ts';
import type { KeyMetadata } from '../../../shapes/generated/kms.ts';
import { table } from '../../../store/store.ts';
import { algorithmMember, formerSpec, type KeySpec, type KeyUsage } from './key-spec.ts';
import type { KeyState } from './key-state.ts';

export interface KeyRecord extends Scope {
  /** A UUID, or `mrk-` and 32 hexadecimal digits for a multi-Region key. */
  readonly keyId: string;
  readonly createdAtMs: number;
  readonly description: string;
  readonly keySpec: KeySpec;
  readonly keyUsage: KeyUsage;
  readonly origin: 'AWS_KMS' | 'EXTERNAL';
  /** `AWS` for a key that a service made for itself (alias/aws/ebs). */
  readonly manager: 'CUSTOMER' | 'AWS';
  readonly state: KeyState;
  readonly policy: StoredKeyPolicy;
  readonly tags: Readonly<Record<string, string>>;
  /** Names with `alias/` in front, sorted. Kept here too, since every decision on the key may ask for them. */
  readonly aliases: readonly string[];
  /** The material that encrypts; absent while import is pending. */
  readonly currentMaterialId?: string;
  /** While deletion is pending. */
  readonly deletion?: { readonly windowInDays: number; readonly atMs?: number };
  readonly multiRegion?: { readonly primaryRegion: string; readonly regions: readonly string[] };
  readonly rotation: RotationPlan;
  /** EXTERNAL keys: material that was imported beside the current one, and waits for a rotation on demand. */
  readonly nextMaterialId?: string;
  /** EXTERNAL keys: when the current material expires. */
  readonly importedUntilMs?: number;
  /** Of a real account's key: what of it is not known. */
  readonly missing?: Partial<Readonly<Record<'grants' | 'tags' | 'aliases' | 'description', Missing>>>;
}

/** A key policy with the unique ids that its principals had when it was put (aws-facts G1.6). */
export interface StoredKeyPolicy {
  readonly source: string;
  /** Set where the key is of a real account, and its policy could not be read. */
  readonly missing?: Missing;
  /** ARN as written, to unique id. */
  readonly principalIds: Readonly<Record<string, string>>;
}

export interface RotationPlan {
  /** Set while automatic rotation is enabled, together with the time of the next one. */
  readonly periodInDays?: number;
  readonly nextAtMs?: number;
  /** While a rotation on demand is under way. */
  readonly onDemandStartedAtMs?: number;
}

export const keys = table<KeyRecord>()({
  name: 'kms.keys',
  key: ({ account, region, keyId }) => [account, region, keyId],
});

export function keyArn({ account, region, keyId }: Pick<KeyRecord, 'account' | 'region' | 'keyId'>): string {
  return formatArn({ service: 'kms', region, account, resource: `key/${keyId}` });
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html */
export function keyMetadata(key: KeyRecord): KeyMetadata {
  const isSymmetric = key.keySpec === 'SYMMETRIC_DEFAULT';
  return {
    AWSAccountId: key.account,
    KeyId: key.keyId,
    Arn: keyArn(key),
    CreationDate: key.createdAtMs,
    Enabled: key.state === 'Enabled',
    Description: key.description,
    KeyUsage: key.keyUsage,
    KeyState: key.state,
    ...(key.deletion && { DeletionDate: key.deletion.atMs }),
    ...(key.state === 'PendingReplicaDeletion' && {
      PendingDeletionWindowInDays: key.deletion?.windowInDays,
    }),
    Origin: key.origin,
    ...(key.origin === 'EXTERNAL' &&
      key.currentMaterialId !== undefined &&
      key.state !== 'PendingImport' &&
      key.state !== 'Creating' && {
        ExpirationModel:
          key.importedUntilMs === undefined ? 'KEY_MATERIAL_DOES_NOT_EXPIRE' : 'KEY_MATERIAL_EXPIRES',
        ValidTo: key.importedUntilMs,
      }),
    KeyManager: key.manager,
    CustomerMasterKeySpec: formerSpec(key.keySpec),
    KeySpec: key.keySpec,
    ...algorithmMember(key),
    ...(isSymmetric &&
      key.currentMaterialId !== undefined &&
      key.state !== 'Creating' && { CurrentKeyMaterialId: key.currentMaterialId }),
    MultiRegion: key.multiRegion !== undefined,
    ...(key.multiRegion && { MultiRegionConfiguration: multiRegionConfiguration(key, key.multiRegion) }),
  };
}

function multiRegionConfiguration(key: KeyRecord, set: NonNullable<KeyRecord['multiRegion']>) {
  const member = (region: string) => ({ Arn: keyArn({ ...key, region }), Region: region });
  return {
    MultiRegionKeyType: multiRegionKeyType(key),
    PrimaryKey: member(set.primaryRegion),
    ReplicaKeys: set.regions
      .filter((region) => region !== set.primaryRegion)
      .toSorted()
      .map(member),
  };
}

export function multiRegionKeyType({ multiRegion, region }: KeyRecord): 'PRIMARY' | 'REPLICA' | undefined {
  if (!multiRegion) return undefined;
  return multiRegion.primaryRegion === region ? 'PRIMARY' : 'REPLICA';
}
