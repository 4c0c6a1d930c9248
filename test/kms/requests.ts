/** A request for every operation on a key, with all that a request can say, and the keys to make them on. */
import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import * as sdk from '@aws-sdk/client-kms';
import { ACCOUNT, rootOf } from '../worlds/account.ts';
import { type KmsWorld, keyPolicy } from '../worlds/kms.ts';

export type Kind = 'symmetric' | 'external' | 'multiRegion' | 'signing' | 'mac' | 'agreement';

export const KINDS: Readonly<Record<Kind, sdk.CreateKeyCommandInput>> = {
  symmetric: {},
  external: { Origin: 'EXTERNAL' },
  multiRegion: { MultiRegion: true },
  signing: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
  mac: { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
  agreement: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' },
};

/** What a request needs beside the key, made while the key was enabled. */
export interface Prepared {
  readonly KeyId: string;
  /** The key by an alias. */
  readonly alias: string;
  readonly blob: Uint8Array;
  readonly signature: Uint8Array;
  readonly mac: Uint8Array;
  readonly peer: Uint8Array;
  readonly grantId: string;
  readonly imported: { ImportToken: Uint8Array; EncryptedKeyMaterial: Uint8Array };
}

const TEXT = Buffer.from('x');
const EncryptionContext = { purpose: 'test' };
const GRANT = {
  GranteePrincipal: rootOf(ACCOUNT),
  RetiringPrincipal: rootOf(ACCOUNT),
  Operations: ['Encrypt' as const],
  Constraints: { EncryptionContextSubset: EncryptionContext },
};
const Tags = [{ TagKey: 'a', TagValue: 'b' }];
const SIGNING = { Message: TEXT, SigningAlgorithm: 'ECDSA_SHA_256' } as const;
const MAC = { Message: TEXT, MacAlgorithm: 'HMAC_SHA_256' } as const;

export const REQUESTS: Readonly<Record<string, { kind?: Kind; command(p: Prepared): object }>> = {
  CancelKeyDeletion: { command: ({ KeyId }) => new sdk.CancelKeyDeletionCommand({ KeyId }) },
  CreateAlias: {
    command: ({ KeyId }) => new sdk.CreateAliasCommand({ AliasName: 'alias/new', TargetKeyId: KeyId }),
  },
  CreateGrant: {
    command: ({ KeyId }) => new sdk.CreateGrantCommand({ KeyId, ...GRANT }),
  },
  Decrypt: {
    command: ({ alias: KeyId, blob }) =>
      new sdk.DecryptCommand({ KeyId, CiphertextBlob: blob, EncryptionContext }),
  },
  DeleteAlias: { command: () => new sdk.DeleteAliasCommand({ AliasName: 'alias/own' }) },
  DeleteImportedKeyMaterial: {
    kind: 'external',
    command: ({ KeyId }) => new sdk.DeleteImportedKeyMaterialCommand({ KeyId }),
  },
  DeriveSharedSecret: {
    kind: 'agreement',
    command: ({ alias: KeyId, peer }) =>
      new sdk.DeriveSharedSecretCommand({ KeyId, KeyAgreementAlgorithm: 'ECDH', PublicKey: peer }),
  },
  DescribeKey: { command: ({ alias: KeyId }) => new sdk.DescribeKeyCommand({ KeyId }) },
  DisableKey: { command: ({ KeyId }) => new sdk.DisableKeyCommand({ KeyId }) },
  DisableKeyRotation: { command: ({ KeyId }) => new sdk.DisableKeyRotationCommand({ KeyId }) },
  EnableKey: { command: ({ KeyId }) => new sdk.EnableKeyCommand({ KeyId }) },
  EnableKeyRotation: { command: ({ KeyId }) => new sdk.EnableKeyRotationCommand({ KeyId }) },
  Encrypt: {
    command: ({ alias: KeyId }) => new sdk.EncryptCommand({ KeyId, Plaintext: TEXT, EncryptionContext }),
  },
  GenerateDataKey: {
    command: ({ alias: KeyId }) =>
      new sdk.GenerateDataKeyCommand({ KeyId, NumberOfBytes: 16, EncryptionContext }),
  },
  GenerateDataKeyPair: {
    command: ({ alias: KeyId }) =>
      new sdk.GenerateDataKeyPairCommand({ KeyId, KeyPairSpec: 'ECC_NIST_P256', EncryptionContext }),
  },
  GenerateDataKeyPairWithoutPlaintext: {
    command: ({ alias: KeyId }) =>
      new sdk.GenerateDataKeyPairWithoutPlaintextCommand({
        KeyId,
        KeyPairSpec: 'ECC_NIST_P256',
        EncryptionContext,
      }),
  },
  GenerateDataKeyWithoutPlaintext: {
    command: ({ alias: KeyId }) =>
      new sdk.GenerateDataKeyWithoutPlaintextCommand({ KeyId, NumberOfBytes: 16, EncryptionContext }),
  },
  GenerateMac: { kind: 'mac', command: ({ alias: KeyId }) => new sdk.GenerateMacCommand({ KeyId, ...MAC }) },
  GetKeyLastUsage: { command: ({ KeyId }) => new sdk.GetKeyLastUsageCommand({ KeyId }) },
  GetKeyPolicy: { command: ({ KeyId }) => new sdk.GetKeyPolicyCommand({ KeyId }) },
  GetKeyRotationStatus: { command: ({ KeyId }) => new sdk.GetKeyRotationStatusCommand({ KeyId }) },
  GetParametersForImport: {
    kind: 'external',
    command: ({ KeyId }) =>
      new sdk.GetParametersForImportCommand({
        KeyId,
        WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
        WrappingKeySpec: 'RSA_2048',
      }),
  },
  GetPublicKey: { kind: 'signing', command: ({ alias: KeyId }) => new sdk.GetPublicKeyCommand({ KeyId }) },
  ImportKeyMaterial: {
    kind: 'external',
    command: ({ KeyId, imported }) =>
      new sdk.ImportKeyMaterialCommand({
        KeyId,
        ...imported,
        ExpirationModel: 'KEY_MATERIAL_EXPIRES',
        ValidTo: new Date(Date.now() + 86_400_000),
      }),
  },
  ListAliases: { command: ({ KeyId }) => new sdk.ListAliasesCommand({ KeyId }) },
  ListGrants: { command: ({ KeyId }) => new sdk.ListGrantsCommand({ KeyId }) },
  ListKeyPolicies: { command: ({ KeyId }) => new sdk.ListKeyPoliciesCommand({ KeyId }) },
  ListKeyRotations: { command: ({ KeyId }) => new sdk.ListKeyRotationsCommand({ KeyId }) },
  ListResourceTags: { command: ({ KeyId }) => new sdk.ListResourceTagsCommand({ KeyId }) },
  PutKeyPolicy: {
    command: ({ KeyId }) =>
      new sdk.PutKeyPolicyCommand({
        KeyId,
        Policy: keyPolicy(ACCOUNT),
        BypassPolicyLockoutSafetyCheck: false,
      }),
  },
  ReEncrypt: {
    command: ({ alias, blob }) =>
      new sdk.ReEncryptCommand({
        CiphertextBlob: blob,
        SourceKeyId: alias,
        SourceEncryptionContext: EncryptionContext,
        DestinationKeyId: 'alias/other',
        DestinationEncryptionContext: EncryptionContext,
      }),
  },
  ReplicateKey: {
    kind: 'multiRegion',
    command: ({ KeyId }) => new sdk.ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-central-1' }),
  },
  RetireGrant: { command: ({ KeyId, grantId }) => new sdk.RetireGrantCommand({ KeyId, GrantId: grantId }) },
  RevokeGrant: { command: ({ KeyId, grantId }) => new sdk.RevokeGrantCommand({ KeyId, GrantId: grantId }) },
  RotateKeyOnDemand: { command: ({ KeyId }) => new sdk.RotateKeyOnDemandCommand({ KeyId }) },
  ScheduleKeyDeletion: { command: ({ KeyId }) => new sdk.ScheduleKeyDeletionCommand({ KeyId }) },
  Sign: { kind: 'signing', command: ({ alias: KeyId }) => new sdk.SignCommand({ KeyId, ...SIGNING }) },
  TagResource: {
    command: ({ KeyId }) => new sdk.TagResourceCommand({ KeyId, Tags }),
  },
  UntagResource: { command: ({ KeyId }) => new sdk.UntagResourceCommand({ KeyId, TagKeys: ['a'] }) },
  UpdateAlias: {
    // The alias of another key is moved to this one: only the new key's state counts.
    command: ({ KeyId }) => new sdk.UpdateAliasCommand({ AliasName: 'alias/other', TargetKeyId: KeyId }),
  },
  UpdateKeyDescription: {
    command: ({ KeyId }) => new sdk.UpdateKeyDescriptionCommand({ KeyId, Description: 'd' }),
  },
  UpdatePrimaryRegion: {
    kind: 'multiRegion',
    command: ({ KeyId }) => new sdk.UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion: 'eu-west-1' }),
  },
  Verify: {
    kind: 'signing',
    command: ({ alias: KeyId, signature }) =>
      new sdk.VerifyCommand({ KeyId, ...SIGNING, Signature: signature }),
  },
  VerifyMac: {
    kind: 'mac',
    command: ({ alias: KeyId, mac }) => new sdk.VerifyMacCommand({ KeyId, ...MAC, Mac: mac }),
  },
};

