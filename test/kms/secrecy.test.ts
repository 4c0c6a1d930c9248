/** What of keys is on the disk, in the trail and in the events: nothing plain, and nothing at all once destroyed. */
import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { type MaterialRecord, materials } from '../../src/services/kms/key/material.ts';
import { auditRecords, DAY_MS } from '../worlds/account.ts';
import { type KmsWorld, kmsWorld } from '../worlds/kms.ts';
import { refusal } from '../worlds/server.ts';
import { storedFiles } from '../worlds/stored-files.ts';

/** The bytes of every file under the directory. */
/** Forms in which bytes may come to stand in a file. */
const formsOf = (secret: Buffer): Buffer[] => [
  secret,
  Buffer.from(secret.toString('hex')),
  // Base64 of any alignment but for its ends.
  ...[0, 1, 2].map((skip) =>
    Buffer.from(secret.subarray(skip, skip + Math.floor((secret.length - skip) / 3) * 3).toString('base64')),
  ),
  Buffer.from(secret.toString('base64url')),
  Buffer.from(JSON.stringify([...secret]).slice(1, -1)),
];

function assertAbsent(directory: string, secrets: ReadonlyMap<string, Buffer>): void {
  const files = storedFiles(directory);
  assert.ok(files.some(({ bytes }) => bytes.length > 10_000));
  for (const [name, secret] of secrets) {
    for (const form of formsOf(secret)) {
      for (const { path, bytes } of files) assert.ok(!bytes.includes(form), `${name} is in ${path}`);
    }
  }
}

/** All material, opened as only a test may. */
async function openedMaterial(world: KmsWorld): Promise<Map<string, Buffer>> {
  const { store, ports } = world.server.latchkey.runtime;
  const all = await store.read((tx) => tx.list(materials));
  const open = ({ account, region, keyId, materialId, sealed, publicKey }: MaterialRecord) => {
    const secret = ports.sealer.open(sealed!, `kms.material:${account}/${region}/${keyId}/${materialId}`);
    return publicKey === undefined ? secret : privateNumber(secret);
  };
  return new Map(all.map((record) => [`material ${record.materialId} of ${record.keyId}`, open(record)]));
}

/** What is secret of a key pair: PKCS #8 holds the public half too, but of ML-DSA, where it ends with the seed. */
function privateNumber(pkcs8: Buffer): Buffer {
  if (pkcs8.length === 54) return pkcs8.subarray(-32);
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  return Buffer.from(key.export({ format: 'jwk' }).d as string, 'base64url');
}

