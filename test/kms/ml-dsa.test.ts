/**
 * Keys of ML-DSA, which Node 22 has not: made, kept and used by a library on every Node, and held against OpenSSL where Node offers
 * its.
 */
import assert from 'node:assert/strict';
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { GetPublicKeyCommand, type KMSClient, SignCommand, VerifyCommand } from '@aws-sdk/client-kms';
import { type MaterialRecord, materials } from '../../src/services/kms/key/material.ts';
import { type KmsWorld, kmsWorld } from '../worlds/kms.ts';
import { refusal } from '../worlds/server.ts';
import { forgeriesOf } from './forgeries.ts';
import made from './ml-dsa-44-of-openssl.json' with { type: 'json' };

const TEXT = Buffer.from('attack at dawn');
const SPECS = ['ML_DSA_44', 'ML_DSA_65', 'ML_DSA_87'] as const;
type Spec = (typeof SPECS)[number];
/** Before the raw public key: sequences, the identifier of the algorithm, and no unused bits. */
const SPKI_HEAD_BYTES = 22;
/** FIPS 204, table 2. */
const PUBLIC_KEY_BYTES: Readonly<Record<Spec, number>> = {
  ML_DSA_44: 1312,
  ML_DSA_65: 1952,
  ML_DSA_87: 2592,
};

interface Pair {
  /** PKCS #8. */
  readonly privateKey: Buffer;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Buffer;
}

const ENCODINGS = {
  privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  publicKeyEncoding: { type: 'spki', format: 'der' },
} as const;

const generate = generateKeyPairSync as unknown as (type: string, encodings: typeof ENCODINGS) => Pair;

/** As OpenSSL makes one. */
const pairOf = (spec: Spec): Pair => generate(spec.toLowerCase().replaceAll('_', '-'), ENCODINGS);

function lacking(): string | false {
  try {
    pairOf('ML_DSA_44');
    return false;
  } catch {
    return `Node ${process.version} has no ML-DSA of its own to compare with`;
  }
}
const LACKS_OPENSSL = lacking();

/** What ML-DSA makes of a message without a context, and the public key (FIPS 204, 6.2). */
function muOf(spki: Uint8Array, message: Buffer): Buffer {
  const shake = (...parts: Uint8Array[]) =>
    createHash('shake256', { outputLength: 64 }).update(Buffer.concat(parts)).digest();
  return shake(shake(spki.subarray(SPKI_HEAD_BYTES)), Buffer.of(0, 0), message);
}

type Form = { readonly Message: Buffer; readonly MessageType: 'RAW' | 'EXTERNAL_MU' };
const formsOf = (spki: Uint8Array): readonly Form[] => [
  { Message: TEXT, MessageType: 'RAW' },
  { Message: muOf(spki, TEXT), MessageType: 'EXTERNAL_MU' },
];

const SigningAlgorithm = 'ML_DSA_SHAKE_256';

async function spkiOf(kms: KMSClient, KeyId: string): Promise<Buffer> {
  return Buffer.from((await kms.send(new GetPublicKeyCommand({ KeyId }))).PublicKey!);
}

const verifies = async (kms: KMSClient, KeyId: string, form: Form, Signature: Uint8Array) =>
  (await kms.send(new VerifyCommand({ KeyId, SigningAlgorithm, Signature, ...form }))).SignatureValid;

/** What the key signs verifies in each form, also by `alsoBy`; and nothing that is forged does. */
async function signsSoundly(
  kms: KMSClient,
  KeyId: string,
  alsoBy: (signature: Uint8Array) => boolean = () => true,
): Promise<void> {
  const forms = formsOf(await spkiOf(kms, KeyId));
  for (const form of forms) {
    const { Signature } = await kms.send(new SignCommand({ KeyId, SigningAlgorithm, ...form }));
    assert.ok(alsoBy(Signature!), form.MessageType);
    for (const checked of forms) {
      assert.equal(await verifies(kms, KeyId, checked, Signature!), true);
      for (const [what, forged] of forgeriesOf(Signature!)) {
        const { code } = await refusal(verifies(kms, KeyId, checked, forged));
        assert.equal(code, 'KMSInvalidSignatureException', what);
      }
      const other = { ...checked, Message: Buffer.alloc(64, 1) };
      const { code } = await refusal(verifies(kms, KeyId, other, Signature!));
      assert.equal(code, 'KMSInvalidSignatureException');
    }
  }
}