export async function prepare(world: KmsWorld, kms: sdk.KMSClient, kind: Kind): Promise<Prepared> {
  const KeyId = await world.key({ ...KINDS[kind], Tags });
  const alias = 'alias/own';
  for (const [AliasName, TargetKeyId] of [
    [alias, KeyId],
    ['alias/other', await world.key({ Tags })],
  ] as const) {
    await kms.send(new sdk.CreateAliasCommand({ AliasName, TargetKeyId }));
  }
  const none = new Uint8Array();
  const imported = { ImportToken: none, EncryptedKeyMaterial: none };
  const prepared = {
    KeyId,
    alias,
    blob: none,
    signature: none,
    mac: none,
    peer: none,
    grantId: '',
    imported,
  };
  switch (kind) {
    case 'symmetric': {
      const { CiphertextBlob } = await kms.send(
        new sdk.EncryptCommand({ KeyId, Plaintext: TEXT, EncryptionContext }),
      );
      const { GrantId } = await kms.send(new sdk.CreateGrantCommand({ KeyId, ...GRANT }));
      return { ...prepared, blob: CiphertextBlob!, grantId: GrantId! };
    }
    case 'external':
      return { ...prepared, imported: await importOnce(kms, KeyId) };
    case 'signing': {
      const { Signature } = await kms.send(new sdk.SignCommand({ KeyId, ...SIGNING }));
      return { ...prepared, signature: Signature! };
    }
    case 'mac': {
      const { Mac } = await kms.send(new sdk.GenerateMacCommand({ KeyId, ...MAC }));
      return { ...prepared, mac: Mac! };
    }
    case 'agreement': {
      const { PublicKey } = await kms.send(new sdk.GetPublicKeyCommand({ KeyId }));
      return { ...prepared, peer: PublicKey! };
    }
    case 'multiRegion':
      await kms.send(new sdk.ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1', Tags }));
      await world.server.settled();
      return prepared;
  }
}

async function importOnce(kms: sdk.KMSClient, KeyId: string) {
  const { ImportToken, PublicKey } = await kms.send(
    new sdk.GetParametersForImportCommand({
      KeyId,
      WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
      WrappingKeySpec: 'RSA_2048',
    }),
  );
  const key = createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' });
  const EncryptedKeyMaterial = publicEncrypt(
    { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    Buffer.alloc(32, 7),
  );
  const imported = { ImportToken: ImportToken!, EncryptedKeyMaterial };
  await kms.send(
    new sdk.ImportKeyMaterialCommand({
      KeyId,
      ...imported,
      ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
    }),
  );
  return imported;
}
