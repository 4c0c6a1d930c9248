/** The whole table of key states and operations (https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html). */
import assert from 'node:assert/strict';
import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { after, describe, test } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { aliases } from '../src/services/kms/alias/alias.ts';
import { grantCounts, grants } from '../src/services/kms/grant/grant.ts';
import { keys } from '../src/services/kms/key/key.ts';
import { KEY_STATES, type KeyState } from '../src/services/kms/key/key-state.ts';
import { materials } from '../src/services/kms/key/material.ts';
import type { Table } from '../src/store/store.ts';
import { refusal } from './harness.ts';
import { ACCOUNT, type KmsWorld, keyPolicy, kmsWorld, REGION, rootOf } from './kms-world.ts';

/** What an operation meets: `ok`, or the code and the end of the sentence behind the key's ARN. */
const REFUSALS = {
  disabled: ['DisabledException', ' is disabled.'],
  deletion: ['KMSInvalidStateException', ' is pending deletion.'],
  replicaDeletion: ['KMSInvalidStateException', ' is pending replica deletion.'],
  notDeletion: ['KMSInvalidStateException', ' is not pending deletion.'],
  import: ['KMSInvalidStateException', ' is pending import.'],
  external: ['UnsupportedOperationException', ' origin is EXTERNAL which is not valid for this operation.'],
  unavailable: ['KMSInvalidStateException', ' is unavailable.'],
  creating: ['KMSInvalidStateException', ' is creating.'],
  updating: ['KMSInvalidStateException', ' is updating.'],
} as const;
type Outcome = 'ok' | keyof typeof REFUSALS;

/** In the order of KEY_STATES; `-` where AWS has no such key. */
const row = (text: string) => text.trim().split(/\s+/) as (Outcome | '-')[];
const ALWAYS = row('ok ok ok ok ok ok ok ok');
const USE = row('ok disabled deletion replicaDeletion import unavailable creating ok');
const CHANGE = row('ok ok deletion replicaDeletion ok ok ok ok');
const SWITCH = row('ok ok deletion replicaDeletion import ok creating updating');
const ROTATION = row('ok disabled deletion replicaDeletion - unavailable creating ok');

const TABLE: Readonly<Record<string, (Outcome | '-')[]>> = {
  CancelKeyDeletion: row('notDeletion notDeletion ok ok notDeletion notDeletion notDeletion notDeletion'),
  CreateAlias: CHANGE,
  CreateGrant: row('ok disabled deletion replicaDeletion import ok creating ok'),
  Decrypt: USE,
  DeleteAlias: ALWAYS,
  DeleteImportedKeyMaterial: row('ok ok ok ok ok - creating updating'),
  DeriveSharedSecret: USE,
  DescribeKey: ALWAYS,
  DisableKey: SWITCH,
  DisableKeyRotation: ROTATION,
  EnableKey: SWITCH,
  EnableKeyRotation: ROTATION,
  Encrypt: USE,
  GenerateDataKey: USE,
  GenerateDataKeyPair: USE,
  GenerateDataKeyPairWithoutPlaintext: USE,
  GenerateDataKeyWithoutPlaintext: USE,
  GenerateMac: USE,
  GetKeyPolicy: ALWAYS,
  GetKeyRotationStatus: row('ok ok ok ok - unavailable ok ok'),
  GetParametersForImport: row('ok ok deletion replicaDeletion ok - creating updating'),
  GetPublicKey: USE,
  ImportKeyMaterial: row('ok ok deletion replicaDeletion ok - creating ok'),
  ListAliases: ALWAYS,
  ListGrants: ALWAYS,
  ListKeyPolicies: ALWAYS,
  ListResourceTags: ALWAYS,
  PutKeyPolicy: ALWAYS,
  ReEncrypt: USE,
  ReplicateKey: row('ok disabled deletion replicaDeletion import - creating updating'),
  RetireGrant: ALWAYS,
  RevokeGrant: ALWAYS,
  ScheduleKeyDeletion: row('ok ok deletion replicaDeletion ok ok ok updating'),
  Sign: USE,
  TagResource: CHANGE,
  UntagResource: CHANGE,
  UpdateAlias: CHANGE,
  UpdateKeyDescription: CHANGE,
  UpdatePrimaryRegion: row('ok disabled deletion replicaDeletion import - creating ok'),
  Verify: USE,
  VerifyMac: USE,
};