/** Puts the pair in place of that of a key. */
async function replace({ server }: KmsWorld, KeyId: string, { privateKey, publicKey }: Pair): Promise<void> {
  const { store, ports } = server.latchkey.runtime;
  await store.transact(async (tx) => {
    const all = await tx.list(materials);
    const record = all.find(({ keyId }) => KeyId.endsWith(keyId)) as MaterialRecord;
    const { account, region, keyId, materialId } = record;
    const context = `kms.material:${account}/${region}/${keyId}/${materialId}`;
    const sealed = ports.sealer.seal(privateKey, context);
    tx.put(materials, { ...record, sealed, publicKey: publicKey.toString('base64') });
  });
}

/** The private key as it is kept, and the public one. */
async function pairOfKey({ server }: KmsWorld): Promise<Pair> {
  const { store, ports } = server.latchkey.runtime;
  const [record] = (await store.read((tx) => tx.list(materials))) as [MaterialRecord];
  const { account, region, keyId, materialId, sealed, publicKey } = record;
  const privateKey = ports.sealer.open(sealed!, `kms.material:${account}/${region}/${keyId}/${materialId}`);
  return { privateKey, publicKey: Buffer.from(publicKey!, 'base64') };
}

for (const KeySpec of SPECS) {
  const spec = { KeySpec, KeyUsage: 'SIGN_VERIFY' } as const;
  describe(KeySpec, () => {
    test('signs messages and their mu, and no forgery is taken for a signature', async (t) => {
      const world = await kmsWorld(t);
      const kms = await world.kms();
      const KeyId = await world.key(spec);
      const spki = await spkiOf(kms, KeyId);
      assert.equal(spki.length - SPKI_HEAD_BYTES, PUBLIC_KEY_BYTES[KeySpec]);
      await signsSoundly(kms, KeyId);
      const another = await world.key(spec);
      assert.notDeepEqual(await spkiOf(kms, another), spki);
      const { Signature } = await kms.send(
        new SignCommand({ KeyId: another, SigningAlgorithm, Message: TEXT }),
      );
      const { code } = await refusal(verifies(kms, KeyId, { Message: TEXT, MessageType: 'RAW' }, Signature!));
      assert.equal(code, 'KMSInvalidSignatureException');
    });

    test('signs as OpenSSL does, with keys that it reads', { skip: LACKS_OPENSSL }, async (t) => {
      const world = await kmsWorld(t);
      const kms = await world.kms();
      const KeyId = await world.key(spec);
      const { privateKey: pkcs8, publicKey: spki } = await pairOfKey(world);
      const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
      await signsSoundly(kms, KeyId, (signature) => verify(null, TEXT, publicKey, signature));
      const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
      assert.deepEqual(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }), spki);
      assert.deepEqual(publicKey.export({ type: 'spki', format: 'der' }), spki);
      for (const form of formsOf(spki))
        assert.ok(await verifies(kms, KeyId, form, sign(null, TEXT, privateKey)));
    });

    test('goes on with a key that OpenSSL made', { skip: LACKS_OPENSSL }, async (t) => {
      const world = await kmsWorld(t);
      const kms = await world.kms();
      const KeyId = await world.key(spec);
      const pair = pairOf(KeySpec);
      await replace(world, KeyId, pair);
      const publicKey = createPublicKey({ key: pair.publicKey, format: 'der', type: 'spki' });
      await signsSoundly(kms, KeyId, (signature) => verify(null, TEXT, publicKey, signature));
    });
  });
}

test('a key that OpenSSL made is used on every Node, also once its data directory is opened again', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'latchkey-ml-dsa-'));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const before = await kmsWorld(t, { data });
  const KeyId = await before.key({ KeySpec: 'ML_DSA_44', KeyUsage: 'SIGN_VERIFY' });
  const privateKey = Buffer.from(made.privateKey, 'base64');
  const spki = Buffer.from(made.publicKey, 'base64');
  await replace(before, KeyId, { privateKey, publicKey: spki });
  await before.server.close();
  const world = await kmsWorld(t, { data });
  const kms = await world.kms();
  assert.deepEqual(await spkiOf(kms, KeyId), spki);
  for (const form of formsOf(spki))
    assert.equal(await verifies(kms, KeyId, form, Buffer.from(made.signature, 'base64')), true);
  await signsSoundly(kms, KeyId);
});
