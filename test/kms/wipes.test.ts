/** Secret bytes are wiped once they have done their work: the buffers that held them are zero. */
import assert from 'node:assert/strict';
import { createECDH, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { DeleteUserPolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import * as sdk from '@aws-sdk/client-kms';
import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js';
import { ACCOUNT, DAY_MS, statement } from '../worlds/account.ts';
import { type KmsWorld, kmsWorld } from '../worlds/kms.ts';
import { refusal } from '../worlds/server.ts';
import { recordWipes, watchSecrets } from '../worlds/wiped.ts';
import { importMaterial, WRAPPING_AES_KEY, wrap } from './imports.ts';

const Message = Buffer.from('not secret');

/** Everything that opens or makes key material, by what it does. */
const WORK: Readonly<Record<string, (world: KmsWorld, kms: sdk.KMSClient) => Promise<unknown>>> = {
  'encrypting and decrypting': async (world, kms) => {
    const KeyId = await world.key();
    const { CiphertextBlob } = await kms.send(new sdk.EncryptCommand({ KeyId, Plaintext: Message }));
    await kms.send(new sdk.DecryptCommand({ CiphertextBlob }));
    await refusal(kms.send(new sdk.DecryptCommand({ CiphertextBlob, EncryptionContext: { a: 'b' } })));
  },
  'signing and verifying': async (world, kms) => {
    for (const [KeySpec, SigningAlgorithm] of [
      ['RSA_2048', 'RSASSA_PSS_SHA_256'],
      ['ECC_NIST_P256', 'ECDSA_SHA_256'],
      ['ECC_SECG_P256K1', 'ECDSA_SHA_256'],
      ['ML_DSA_65', 'ML_DSA_SHAKE_256'],
    ] as const) {
      const KeyId = await world.key({ KeySpec, KeyUsage: 'SIGN_VERIFY' });
      const { Signature } = await kms.send(new sdk.SignCommand({ KeyId, Message, SigningAlgorithm }));
      await kms.send(new sdk.VerifyCommand({ KeyId, Message, Signature, SigningAlgorithm }));
    }
  },
  'message authentication codes': async (world, kms) => {
    const KeyId = await world.key({ KeySpec: 'HMAC_384', KeyUsage: 'GENERATE_VERIFY_MAC' });
    const input = { KeyId, Message, MacAlgorithm: 'HMAC_SHA_384' } as const;
    const { Mac } = await kms.send(new sdk.GenerateMacCommand(input));
    await kms.send(new sdk.VerifyMacCommand({ ...input, Mac }));
  },
  'rotating, by plan and on demand': async (world, kms) => {
    const KeyId = await world.key();
    await kms.send(new sdk.EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 100 }));
    await world.server.advance(101 * DAY_MS);
    await kms.send(new sdk.RotateKeyOnDemandCommand({ KeyId }));
    await world.server.settled();
    const { Rotations } = await kms.send(new sdk.ListKeyRotationsCommand({ KeyId }));
    assert.equal(Rotations!.length, 2);
  },
  'replicating and rotating in several Regions': async (world, kms) => {
    const KeyId = await world.key({ MultiRegion: true });
    await kms.send(new sdk.ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1' }));
    await world.server.settled();
    await kms.send(new sdk.RotateKeyOnDemandCommand({ KeyId }));
    await world.server.settled();
    const west = await world.kms(ACCOUNT, 'eu-west-1');
    await west.send(new sdk.EncryptCommand({ KeyId: KeyId.split('/')[1], Plaintext: Message }));
  },
  'importing, and rotating to what was imported': async (world, kms) => {
    const KeyId = await world.key({ Origin: 'EXTERNAL' });
    await importMaterial(kms, KeyId, Buffer.alloc(32, 1));
    await importMaterial(kms, KeyId, Buffer.alloc(32, 2), { ImportType: 'NEW_KEY_MATERIAL' });
    await kms.send(new sdk.RotateKeyOnDemandCommand({ KeyId }));
    await world.server.settled();
    await kms.send(new sdk.EncryptCommand({ KeyId, Plaintext: Message }));
  },
  'a new root key': async (world) => {
    await world.key();
    await world.server.ask('rekey');
  },
};

/** What the server draws at random of this length from now on: material of keys, mostly. */
function recordDrawn({ server }: KmsWorld, length: number): () => readonly Buffer[] {
  const { entropy } = server.latchkey.runtime;
  const drawn: Buffer[] = [];
  const bytes = entropy.bytes.bind(entropy);
  entropy.bytes = (count) => {
    const random = bytes(count);
    if (count === length) drawn.push(Buffer.from(random));
    return random;
  };
  return () => drawn;
}

describe('key material is wiped after', () => {
  for (const [what, work] of Object.entries(WORK)) {
    test(what, async (t) => {
      const world = await kmsWorld(t);
      const watch = watchSecrets(world.server);
      await work(world, await world.kms());
      assert.ok(watch.seen > 0);
      assert.deepEqual(watch.unwiped(), []);
    });
  }
});

describe('plaintext that no caller sees is wiped', () => {
  test('of ReEncrypt', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const Plaintext = Buffer.from('what is only moved from key to key');
    const { CiphertextBlob } = await kms.send(new sdk.EncryptCommand({ KeyId, Plaintext }));
    const wipes = recordWipes(t);
    await kms.send(new sdk.ReEncryptCommand({ CiphertextBlob, DestinationKeyId: KeyId }));
    assert.ok(wipes.wiped(Plaintext));
  });

  test('of a ReEncrypt to a key that it is too long for', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const DestinationKeyId = await world.key({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
    const Plaintext = Buffer.alloc(191, 5);
    const encrypt = new sdk.EncryptCommand({ KeyId: await world.key(), Plaintext });
    const { CiphertextBlob } = await kms.send(encrypt);
    const wipes = recordWipes(t);
    const algorithm = { DestinationEncryptionAlgorithm: 'RSAES_OAEP_SHA_256' } as const;
    const move = new sdk.ReEncryptCommand({ CiphertextBlob, DestinationKeyId, ...algorithm });
    assert.equal((await refusal(kms.send(move))).code, 'ValidationException');
    assert.ok(wipes.wiped(Plaintext));
  });

  test('of a ciphertext whose encryption context is another', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const Plaintext = Buffer.from('for one purpose only');
    const encrypt = new sdk.EncryptCommand({ KeyId: await world.key(), Plaintext });
    const { CiphertextBlob } = await kms.send(encrypt);
    const wipes = recordWipes(t);
    const decrypt = new sdk.DecryptCommand({ CiphertextBlob, EncryptionContext: { a: 'b' } });
    assert.equal((await refusal(kms.send(decrypt))).code, 'InvalidCiphertextException');
    assert.ok(wipes.wiped(Plaintext));
  });

  test('of GenerateDataKeyWithoutPlaintext', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const wipes = recordWipes(t);
    const { CiphertextBlob } = await kms.send(
      new sdk.GenerateDataKeyWithoutPlaintextCommand({ KeyId, KeySpec: 'AES_256' }),
    );
    const before = wipes.all().length;
    const { Plaintext } = await kms.send(new sdk.DecryptCommand({ CiphertextBlob }));
    assert.ok(
      wipes
        .all()
        .slice(0, before)
        .some((each) => each.equals(Plaintext!)),
    );
  });

  test('of GenerateDataKeyPairWithoutPlaintext', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const wipes = recordWipes(t);
    const { PrivateKeyCiphertextBlob: CiphertextBlob } = await kms.send(
      new sdk.GenerateDataKeyPairWithoutPlaintextCommand({ KeyId, KeyPairSpec: 'ECC_NIST_P256' }),
    );
    const before = wipes.all().length;
    const { Plaintext } = await kms.send(new sdk.DecryptCommand({ CiphertextBlob }));
    assert.ok(
      wipes
        .all()
        .slice(0, before)
        .some((each) => each.equals(Plaintext!)),
    );
  });

  test('of GetParametersForImport: the private half of the wrapping key', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key({ Origin: 'EXTERNAL' });
    const wipes = recordWipes(t);
    const { PublicKey } = await kms.send(
      new sdk.GetParametersForImportCommand({
        KeyId,
        WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
        WrappingKeySpec: 'RSA_2048',
      }),
    );
    const isPrivateHalf = (bytes: Buffer) => {
      try {
        const key = createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' });
        return createPublicKey(key).export({ type: 'spki', format: 'der' }).equals(PublicKey!);
      } catch {
        return false;
      }
    };
    assert.ok(wipes.all().some(isPrivateHalf));
  });

  test('of an import: the key that the material was wrapped with, and the material', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY', Origin: 'EXTERNAL' });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const material = privateKey.export({ type: 'pkcs8', format: 'der' });
    const wipes = recordWipes(t);
    await importMaterial(kms, KeyId, material, {}, 'RSA_AES_KEY_WRAP_SHA_256');
    assert.ok(wipes.wiped(WRAPPING_AES_KEY), 'the AES key');
    assert.ok(wipes.wiped(material), 'the material');
  });

  test('of an import that is refused, for what was brought or for how', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const own = await world.key({ Origin: 'EXTERNAL' });
    const KeyId = await world.key({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY', Origin: 'EXTERNAL' });
    await importMaterial(kms, own, Buffer.alloc(32, 1));
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
    const ofOtherCurve = privateKey.export({ type: 'pkcs8', format: 'der' });
    const wipes = recordWipes(t);
    for (const [key, algorithm, material, code] of [
      [own, 'RSAES_OAEP_SHA_256', Buffer.alloc(31, 4), 'InvalidCiphertextException'],
      [own, 'RSAES_OAEP_SHA_256', Buffer.alloc(32, 5), 'IncorrectKeyMaterialException'],
      [KeyId, 'RSA_AES_KEY_WRAP_SHA_256', Buffer.alloc(32, 6), 'IncorrectKeyMaterialException'],
      [KeyId, 'RSA_AES_KEY_WRAP_SHA_256', ofOtherCurve, 'IncorrectKeyMaterialException'],
    ] as const) {
      assert.equal((await refusal(importMaterial(kms, key, material, {}, algorithm))).code, code);
      assert.ok(wipes.wiped(material), `${algorithm}, ${material.length} bytes`);
    }
    const before = wipes.all().length;
    const WrappingAlgorithm = 'RSA_AES_KEY_WRAP_SHA_256';
    const { ImportToken, PublicKey } = await kms.send(
      new sdk.GetParametersForImportCommand({ KeyId, WrappingAlgorithm, WrappingKeySpec: 'RSA_2048' }),
    );
    const damaged = wrap(WrappingAlgorithm, PublicKey!, Buffer.alloc(32, 8)).fill(1, 256);
    const bring = new sdk.ImportKeyMaterialCommand({
      ...{ KeyId, ImportToken, EncryptedKeyMaterial: damaged },
      ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
    });
    assert.equal((await refusal(kms.send(bring))).code, 'InvalidCiphertextException');
    assert.ok(
      wipes
        .all()
        .slice(before)
        .some((each) => each.equals(WRAPPING_AES_KEY)),
    );
  });

  test('of a call that is refused after all: what it made beforehand', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const { runtime } = world.server.latchkey;
    const wipes = recordWipes(t);
    const { transactBeside } = runtime.store;
    const WrappingAlgorithm = 'RSAES_OAEP_SHA_256' as const;
    const commands: readonly [sdk.CreateKeyCommandInput, (key: { KeyId: string }) => object][] = [
      [{}, (key) => new sdk.GenerateDataKeyPairCommand({ ...key, KeyPairSpec: 'RSA_4096' })],
      [{}, (key) => new sdk.GenerateDataKeyPairWithoutPlaintextCommand({ ...key, KeyPairSpec: 'RSA_4096' })],
      [
        { Origin: 'EXTERNAL' },
        (key) =>
          new sdk.GetParametersForImportCommand({ ...key, WrappingAlgorithm, WrappingKeySpec: 'RSA_4096' }),
      ],
    ];
    for (const [kind, command] of commands) {
      const KeyId = await world.key(kind);
      const call = command({ KeyId }) as sdk.GenerateDataKeyPairCommand;
      let admitted = 0;
      runtime.store.transactBeside = async (body) => {
        const result = await transactBeside.call(runtime.store, body);
        // The key is given up while the pair is being made.
        if (++admitted === 1) {
          runtime.store.transactBeside = transactBeside;
          await kms.send(new sdk.ScheduleKeyDeletionCommand({ KeyId }));
        }
        return result as never;
      };
      const before = wipes.all().length;
      const { name } = call.constructor;
      assert.equal((await refusal(kms.send(call))).code, 'KMSInvalidStateException', name);
      const isPair = (bytes: Buffer) => bytes.length > 2000 && bytes[0] === 0x30;
      assert.ok(wipes.all().slice(before).some(isPair), name);
    }
  });

  test('of a signature of a digest on a curve: what the number that is used once is made of, and the key', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key({ KeySpec: 'ECC_SECG_P256K1', KeyUsage: 'SIGN_VERIFY' });
    const { PublicKey } = await kms.send(new sdk.GetPublicKeyCommand({ KeyId }));
    const wipes = recordWipes(t);
    const drawn = recordDrawn(world, 32);
    await kms.send(
      new sdk.SignCommand({
        KeyId,
        Message: Buffer.alloc(32, 1),
        MessageType: 'DIGEST',
        SigningAlgorithm: 'ECDSA_SHA_256',
      }),
    );
    assert.ok(drawn().length > 0);
    for (const each of drawn()) assert.ok(wipes.wiped(each));
    const isItsKey = (bytes: Buffer) => {
      if (bytes.length !== 32 || drawn().some((each) => each.equals(bytes))) return false;
      const ecdh = createECDH('secp256k1');
      ecdh.setPrivateKey(bytes);
      return Buffer.from(PublicKey!).subarray(-65).equals(ecdh.getPublicKey());
    };
    assert.ok(wipes.all().some(isItsKey));
  });

  test('of a key of ML-DSA, and of its signatures: the seed, and what is made of it', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const wipes = recordWipes(t);
    const drawn = recordDrawn(world, 32);
    const KeyId = await world.key({ KeySpec: 'ML_DSA_44', KeyUsage: 'SIGN_VERIFY' });
    const [seed] = drawn();
    const { secretKey } = ml_dsa44.keygen(seed as Buffer);
    const timesWiped = (secret: Uint8Array) => wipes.all().filter((each) => each.equals(secret)).length;
    assert.deepEqual([timesWiped(seed as Buffer), timesWiped(secretKey)], [1, 1]);
    const isItsKey = (bytes: Buffer) => bytes.length === 54 && bytes.subarray(-32).equals(seed as Buffer);
    const keyWipes = () => wipes.all().filter(isItsKey).length;
    assert.equal(keyWipes(), 1);
    for (const MessageType of ['RAW', 'EXTERNAL_MU'] as const) {
      const [randoms, secrets, keys] = [drawn().length, timesWiped(secretKey), keyWipes()];
      const input = { KeyId, Message: Buffer.alloc(64, 1), MessageType };
      await kms.send(new sdk.SignCommand({ ...input, SigningAlgorithm: 'ML_DSA_SHAKE_256' }));
      const random = drawn().slice(randoms);
      assert.ok(random.length > 0 && random.every((each) => wipes.wiped(each)), MessageType);
      assert.equal(timesWiped(secretKey), secrets + 1, MessageType);
      assert.ok(keyWipes() > keys, MessageType);
    }
  });

  test('of a key whose making is refused after all: its material', async (t) => {
    const world = await kmsWorld(t);
    const maker = await world.user('maker', { allow: [statement('kms:CreateKey')] });
    const { runtime } = world.server.latchkey;
    const wipes = recordWipes(t);
    const drawn = recordDrawn(world, 32);
    // The right is taken away while the material is being made.
    const { transactBeside } = runtime.store;
    let admitted = 0;
    runtime.store.transactBeside = async (body) => {
      const result = await transactBeside.call(runtime.store, body);
      if (++admitted === 1) {
        runtime.store.transactBeside = transactBeside;
        const iam = world.server.client(IAMClient);
        await iam.send(new DeleteUserPolicyCommand({ UserName: 'maker', PolicyName: 'policy' }));
      }
      return result as never;
    };
    assert.equal((await refusal(maker.kms.send(new sdk.CreateKeyCommand({})))).code, 'AccessDeniedException');
    assert.equal(drawn().length, 1);
    for (const each of drawn()) assert.ok(wipes.wiped(each));
  });

  test('of a rotation that is not needed: what it made beforehand', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    await kms.send(new sdk.EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 100 }));
    await kms.send(new sdk.DisableKeyCommand({ KeyId }));
    const wipes = recordWipes(t);
    const drawn = recordDrawn(world, 32);
    await world.server.advance(101 * DAY_MS);
    assert.ok(drawn().length > 0, 'material was made');
    for (const each of drawn()) assert.ok(wipes.wiped(each));
  });
});