type Kind = 'symmetric' | 'external' | 'multiRegion' | 'signing' | 'mac' | 'agreement';

const KINDS: Readonly<Record<Kind, sdk.CreateKeyCommandInput>> = {
  symmetric: {},
  external: { Origin: 'EXTERNAL' },
  multiRegion: { MultiRegion: true },
  signing: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
  mac: { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
  agreement: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' },
};

/** What a request needs beside the key, made while the key was enabled. */
interface Prepared {
  readonly KeyId: string;
  readonly blob: Uint8Array;
  readonly signature: Uint8Array;
  readonly mac: Uint8Array;
  readonly peer: Uint8Array;
  readonly grantId: string;
  readonly otherKey: string;
  readonly imported: { ImportToken: Uint8Array; EncryptedKeyMaterial: Uint8Array };
}

const TEXT = Buffer.from('x');
const SIGNING = { Message: TEXT, SigningAlgorithm: 'ECDSA_SHA_256' } as const;
const MAC = { Message: TEXT, MacAlgorithm: 'HMAC_SHA_256' } as const;

const REQUESTS: Readonly<Record<string, { kind?: Kind; command(p: Prepared): object }>> = {
  CancelKeyDeletion: { command: ({ KeyId }) => new sdk.CancelKeyDeletionCommand({ KeyId }) },
  CreateAlias: {
    command: ({ KeyId }) => new sdk.CreateAliasCommand({ AliasName: 'alias/new', TargetKeyId: KeyId }),
  },
  CreateGrant: {
    command: ({ KeyId }) =>
      new sdk.CreateGrantCommand({ KeyId, GranteePrincipal: rootOf(ACCOUNT), Operations: ['Encrypt'] }),
  },
  Decrypt: { command: ({ blob }) => new sdk.DecryptCommand({ CiphertextBlob: blob }) },
  DeleteAlias: { command: () => new sdk.DeleteAliasCommand({ AliasName: 'alias/own' }) },
  DeleteImportedKeyMaterial: {
    kind: 'external',
    command: ({ KeyId }) => new sdk.DeleteImportedKeyMaterialCommand({ KeyId }),
  },
  DeriveSharedSecret: {
    kind: 'agreement',
    command: ({ KeyId, peer }) =>
      new sdk.DeriveSharedSecretCommand({ KeyId, KeyAgreementAlgorithm: 'ECDH', PublicKey: peer }),
  },
  DescribeKey: { command: ({ KeyId }) => new sdk.DescribeKeyCommand({ KeyId }) },
  DisableKey: { command: ({ KeyId }) => new sdk.DisableKeyCommand({ KeyId }) },
  DisableKeyRotation: { command: ({ KeyId }) => new sdk.DisableKeyRotationCommand({ KeyId }) },
  EnableKey: { command: ({ KeyId }) => new sdk.EnableKeyCommand({ KeyId }) },
  EnableKeyRotation: { command: ({ KeyId }) => new sdk.EnableKeyRotationCommand({ KeyId }) },
  Encrypt: { command: ({ KeyId }) => new sdk.EncryptCommand({ KeyId, Plaintext: TEXT }) },
  GenerateDataKey: {
    command: ({ KeyId }) => new sdk.GenerateDataKeyCommand({ KeyId, NumberOfBytes: 16 }),
  },
  GenerateDataKeyPair: {
    command: ({ KeyId }) => new sdk.GenerateDataKeyPairCommand({ KeyId, KeyPairSpec: 'ECC_NIST_P256' }),
  },
  GenerateDataKeyPairWithoutPlaintext: {
    command: ({ KeyId }) =>
      new sdk.GenerateDataKeyPairWithoutPlaintextCommand({ KeyId, KeyPairSpec: 'ECC_NIST_P256' }),
  },
  GenerateDataKeyWithoutPlaintext: {
    command: ({ KeyId }) => new sdk.GenerateDataKeyWithoutPlaintextCommand({ KeyId, NumberOfBytes: 16 }),
  },
  GenerateMac: { kind: 'mac', command: ({ KeyId }) => new sdk.GenerateMacCommand({ KeyId, ...MAC }) },
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
  GetPublicKey: { kind: 'signing', command: ({ KeyId }) => new sdk.GetPublicKeyCommand({ KeyId }) },
  ImportKeyMaterial: {
    kind: 'external',
    command: ({ KeyId, imported }) =>
      new sdk.ImportKeyMaterialCommand({
        KeyId,
        ...imported,
        ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
      }),
  },
  ListAliases: { command: ({ KeyId }) => new sdk.ListAliasesCommand({ KeyId }) },
  ListGrants: { command: ({ KeyId }) => new sdk.ListGrantsCommand({ KeyId }) },
  ListKeyPolicies: { command: ({ KeyId }) => new sdk.ListKeyPoliciesCommand({ KeyId }) },
  ListResourceTags: { command: ({ KeyId }) => new sdk.ListResourceTagsCommand({ KeyId }) },
  PutKeyPolicy: {
    command: ({ KeyId }) => new sdk.PutKeyPolicyCommand({ KeyId, Policy: keyPolicy(ACCOUNT) }),
  },
  ReEncrypt: {
    command: ({ blob, otherKey }) =>
      new sdk.ReEncryptCommand({ CiphertextBlob: blob, DestinationKeyId: otherKey }),
  },
  ReplicateKey: {
    kind: 'multiRegion',
    command: ({ KeyId }) => new sdk.ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-central-1' }),
  },
  RetireGrant: { command: ({ KeyId, grantId }) => new sdk.RetireGrantCommand({ KeyId, GrantId: grantId }) },
  RevokeGrant: { command: ({ KeyId, grantId }) => new sdk.RevokeGrantCommand({ KeyId, GrantId: grantId }) },
  ScheduleKeyDeletion: { command: ({ KeyId }) => new sdk.ScheduleKeyDeletionCommand({ KeyId }) },
  Sign: { kind: 'signing', command: ({ KeyId }) => new sdk.SignCommand({ KeyId, ...SIGNING }) },
  TagResource: {
    command: ({ KeyId }) => new sdk.TagResourceCommand({ KeyId, Tags: [{ TagKey: 'a', TagValue: 'b' }] }),
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
    command: ({ KeyId, signature }) => new sdk.VerifyCommand({ KeyId, ...SIGNING, Signature: signature }),
  },
  VerifyMac: {
    kind: 'mac',
    command: ({ KeyId, mac }) => new sdk.VerifyMacCommand({ KeyId, ...MAC, Mac: mac }),
  },
};

test('the table has every operation on a key, and a request for each', () => {
  assert.deepEqual(Object.keys(REQUESTS).sort(), Object.keys(TABLE).sort());
  assert.equal(Object.keys(TABLE).length, 41);
  for (const cells of Object.values(TABLE)) assert.equal(cells.length, KEY_STATES.length);
});

async function prepare(world: KmsWorld, kms: sdk.KMSClient, kind: Kind): Promise<Prepared> {
  const KeyId = await world.key(KINDS[kind]);
  const otherKey = await world.key();
  const empty = new Uint8Array();
  const prepared = { KeyId, otherKey, blob: empty, signature: empty, mac: empty, peer: empty, grantId: '' };
  const imported = { ImportToken: empty, EncryptedKeyMaterial: empty };
  if (kind === 'symmetric') {
    for (const [name, key] of [
      ['own', KeyId],
      ['other', otherKey],
    ] as const) {
      await kms.send(new sdk.CreateAliasCommand({ AliasName: `alias/${name}`, TargetKeyId: key }));
    }
    const { CiphertextBlob } = await kms.send(new sdk.EncryptCommand({ KeyId, Plaintext: TEXT }));
    const { GrantId } = await kms.send(
      new sdk.CreateGrantCommand({ KeyId, GranteePrincipal: rootOf(ACCOUNT), Operations: ['Encrypt'] }),
    );
    return { ...prepared, imported, blob: CiphertextBlob!, grantId: GrantId! };
  }
  if (kind === 'external') return { ...prepared, imported: await importOnce(kms, KeyId) };
  if (kind === 'signing') {
    const { Signature } = await kms.send(new sdk.SignCommand({ KeyId, ...SIGNING }));
    return { ...prepared, imported, signature: Signature! };
  }
  if (kind === 'mac') {
    const { Mac } = await kms.send(new sdk.GenerateMacCommand({ KeyId, ...MAC }));
    return { ...prepared, imported, mac: Mac! };
  }
  if (kind === 'agreement') {
    const { PublicKey } = await kms.send(new sdk.GetPublicKeyCommand({ KeyId }));
    return { ...prepared, imported, peer: PublicKey! };
  }
  await kms.send(new sdk.ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1' }));
  await world.server.settled();
  return { ...prepared, imported };
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

/** What the keys of a kind are made of, so that every case starts from the same. */
const TABLES = [keys, materials, aliases, grants, grantCounts] as unknown as readonly Table<object>[];

interface Start extends Prepared {
  readonly records: readonly (readonly object[])[];
}

/** Puts everything back, and the key into the state as it is: no request leads into all of them at will. */
async function restart(world: KmsWorld, { KeyId, records }: Start, state: KeyState): Promise<void> {
  const id = KeyId.split('/')[1] as string;
  const isPending = state === 'PendingDeletion' || state === 'PendingReplicaDeletion';
  await world.server.latchkey.house.store.transact(async (tx) => {
    for (const [index, table] of TABLES.entries()) {
      for (const record of await tx.list(table)) tx.delete(table, table.key(record));
      for (const record of records[index]!) tx.put(table, record);
    }
    const key = await tx.get(keys, [ACCOUNT, REGION, id]);
    assert.ok(key);
    tx.put(keys, { ...key, state, ...(isPending && { deletion: { windowInDays: 7, atMs: 0 } }) });
  });
}

describe('every operation in every state', async () => {
  const world = await kmsWorld({ after: (close) => after(close as () => void) });
  const kms = await world.kms();
  const starts = new Map<Kind, Start>();
  for (const kind of Object.keys(KINDS) as Kind[]) {
    const { store } = world.server.latchkey.house;
    await store.transact(async (tx) => {
      for (const table of TABLES) {
        for (const record of await tx.list(table)) tx.delete(table, table.key(record));
      }
    });
    const prepared = await prepare(world, kms, kind);
    const records = await store.read((tx) => Promise.all(TABLES.map((table) => tx.list(table))));
    starts.set(kind, { ...prepared, records });
  }
  for (const [index, state] of KEY_STATES.entries()) {
    for (const [operation, cells] of Object.entries(TABLE)) {
      const expected = cells[index];
      if (expected === '-' || expected === undefined) continue;
      test(`${operation} on a key that is ${state}: ${expected}`, async () => {
        const { kind = 'symmetric', command } = REQUESTS[operation]!;
        const start = starts.get(kind)!;
        await restart(world, start, state);
        const call = kms.send(command(start) as sdk.DescribeKeyCommand);
        if (expected === 'ok') return void (await call);
        const [code, ending] = REFUSALS[expected];
        assert.deepEqual(await refusal(call), { code, message: start.KeyId + ending, status: 400 });
      });
    }
  }
});

test('rotation of a key whose material is imported is refused by its origin, whatever its state', async (t) => {
  const world = await kmsWorld(t);
  const kms = await world.kms();
  const KeyId = await world.key({ Origin: 'EXTERNAL' });
  const [code, ending] = REFUSALS.external;
  for (const Command of [
    sdk.EnableKeyRotationCommand,
    sdk.DisableKeyRotationCommand,
    sdk.GetKeyRotationStatusCommand,
  ]) {
    const { code: found, message } = await refusal(
      kms.send(new Command({ KeyId }) as sdk.EnableKeyRotationCommand),
    );
    assert.deepEqual([found, message], [code, KeyId + ending]);
  }
});