/** Has KMS make, use and rotate keys of every kind; the data keys that it gave out. */
async function workload(world: KmsWorld, kms: sdk.KMSClient): Promise<Map<string, Buffer>> {
  const secrets = new Map<string, Buffer>();
  const Message = Buffer.from('a message that is not secret');
  const KeyId = await world.key();
  const context = { EncryptionContext: { purpose: 'test' } };
  const made = await kms.send(new sdk.GenerateDataKeyCommand({ KeyId, NumberOfBytes: 64, ...context }));
  secrets.set('data key', Buffer.from(made.Plaintext!));
  const { CiphertextBlob } = made;
  await kms.send(new sdk.DecryptCommand({ CiphertextBlob, ...context }));
  await kms.send(
    new sdk.ReEncryptCommand({
      CiphertextBlob,
      DestinationKeyId: KeyId,
      SourceEncryptionContext: context.EncryptionContext,
    }),
  );
  const pair = await kms.send(new sdk.GenerateDataKeyPairCommand({ KeyId, KeyPairSpec: 'RSA_2048' }));
  secrets.set('data key pair', privateNumber(Buffer.from(pair.PrivateKeyPlaintext!)));
  const Plaintext = Buffer.from('a plaintext that nobody else may see');
  secrets.set('plaintext', Plaintext);
  const encrypted = await kms.send(new sdk.EncryptCommand({ KeyId, Plaintext }));
  await refusal(kms.send(new sdk.DecryptCommand({ CiphertextBlob: encrypted.CiphertextBlob, ...context })));
  const random = await kms.send(new sdk.GenerateRandomCommand({ NumberOfBytes: 100 }));
  secrets.set('random bytes', Buffer.from(random.Plaintext!));
  await kms.send(new sdk.RotateKeyOnDemandCommand({ KeyId }));

  const hmac = await world.key({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
  const mac = { KeyId: hmac, Message, MacAlgorithm: 'HMAC_SHA_256' } as const;
  const { Mac } = await kms.send(new sdk.GenerateMacCommand(mac));
  await kms.send(new sdk.VerifyMacCommand({ ...mac, Mac }));
  const signing = await world.key({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  await kms.send(new sdk.SignCommand({ KeyId: signing, Message, SigningAlgorithm: 'ECDSA_SHA_256' }));
  const ofLattice = await world.key({ KeySpec: 'ML_DSA_44', KeyUsage: 'SIGN_VERIFY' });
  await kms.send(new sdk.SignCommand({ KeyId: ofLattice, Message, SigningAlgorithm: 'ML_DSA_SHAKE_256' }));
  const external = await world.key({ Origin: 'EXTERNAL' });
  const wrapping = { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' } as const;
  await kms.send(new sdk.GetParametersForImportCommand({ KeyId: external, ...wrapping }));
  await world.key({ MultiRegion: true });
  await world.server.settled();
  return secrets;
}

test('plain keys, data keys and plaintexts reach neither disk nor trail', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'latchkey-kms-'));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const world = await kmsWorld(t, { data });
  const kms = await world.kms();
  const secrets = await workload(world, kms);
  for (const [name, secret] of await openedMaterial(world)) secrets.set(name, secret);
  assert.ok(secrets.size >= 8);
  assertAbsent(data, secrets);
  const trail = await auditRecords(world.server);
  const text = Buffer.from(JSON.stringify(trail));
  assert.ok(trail.length > 10);
  for (const [name, secret] of secrets) {
    for (const form of formsOf(secret)) assert.ok(!text.includes(form), `${name} is in the trail`);
  }
  await world.server.close();
  assertAbsent(data, secrets);
});

test('a destroyed key leaves nothing in the data directory, not even sealed', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'latchkey-kms-'));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const world = await kmsWorld(t, { data });
  const kms = await world.kms();
  const KeyId = await world.key();
  const { CiphertextBlob } = await kms.send(
    new sdk.EncryptCommand({ KeyId, Plaintext: Buffer.from('for nobody') }),
  );
  const { store } = world.server.latchkey.runtime;
  const [{ sealed }] = (await store.read((tx) => tx.list(materials))) as [MaterialRecord];
  const holds = () => storedFiles(data).some(({ bytes }) => bytes.includes(Buffer.from(sealed!)));
  assert.ok(holds(), 'the sealed material is on the disk while the key lives');
  await kms.send(new sdk.ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  await world.server.advance(7 * DAY_MS + 1000);
  const { code } = await refusal(kms.send(new sdk.DecryptCommand({ CiphertextBlob })));
  assert.equal(code, 'AccessDeniedException');
  // The write-ahead log is written back and removed when the store is closed.
  await world.server.close();
  assert.ok(!holds());
});

test('keys work on under a new root key, and the old one opens none of them', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'latchkey-kms-'));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const world = await kmsWorld(t, { data });
  const kms = await world.kms();
  const KeyId = await world.key();
  const encrypt = () => kms.send(new sdk.EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
  const { CiphertextBlob } = await encrypt();
  const sealedBefore = (await world.server.latchkey.runtime.store.read((tx) => tx.list(materials))).map(
    ({ sealed }) => sealed,
  );
  const rootKeyBefore = readFileSync(join(data, 'root.key'));
  await world.server.ask('rekey');
  assert.notDeepEqual(readFileSync(join(data, 'root.key')), rootKeyBefore);
  const sealedAfter = (await world.server.latchkey.runtime.store.read((tx) => tx.list(materials))).map(
    ({ sealed }) => sealed,
  );
  assert.equal(sealedAfter.length, 1);
  assert.notDeepEqual(sealedAfter, sealedBefore);
  await world.server.close();
  const again = await kmsWorld(t, { data });
  const reopened = await again.kms();
  const { Plaintext } = await reopened.send(new sdk.DecryptCommand({ CiphertextBlob }));
  assert.equal(Buffer.from(Plaintext!).toString(), 'x');
});
