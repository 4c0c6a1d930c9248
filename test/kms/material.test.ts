/** Key material through its life: rotated, imported, expired, replicated, destroyed. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DecryptCommand,
  DeleteImportedKeyMaterialCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GetKeyRotationStatusCommand,
  GetParametersForImportCommand,
  GetPublicKeyCommand,
  ImportKeyMaterialCommand,
  type KMSClient,
  ListAliasesCommand,
  ListKeyRotationsCommand,
  ReplicateKeyCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
  UpdatePrimaryRegionCommand,
} from '@aws-sdk/client-kms';
import { aliases } from '../../src/services/kms/alias/alias.ts';
import { grantCounts, grants } from '../../src/services/kms/grant/grant.ts';
import { requestedExpiration } from '../../src/services/kms/import/import-rules.ts';
import { keys } from '../../src/services/kms/key/key.ts';
import { materials } from '../../src/services/kms/key/material.ts';
import { ACCOUNT, DAY_MS, REGION, rootOf, statement } from '../worlds/account.ts';
import { keyPolicy, kmsWorld } from '../worlds/kms.ts';
import { refusal } from '../worlds/server.ts';
import { importMaterial, wrap } from './imports.ts';

const TEXT = Buffer.from('secret');
const BLANK = { KeyId: 'k', ImportToken: TEXT, EncryptedKeyMaterial: TEXT };
const encrypt = async (kms: KMSClient, KeyId: string) =>
  (await kms.send(new EncryptCommand({ KeyId, Plaintext: TEXT }))).CiphertextBlob!;
const decrypt = async (kms: KMSClient, CiphertextBlob: Uint8Array) => {
  const opened = await kms.send(new DecryptCommand({ CiphertextBlob }));
  assert.deepEqual(Buffer.from(opened.Plaintext!), TEXT);
  return opened.KeyMaterialId!;
};
const describeKey = async (kms: KMSClient, KeyId: string) =>
  (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!;

describe('rotation', () => {
  // https://docs.aws.amazon.com/kms/latest/APIReference/API_RotateKeyOnDemand.html
  test('is not asked for within the twenty minutes before it comes by itself', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 100 }));
    const rotate = () => kms.send(new RotateKeyOnDemandCommand({ KeyId }));
    await world.server.advance(100 * DAY_MS - 21 * 60_000);
    await rotate();
    await world.server.settled();
    await world.server.advance(2 * 60_000);
    assert.equal((await refusal(rotate())).code, 'ConflictException');
    await world.server.advance(20 * 60_000);
    await rotate();
    await world.server.settled();
    const { Rotations } = await kms.send(new ListKeyRotationsCommand({ KeyId }));
    assert.deepEqual(
      Rotations!.map(({ RotationType }) => RotationType),
      ['ON_DEMAND', 'AUTOMATIC', 'ON_DEMAND'],
    );
  });

  test('comes by itself at the end of each period, and old ciphertexts open still', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 100 }));
    const status = () => kms.send(new GetKeyRotationStatusCommand({ KeyId }));
    const before = await status();
    assert.deepEqual([before.KeyRotationEnabled, before.RotationPeriodInDays], [true, 100]);
    const blobs = [await encrypt(kms, KeyId)];
    for (let year = 0; year < 2; year++) {
      await world.server.advance(100 * DAY_MS + 1000);
      blobs.push(await encrypt(kms, KeyId));
    }
    const opened = [];
    for (const blob of blobs) opened.push(await decrypt(kms, blob));
    assert.equal(new Set(opened).size, 3);
    assert.equal((await describeKey(kms, KeyId)).CurrentKeyMaterialId, opened[2]);
    const { Rotations } = await kms.send(new ListKeyRotationsCommand({ KeyId }));
    assert.deepEqual(
      Rotations!.map(({ KeyMaterialId, RotationType, KeyMaterialState }) => [
        KeyMaterialId,
        RotationType,
        KeyMaterialState,
      ]),
      [
        [opened[1], 'AUTOMATIC', 'NON_CURRENT'],
        [opened[2], 'AUTOMATIC', 'CURRENT'],
      ],
    );
    const all = await kms.send(
      new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' }),
    );
    assert.equal(all.Rotations!.length, 3);
    const told = (await world.events()).filter((event) => event['detail-type'] === 'KMS CMK Rotation');
    assert.deepEqual(
      told.map(({ source, resources, detail }) => [source, resources, detail]),
      Array(2).fill(['aws.kms', [KeyId], { 'key-id': KeyId.split('/')[1] }]),
    );
    const [event] = await world.trail('RotateKey');
    assert.equal(event!.eventType, 'AwsServiceEvent');
    assert.equal(event!.serviceEventDetails?.rotationType, 'AUTOMATIC');
    await kms.send(new DisableKeyRotationCommand({ KeyId }));
    await world.server.advance(200 * DAY_MS);
    assert.equal((await describeKey(kms, KeyId)).CurrentKeyMaterialId, opened[2]);
    assert.equal((await status()).KeyRotationEnabled, false);
  });

  test('leaves a history in the order of time, however long', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const versions = [await decrypt(kms, await encrypt(kms, KeyId))];
    for (let times = 0; times < 12; times++) {
      await world.server.advance(1000);
      await kms.send(new RotateKeyOnDemandCommand({ KeyId }));
      await world.server.settled();
      versions.push(await decrypt(kms, await encrypt(kms, KeyId)));
    }
    assert.equal(new Set(versions).size, 13);
    const { Rotations } = await kms.send(
      new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' }),
    );
    assert.deepEqual(
      Rotations!.map(({ KeyMaterialId }) => KeyMaterialId),
      versions,
    );
  });

  test('waits while the key is disabled, and catches up', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    await kms.send(new EnableKeyRotationCommand({ KeyId }));
    const first = (await describeKey(kms, KeyId)).CurrentKeyMaterialId;
    await kms.send(new DisableKeyCommand({ KeyId }));
    await world.server.advance(366 * DAY_MS);
    assert.equal((await describeKey(kms, KeyId)).CurrentKeyMaterialId, first);
    await kms.send(new EnableKeyCommand({ KeyId }));
    await world.server.settled();
    assert.notEqual((await describeKey(kms, KeyId)).CurrentKeyMaterialId, first);
  });

  test('comes on demand, 25 times at most', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const blob = await encrypt(kms, KeyId);
    // Those that come by themselves are not counted, nor is their time put off.
    await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
    await world.server.advance(90 * DAY_MS + 1000);
    const next = async () => (await kms.send(new GetKeyRotationStatusCommand({ KeyId }))).NextRotationDate;
    const planned = await next();
    for (let i = 0; i < 25; i++) {
      await world.server.advance(1000);
      await kms.send(new RotateKeyOnDemandCommand({ KeyId }));
      await world.server.settled();
    }
    assert.deepEqual(await next(), planned);
    const { code } = await refusal(kms.send(new RotateKeyOnDemandCommand({ KeyId })));
    assert.equal(code, 'LimitExceededException');
    const { Rotations, Truncated } = await kms.send(new ListKeyRotationsCommand({ KeyId, Limit: 10 }));
    assert.deepEqual([Rotations!.length, Truncated], [10, true]);
    assert.deepEqual(
      Rotations!.slice(0, 2).map(({ RotationType }) => RotationType),
      ['AUTOMATIC', 'ON_DEMAND'],
    );
    await decrypt(kms, blob);
  });

  test('is for symmetric keys made by KMS', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
    const refused = await refusal(kms.send(new EnableKeyRotationCommand({ KeyId })));
    assert.equal(refused.code, 'UnsupportedOperationException');
    assert.equal((await kms.send(new GetKeyRotationStatusCommand({ KeyId }))).KeyRotationEnabled, false);
    const period = kms.send(
      new EnableKeyRotationCommand({ KeyId: await world.key(), RotationPeriodInDays: 89 }),
    );
    assert.equal((await refusal(period)).code, 'ValidationException');
  });
});

describe('imported material', () => {
  for (const algorithm of ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] as const) {
    test(`arrives wrapped by ${algorithm}`, async (t) => {
      const world = await kmsWorld(t);
      const kms = await world.kms();
      const KeyId = await world.key({ Origin: 'EXTERNAL' });
      assert.equal((await describeKey(kms, KeyId)).KeyState, 'PendingImport');
      const imported = await importMaterial(kms, KeyId, Buffer.alloc(32, 1), {}, algorithm);
      const metadata = await describeKey(kms, KeyId);
      assert.deepEqual(
        [metadata.KeyState, metadata.ExpirationModel, metadata.CurrentKeyMaterialId],
        ['Enabled', 'KEY_MATERIAL_DOES_NOT_EXPIRE', imported.KeyMaterialId],
      );
      await decrypt(kms, await encrypt(kms, KeyId));
    });
  }

  test('may be a key pair, which then is that key pair', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    for (const [KeySpec, pair] of [
      ['ECC_NIST_P256', generateKeyPairSync('ec', { namedCurve: 'prime256v1' })],
      ['RSA_2048', generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ] as const) {
      const KeyId = await world.key({ KeySpec, KeyUsage: 'SIGN_VERIFY', Origin: 'EXTERNAL' });
      const der = pair.privateKey.export({ type: 'pkcs8', format: 'der' });
      const algorithm = KeySpec === 'RSA_2048' ? 'RSA_AES_KEY_WRAP_SHA_256' : 'RSA_AES_KEY_WRAP_SHA_1';
      await importMaterial(kms, KeyId, der, {}, algorithm);
      const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId }));
      assert.deepEqual(Buffer.from(PublicKey!), pair.publicKey.export({ type: 'spki', format: 'der' }));
    }
  });

  test('must be what keys of the spec are made of', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const der = ({ privateKey }: { privateKey: KeyObject }) =>
      privateKey.export({ type: 'pkcs8', format: 'der' });
    const curve = (namedCurve: string) => der(generateKeyPairSync('ec', { namedCurve }));
    const materials: Readonly<Record<string, () => Buffer>> = {
      RSA_2048: () => der(generateKeyPairSync('rsa', { modulusLength: 2048 })),
      RSA_3072: () => der(generateKeyPairSync('rsa', { modulusLength: 3072 })),
      ECC_NIST_P256: () => curve('prime256v1'),
      ECC_NIST_P384: () => curve('secp384r1'),
      ECC_NIST_P521: () => curve('secp521r1'),
      ECC_SECG_P256K1: () => curve('secp256k1'),
      ECC_NIST_EDWARDS25519: () => der(generateKeyPairSync('ed25519')),
      none: () => der(generateKeyPairSync('ed448')),
      nothing: () => Buffer.alloc(40, 7),
    };
    const made = Object.entries(materials).map(([name, make]) => [name, make()] as const);
    for (const KeySpec of Object.keys(materials).slice(0, -2)) {
      const input = { KeySpec, KeyUsage: 'SIGN_VERIFY', Origin: 'EXTERNAL' } as CreateKeyCommandInput;
      const KeyId = await world.key(input);
      const algorithm = 'RSA_AES_KEY_WRAP_SHA_256';
      const { ImportToken, PublicKey } = await kms.send(
        new GetParametersForImportCommand({
          KeyId,
          WrappingAlgorithm: algorithm,
          WrappingKeySpec: 'RSA_2048',
        }),
      );
      const bring = (material: Buffer) =>
        kms.send(
          new ImportKeyMaterialCommand({
            ...{ KeyId, ImportToken, EncryptedKeyMaterial: wrap(algorithm, PublicKey!, material) },
            ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
          }),
        );
      // Its own kind comes last: a key that has its material takes no other at all.
      for (const [name, material] of made.filter(([name]) => name !== KeySpec)) {
        const { code } = await refusal(bring(material));
        assert.equal(code, 'IncorrectKeyMaterialException', `${name} for ${KeySpec}`);
      }
      await bring(new Map(made).get(KeySpec)!);
      assert.equal((await describeKey(kms, KeyId)).KeyState, 'Enabled');
    }
    for (const bits of [224, 256, 384, 512] as const) {
      const KeySpec = `HMAC_${bits}` as const;
      const KeyId = await world.key({ KeySpec, KeyUsage: 'GENERATE_VERIFY_MAC', Origin: 'EXTERNAL' });
      for (const length of [bits / 8 - 1, bits / 8 + 1]) {
        const { code } = await refusal(importMaterial(kms, KeyId, Buffer.alloc(length, 1)));
        assert.equal(code, 'InvalidCiphertextException', `${length} bytes for ${KeySpec}`);
      }
      await importMaterial(kms, KeyId, Buffer.alloc(bits / 8, 1));
    }
  });

  test('must be of the right kind, for the right key, in time', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key({ Origin: 'EXTERNAL' });
    const code = async (call: Promise<unknown>) => (await refusal(call)).code;
    assert.equal(await code(importMaterial(kms, KeyId, Buffer.alloc(31))), 'InvalidCiphertextException');
    assert.equal(
      await code(
        importMaterial(kms, KeyId, Buffer.alloc(32), { EncryptedKeyMaterial: Buffer.alloc(256, 1) }),
      ),
      'InvalidCiphertextException',
    );
    const own = await kms.send(
      new GetParametersForImportCommand({
        KeyId,
        WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
        WrappingKeySpec: 'RSA_2048',
      }),
    );
    const other = await world.key({ Origin: 'EXTERNAL' });
    const stolen = importMaterial(kms, other, Buffer.alloc(32), { ImportToken: own.ImportToken });
    assert.equal(await code(stolen), 'InvalidImportTokenException');
    await world.server.advance(DAY_MS);
    const late = importMaterial(kms, KeyId, Buffer.alloc(32), { ImportToken: own.ImportToken });
    assert.equal(await code(late), 'ExpiredImportTokenException');
    const made = await world.key();
    const { message } = await refusal(importMaterial(kms, made, Buffer.alloc(32)));
    assert.equal(message, `${made} origin is AWS_KMS which is not valid for this operation.`);
    const undated = importMaterial(kms, KeyId, Buffer.alloc(32), { ExpirationModel: 'KEY_MATERIAL_EXPIRES' });
    assert.equal(
      (await refusal(undated)).message,
      'A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES',
    );
  });

  test('can be deleted, and only the same comes back', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key({ Origin: 'EXTERNAL' });
    const material = () => Buffer.alloc(32, 5);
    const first = await importMaterial(kms, KeyId, material());
    const blob = await encrypt(kms, KeyId);
    await kms.send(new DeleteImportedKeyMaterialCommand({ KeyId }));
    assert.equal((await describeKey(kms, KeyId)).KeyState, 'PendingImport');
    assert.equal((await refusal(decrypt(kms, blob))).message, `${KeyId} is pending import.`);
    const wrong = await refusal(importMaterial(kms, KeyId, Buffer.alloc(32, 6)));
    assert.equal(wrong.code, 'IncorrectKeyMaterialException');
    assert.equal((await importMaterial(kms, KeyId, material())).KeyMaterialId, first.KeyMaterialId);
    await decrypt(kms, blob);
  });

  test('expires when its time comes, with an event', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key({ Origin: 'EXTERNAL' });
    const ValidTo = new Date(Math.floor(Date.now() / 1000) * 1000 + DAY_MS);
    const dated = { ExpirationModel: 'KEY_MATERIAL_EXPIRES' as const, ValidTo };
    await importMaterial(kms, KeyId, Buffer.alloc(32, 5), dated);
    const metadata = await describeKey(kms, KeyId);
    assert.deepEqual([metadata.ExpirationModel, metadata.ValidTo], ['KEY_MATERIAL_EXPIRES', ValidTo]);
    await world.server.advance(DAY_MS + 1000);
    assert.equal((await describeKey(kms, KeyId)).KeyState, 'PendingImport');
    const told = (await world.events()).map((event) => [event['detail-type'], event.detail]);
    assert.deepEqual(told, [['KMS Imported Key Material Expiration', { 'key-id': KeyId.split('/')[1] }]]);
    assert.equal((await world.trail('DeleteExpiredKeyMaterial'))[0]!.eventType, 'AwsServiceEvent');
  });

  test('of a key that waits for its deletion can be deleted too, and the key still waits', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key({ Origin: 'EXTERNAL' });
    await importMaterial(kms, KeyId, Buffer.alloc(32, 1));
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    await kms.send(new DeleteImportedKeyMaterialCommand({ KeyId }));
    assert.equal((await describeKey(kms, KeyId)).KeyState, 'PendingDeletion');
    await kms.send(new CancelKeyDeletionCommand({ KeyId }));
    assert.equal((await describeKey(kms, KeyId)).KeyState, 'PendingImport');
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    await world.server.advance(7 * DAY_MS + 1000);
    assert.equal((await refusal(describeKey(kms, KeyId))).code, 'NotFoundException');
  });

  test('may live for 365 days to the millisecond', () => {
    const until = (ms: number) => requestedExpiration({ ...BLANK, ValidTo: ms }, 0);
    assert.equal(until(365 * DAY_MS), 365 * DAY_MS);
    assert.throws(() => until(365 * DAY_MS + 1), { code: 'ValidationException' });
    assert.equal(until(1), 1);
    assert.throws(() => until(0), { code: 'ValidationException' });
  });

  test('imported again lives by its new term: the old one ends nothing', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key({ Origin: 'EXTERNAL' });
    const { nowMs } = await world.server.ask<{ nowMs: number }>('clock');
    const until = (days: number) => ({
      ExpirationModel: 'KEY_MATERIAL_EXPIRES' as const,
      ValidTo: new Date(nowMs + days * DAY_MS),
    });
    await importMaterial(kms, KeyId, Buffer.alloc(32, 1), until(1));
    await importMaterial(kms, KeyId, Buffer.alloc(32, 1), until(3));
    await world.server.advance(2 * DAY_MS);
    assert.equal((await describeKey(kms, KeyId)).KeyState, 'Enabled');
    await decrypt(kms, await encrypt(kms, KeyId));
    await world.server.advance(1.5 * DAY_MS);
    assert.equal((await describeKey(kms, KeyId)).KeyState, 'PendingImport');
    await importMaterial(kms, KeyId, Buffer.alloc(32, 1));
    await world.server.advance(30 * DAY_MS);
    assert.equal((await describeKey(kms, KeyId)).KeyState, 'Enabled');
    const expirations = (await world.events()).filter(({ 'detail-type': type }) => /Expiration/.test(type));
    assert.equal(expirations.length, 1);
  });

  test('of other keys than symmetric ones has neither type nor id nor description', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key({
      KeySpec: 'HMAC_256',
      KeyUsage: 'GENERATE_VERIFY_MAC',
      Origin: 'EXTERNAL',
    });
    for (const more of [
      { ImportType: 'EXISTING_KEY_MATERIAL' as const },
      { KeyMaterialId: '0'.repeat(64) },
      { KeyMaterialDescription: 'mine' },
    ]) {
      const { code } = await refusal(importMaterial(kms, KeyId, Buffer.alloc(32, 1), more));
      assert.equal(code, 'UnsupportedOperationException');
    }
    await importMaterial(kms, KeyId, Buffer.alloc(32, 1));
  });

  test('can be followed by new material, which a rotation on demand makes current', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key({ Origin: 'EXTERNAL' });
    await importMaterial(kms, KeyId, Buffer.alloc(32, 1));
    const blob = await encrypt(kms, KeyId);
    const ValidTo = new Date(Math.ceil(Date.now() / 1000) * 1000 + DAY_MS);
    const next = await importMaterial(kms, KeyId, Buffer.alloc(32, 2), {
      ImportType: 'NEW_KEY_MATERIAL',
      ExpirationModel: 'KEY_MATERIAL_EXPIRES',
      ValidTo,
    });
    assert.equal((await describeKey(kms, KeyId)).ValidTo, undefined);
    const list = async () =>
      (
        await kms.send(new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' }))
      ).Rotations!.map(({ KeyMaterialState, ImportState }) => [KeyMaterialState, ImportState]);
    assert.deepEqual(await list(), [
      ['CURRENT', 'IMPORTED'],
      ['PENDING_ROTATION', 'IMPORTED'],
    ]);
    await kms.send(new RotateKeyOnDemandCommand({ KeyId }));
    await world.server.settled();
    assert.deepEqual(await list(), [
      ['NON_CURRENT', 'IMPORTED'],
      ['CURRENT', 'IMPORTED'],
    ]);
    assert.equal(await decrypt(kms, await encrypt(kms, KeyId)), next.KeyMaterialId);
    assert.deepEqual((await describeKey(kms, KeyId)).ValidTo, ValidTo);
    await decrypt(kms, blob);
    const again = await refusal(kms.send(new RotateKeyOnDemandCommand({ KeyId })));
    assert.equal(again.code, 'KMSInvalidStateException');
  });
});

describe('a multi-Region key', () => {
  test('is the same key in each Region, with a life of its own', async (t) => {
    const world = await kmsWorld(t);
    const [east, west] = [await world.kms(), await world.kms(ACCOUNT, 'eu-west-1')];
    const KeyId = await world.key({ MultiRegion: true, Description: 'primary' });
    const id = KeyId.split('/')[1]!;
    assert.match(id, /^mrk-[0-9a-f]{32}$/);
    const replicaArn = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/${id}`;
    const { ReplicaKeyMetadata } = await east.send(
      new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1', Description: 'replica' }),
    );
    assert.equal(ReplicaKeyMetadata!.Arn, replicaArn);
    assert.equal(ReplicaKeyMetadata!.KeyState, 'Creating');
    await world.server.settled();
    const replica = await describeKey(west, id);
    assert.deepEqual(
      [replica.KeyState, replica.Description, replica.MultiRegionConfiguration],
      [
        'Enabled',
        'replica',
        {
          MultiRegionKeyType: 'REPLICA',
          PrimaryKey: { Arn: KeyId, Region: REGION },
          ReplicaKeys: [{ Arn: replicaArn, Region: 'eu-west-1' }],
        },
      ],
    );
    await decrypt(west, await encrypt(east, id));
    await decrypt(east, await encrypt(west, id));
    await west.send(new DisableKeyCommand({ KeyId: id }));
    await decrypt(east, await encrypt(east, id));
    await west.send(new EnableKeyCommand({ KeyId: id }));
    const twice = await refusal(east.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1' })));
    assert.equal(twice.code, 'AlreadyExistsException');
    const fromReplica = west.send(new ReplicateKeyCommand({ KeyId: id, ReplicaRegion: 'eu-north-1' }));
    assert.equal((await refusal(fromReplica)).code, 'UnsupportedOperationException');
    const single = await world.key();
    const ofOne = east.send(new ReplicateKeyCommand({ KeyId: single, ReplicaRegion: 'eu-west-1' }));
    assert.equal((await refusal(ofOne)).code, 'UnsupportedOperationException');
  });

  test('rotates everywhere at once, from its primary', async (t) => {
    const world = await kmsWorld(t);
    const [east, west] = [await world.kms(), await world.kms(ACCOUNT, 'eu-west-1')];
    const KeyId = await world.key({ MultiRegion: true });
    const id = KeyId.split('/')[1]!;
    await east.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1' }));
    await world.server.settled();
    await east.send(new RotateKeyOnDemandCommand({ KeyId }));
    await world.server.settled();
    const [one, two] = [await describeKey(east, id), await describeKey(west, id)];
    assert.equal(one.CurrentKeyMaterialId, two.CurrentKeyMaterialId);
    assert.equal(await decrypt(west, await encrypt(east, id)), one.CurrentKeyMaterialId);
    const atReplica = await refusal(west.send(new RotateKeyOnDemandCommand({ KeyId: id })));
    assert.equal(atReplica.code, 'UnsupportedOperationException');
  });

  test('changes its primary, both being asked', async (t) => {
    const world = await kmsWorld(t);
    const [east, west] = [await world.kms(), await world.kms(ACCOUNT, 'eu-west-1')];
    const KeyId = await world.key({ MultiRegion: true });
    const id = KeyId.split('/')[1]!;
    const deny = {
      Effect: 'Deny',
      Principal: '*',
      Action: 'kms:UpdatePrimaryRegion',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:user/held` } },
    };
    await east.send(
      new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1', Policy: keyPolicy(ACCOUNT, deny) }),
    );
    await world.server.settled();
    const held = await world.user('held', { allow: [statement('kms:*')] });
    const update = (kms: KMSClient) =>
      kms.send(new UpdatePrimaryRegionCommand({ KeyId: id, PrimaryRegion: 'eu-west-1' }));
    assert.match(
      (await refusal(update(held.kms))).message,
      /eu-west-1.*explicit deny in a resource-based policy$/,
    );
    // Each of the two must be in a state for it.
    for (const kms of [west, east]) {
      await kms.send(new ScheduleKeyDeletionCommand({ KeyId: id }));
      assert.equal((await refusal(update(east))).code, 'KMSInvalidStateException');
      await kms.send(new CancelKeyDeletionCommand({ KeyId: id }));
      await kms.send(new EnableKeyCommand({ KeyId: id }));
    }
    await update(east);
    await world.server.settled();
    const types = [await describeKey(east, id), await describeKey(west, id)].map(
      ({ KeyState, MultiRegionConfiguration }) => [KeyState, MultiRegionConfiguration?.MultiRegionKeyType],
    );
    assert.deepEqual(types, [
      ['Enabled', 'REPLICA'],
      ['Enabled', 'PRIMARY'],
    ]);
    assert.equal((await refusal(update(east))).code, 'KMSInvalidStateException');
  });

  test('without replicas is not waited for', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key({ MultiRegion: true });
    const { KeyState } = await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    assert.equal(KeyState, 'PendingDeletion');
  });

  test('waits for its replicas to go first', async (t) => {
    const world = await kmsWorld(t);
    const [east, west] = [await world.kms(), await world.kms(ACCOUNT, 'eu-west-1')];
    const KeyId = await world.key({ MultiRegion: true });
    const id = KeyId.split('/')[1]!;
    await east.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1' }));
    await world.server.settled();
    const scheduled = await east.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    assert.deepEqual([scheduled.KeyState, scheduled.DeletionDate], ['PendingReplicaDeletion', undefined]);
    await world.server.advance(30 * DAY_MS);
    assert.equal((await describeKey(east, id)).KeyState, 'PendingReplicaDeletion');
    await west.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 7 }));
    await world.server.advance(7 * DAY_MS + 1000);
    assert.equal((await refusal(describeKey(west, id))).code, 'NotFoundException');
    assert.equal((await describeKey(east, id)).KeyState, 'PendingDeletion');
    await world.server.advance(7 * DAY_MS + 1000);
    assert.equal((await refusal(describeKey(east, id))).code, 'NotFoundException');
    const gone = (await world.events()).filter((event) => event['detail-type'] === 'KMS CMK Deletion');
    assert.deepEqual(
      gone.map(({ region }) => region),
      [REGION],
    );
  });

  test('of imported material: each Region imports it for itself', async (t) => {
    const world = await kmsWorld(t);
    const [east, west] = [await world.kms(), await world.kms(ACCOUNT, 'eu-west-1')];
    const KeyId = await world.key({ MultiRegion: true, Origin: 'EXTERNAL' });
    const id = KeyId.split('/')[1]!;
    await importMaterial(east, KeyId, Buffer.alloc(32, 7));
    await east.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1' }));
    await world.server.settled();
    assert.equal((await describeKey(west, id)).KeyState, 'PendingImport');
    assert.equal((await refusal(encrypt(west, id))).code, 'KMSInvalidStateException');
    const blob = await encrypt(east, id);
    const { code } = await refusal(importMaterial(west, id, Buffer.alloc(32, 8)));
    assert.equal(code, 'IncorrectKeyMaterialException');
    assert.equal((await describeKey(west, id)).KeyState, 'PendingImport');
    await importMaterial(west, id, Buffer.alloc(32, 7));
    assert.equal((await describeKey(west, id)).KeyState, 'Enabled');
    await decrypt(west, blob);
    // Gone in one Region, it is there in the other.
    await east.send(new DeleteImportedKeyMaterialCommand({ KeyId }));
    await decrypt(west, blob);
    assert.equal((await refusal(decrypt(east, blob))).code, 'KMSInvalidStateException');
  });

  // https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys-import-key-material.html#import-new-key-material
  test('rotates to imported material once each Region has it', async (t) => {
    const world = await kmsWorld(t);
    const [east, west] = [await world.kms(), await world.kms(ACCOUNT, 'eu-west-1')];
    const KeyId = await world.key({ MultiRegion: true, Origin: 'EXTERNAL' });
    const id = KeyId.split('/')[1]!;
    const material = (byte: number) => Buffer.alloc(32, byte);
    const NEW = { ImportType: 'NEW_KEY_MATERIAL' as const };
    const EXISTING = { ImportType: 'EXISTING_KEY_MATERIAL' as const };
    const listed = async (kms: KMSClient) =>
      (
        await kms.send(new ListKeyRotationsCommand({ KeyId: id, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' }))
      ).Rotations!.map((each) => [
        each.KeyMaterialState,
        each.ImportState,
        each.KeyMaterialDescription,
        each.RotationType,
      ]);
    const first = await importMaterial(east, KeyId, material(1), { KeyMaterialDescription: 'one' });
    await east.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1' }));
    await world.server.settled();
    // A replica knows which material it is to be given.
    assert.equal((await describeKey(west, id)).CurrentKeyMaterialId, first.KeyMaterialId);
    assert.deepEqual(await listed(west), [['CURRENT', 'PENDING_IMPORT', 'one', undefined]]);
    await importMaterial(west, id, material(1));
    const blob = await encrypt(east, id);

    // New material comes to the primary key first.
    assert.equal(
      (await refusal(importMaterial(west, id, material(2), NEW))).code,
      'UnsupportedOperationException',
    );
    const unknown = await refusal(importMaterial(west, id, material(2), EXISTING));
    assert.equal(unknown.code, 'IncorrectKeyMaterialException');
    const second = await importMaterial(east, id, material(2), { ...NEW, KeyMaterialDescription: 'two' });
    const waiting = 'PENDING_MULTI_REGION_IMPORT_AND_ROTATION';
    assert.deepEqual((await listed(east))[1], [waiting, 'IMPORTED', 'two', undefined]);
    assert.deepEqual((await listed(west))[1], [waiting, 'PENDING_IMPORT', 'two', undefined]);
    const rotate = () => east.send(new RotateKeyOnDemandCommand({ KeyId }));
    assert.equal((await refusal(rotate())).code, 'KMSInvalidStateException');

    // What only waits for a rotation enables no key that is disabled.
    await west.send(new DisableKeyCommand({ KeyId: id }));
    await importMaterial(west, id, material(2), EXISTING);
    assert.equal((await describeKey(west, id)).KeyState, 'Disabled');
    await west.send(new EnableKeyCommand({ KeyId: id }));
    for (const kms of [east, west]) {
      assert.deepEqual((await listed(kms))[1], ['PENDING_ROTATION', 'IMPORTED', 'two', undefined]);
    }
    // Taken from a replica it is waited for again; taken from the primary key it is forgotten everywhere.
    const remove = (kms: KMSClient) =>
      kms.send(new DeleteImportedKeyMaterialCommand({ KeyId: id, KeyMaterialId: second.KeyMaterialId }));
    await remove(west);
    assert.deepEqual((await listed(west))[1], [waiting, 'PENDING_IMPORT', 'two', undefined]);
    assert.equal((await refusal(rotate())).code, 'KMSInvalidStateException');
    await remove(east);
    for (const kms of [east, west]) assert.equal((await listed(kms)).length, 1);

    const at = (days: number) => new Date(Math.ceil(Date.now() / 1000) * 1000 + days * DAY_MS);
    const expires = { ExpirationModel: 'KEY_MATERIAL_EXPIRES' as const };
    await importMaterial(east, id, material(2), { ...NEW, ...expires, ValidTo: at(20) });
    await importMaterial(west, id, material(2), { ...expires, ValidTo: at(10) });
    await rotate();
    await world.server.settled();
    for (const kms of [east, west]) {
      const { CurrentKeyMaterialId, KeyState } = await describeKey(kms, id);
      assert.deepEqual([CurrentKeyMaterialId, KeyState], [second.KeyMaterialId, 'Enabled']);
      await decrypt(kms, blob);
      assert.deepEqual((await listed(kms))[1], ['CURRENT', 'IMPORTED', undefined, 'ON_DEMAND']);
    }
    // Each Region's copy expires in its own time.
    assert.equal((await describeKey(west, id)).ValidTo!.getTime() < at(11).getTime(), true);
    assert.equal((await describeKey(east, id)).ValidTo!.getTime() > at(19).getTime(), true);
    await world.server.advance(15 * DAY_MS);
    assert.equal((await describeKey(west, id)).KeyState, 'PendingImport');
    assert.equal((await describeKey(east, id)).KeyState, 'Enabled');
  });

  test('that is replicated after a rotation waits for all of its material', async (t) => {
    const world = await kmsWorld(t);
    const [east, west] = [await world.kms(), await world.kms(ACCOUNT, 'eu-west-1')];
    const KeyId = await world.key({ MultiRegion: true, Origin: 'EXTERNAL' });
    const id = KeyId.split('/')[1]!;
    await importMaterial(east, id, Buffer.alloc(32, 1));
    const old = await encrypt(east, id);
    await importMaterial(east, id, Buffer.alloc(32, 2), { ImportType: 'NEW_KEY_MATERIAL' });
    await east.send(new RotateKeyOnDemandCommand({ KeyId }));
    await world.server.settled();
    await east.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1' }));
    await world.server.settled();
    await importMaterial(west, id, Buffer.alloc(32, 1));
    assert.equal((await describeKey(west, id)).KeyState, 'PendingImport');
    await importMaterial(west, id, Buffer.alloc(32, 2));
    assert.equal((await describeKey(west, id)).KeyState, 'Enabled');
    const [now, here] = [await describeKey(east, id), await describeKey(west, id)];
    assert.equal(here.CurrentKeyMaterialId, now.CurrentKeyMaterialId);
    await decrypt(west, old);
    await decrypt(west, await encrypt(east, id));
    const described = importMaterial(west, id, Buffer.alloc(32, 2), { KeyMaterialDescription: 'mine' });
    assert.equal((await refusal(described)).code, 'UnsupportedOperationException');
  });

  test('waits for the last of several replicas, and forgets each as it goes', async (t) => {
    const world = await kmsWorld(t);
    const east = await world.kms();
    const KeyId = await world.key({ MultiRegion: true });
    const id = KeyId.split('/')[1]!;
    const regions = ['eu-north-1', 'eu-west-1'] as const;
    for (const ReplicaRegion of regions) {
      await east.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion }));
      await world.server.settled();
    }
    const replicasSeenBy = async (kms: KMSClient) =>
      (await describeKey(kms, id)).MultiRegionConfiguration!.ReplicaKeys!.map(({ Region }) => Region);
    assert.deepEqual(await replicasSeenBy(east), regions);
    await east.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    const remove = async (region: string) => {
      const kms = await world.kms(ACCOUNT, region);
      await kms.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 7 }));
      await world.server.advance(7 * DAY_MS + 1000);
    };
    await remove('eu-west-1');
    assert.equal((await describeKey(east, id)).KeyState, 'PendingReplicaDeletion');
    assert.deepEqual(await replicasSeenBy(east), ['eu-north-1']);
    assert.deepEqual(await replicasSeenBy(await world.kms(ACCOUNT, 'eu-north-1')), ['eu-north-1']);
    await world.server.advance(30 * DAY_MS);
    assert.equal((await describeKey(east, id)).KeyState, 'PendingReplicaDeletion');
    await remove('eu-north-1');
    assert.equal((await describeKey(east, id)).KeyState, 'PendingDeletion');
    assert.deepEqual(await replicasSeenBy(east), []);
    await world.server.advance(6 * DAY_MS);
    assert.equal((await describeKey(east, id)).KeyState, 'PendingDeletion');
    await world.server.advance(DAY_MS + 1000);
    assert.equal((await refusal(describeKey(east, id))).code, 'NotFoundException');
  });

  test('needs kms:CreateKey where the replica is to be', async (t) => {
    const world = await kmsWorld(t);
    const KeyId = await world.key({ MultiRegion: true });
    const here = { Condition: { StringEquals: { 'aws:RequestedRegion': REGION } } };
    const user = await world.user('ann', { allow: [statement('kms:*', here)] });
    const { message } = await refusal(
      user.kms.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1' })),
    );
    assert.match(message, /not authorized to perform: kms:CreateKey/);
  });
});

describe('a key whose waiting period is over', () => {
  test('is gone with its material, aliases and grants, and with all that it encrypted', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const id = KeyId.split('/')[1]!;
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/k', TargetKeyId: KeyId }));
    const grant = { KeyId, GranteePrincipal: rootOf(ACCOUNT), Operations: ['Encrypt' as const] };
    await kms.send(new CreateGrantCommand(grant));
    const blob = await encrypt(kms, KeyId);
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    await world.server.advance(7 * DAY_MS - 60_000);
    assert.equal((await describeKey(kms, KeyId)).KeyState, 'PendingDeletion');
    await world.server.advance(120_000);
    assert.equal((await refusal(describeKey(kms, KeyId))).message, `Key '${KeyId}' does not exist`);
    const { Aliases = [] } = await kms.send(new ListAliasesCommand({}));
    assert.deepEqual(
      Aliases.filter(({ TargetKeyId }) => TargetKeyId !== undefined),
      [],
    );
    const { code, message } = await refusal(decrypt(kms, blob));
    assert.equal(code, 'AccessDeniedException');
    assert.match(
      message,
      /kms:Decrypt on the resource associated with this ciphertext because the resource does not exist/,
    );
    const { store } = world.server.latchkey.runtime;
    const left = await store.read(async (tx) => [
      ...(await tx.list(keys)),
      ...(await tx.list(materials)),
      ...(await tx.list(grants)),
      ...(await tx.list(grantCounts)),
      ...(await tx.list(aliases)),
    ]);
    assert.deepEqual(left, []);
    const told = (await world.events()).map((event) => [event['detail-type'], event.resources, event.detail]);
    assert.deepEqual(told, [['KMS CMK Deletion', [KeyId], { 'key-id': id }]]);
    const [event] = await world.trail('DeleteKey');
    assert.deepEqual(
      [event!.eventType, event!.userIdentity, event!.requestParameters],
      ['AwsServiceEvent', { accountId: ACCOUNT, invokedBy: 'AWS Internal' }, null],
    );
  });

  test('is not gone when the deletion was cancelled, or scheduled anew', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const schedule = (PendingWindowInDays: number) =>
      kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays }));
    await schedule(7);
    await kms.send(new CancelKeyDeletionCommand({ KeyId }));
    await schedule(30);
    await world.server.advance(8 * DAY_MS);
    assert.equal((await describeKey(kms, KeyId)).KeyState, 'PendingDeletion');
    await kms.send(new CancelKeyDeletionCommand({ KeyId }));
    await world.server.advance(30 * DAY_MS);
    assert.equal((await describeKey(kms, KeyId)).KeyState, 'Disabled');
  });
});

test('a second key of the same material has nothing to do with the first', async (t) => {
  const world = await kmsWorld(t);
  const kms = await world.kms();
  const created = [];
  for (let i = 0; i < 2; i++) {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Origin: 'EXTERNAL' }));
    created.push(await importMaterial(kms, KeyMetadata!.Arn!, Buffer.alloc(32, 9)));
  }
  assert.notEqual(created[0]!.KeyMaterialId, created[1]!.KeyMaterialId);
});
