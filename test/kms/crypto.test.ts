/** Cryptographic operations, held against Node's own cryptography on the other side. */
import assert from 'node:assert/strict';
import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  publicEncrypt,
  verify,
} from 'node:crypto';
import { describe, test } from 'node:test';
import {
  type CreateKeyCommandInput,
  DecryptCommand,
  DeriveSharedSecretCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyPairCommand,
  GenerateDataKeyPairWithoutPlaintextCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateMacCommand,
  GenerateRandomCommand,
  GetPublicKeyCommand,
  type KMSClient,
  ReEncryptCommand,
  SignCommand,
  VerifyCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms';
import { ed25519ph } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { encodeEncryptionContext } from '../../src/services/kms/crypto/encryption-context.ts';
import { statement } from '../worlds/account.ts';
import { kmsWorld } from '../worlds/kms.ts';
import { refusal } from '../worlds/server.ts';
import { forgeriesOf } from './forgeries.ts';

const TEXT = Buffer.from('attack at dawn');

async function publicKeyOf(kms: KMSClient, KeyId: string): Promise<KeyObject> {
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId }));
  return createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' });
}

const digestOf = (bits: number, text = TEXT) => createHash(`sha${bits}`).update(text).digest();

describe('symmetric encryption', () => {
  test('comes back under the same context only, in any order of pairs', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const encrypted = await kms.send(
      new EncryptCommand({ KeyId, Plaintext: TEXT, EncryptionContext: { a: 'bc', d: 'e' } }),
    );
    assert.equal(encrypted.KeyId, KeyId);
    assert.equal(encrypted.EncryptionAlgorithm, 'SYMMETRIC_DEFAULT');
    const { CiphertextBlob } = encrypted;
    const decrypted = await kms.send(
      new DecryptCommand({ CiphertextBlob, EncryptionContext: { d: 'e', a: 'bc' } }),
    );
    assert.deepEqual(Buffer.from(decrypted.Plaintext!), TEXT);
    assert.equal(decrypted.KeyId, KeyId);
    assert.match(decrypted.KeyMaterialId!, /^[0-9a-f]{64}$/);
    const others: Record<string, string>[] = [{}, { ab: 'c', d: 'e' }, { a: 'bc' }, { a: 'bc', d: 'E' }];
    for (const EncryptionContext of others) {
      const refused = await refusal(kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext })));
      assert.equal(refused.code, 'InvalidCiphertextException');
    }
  });

  test('notices a change of any byte of the blob', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: TEXT }));
    for (let at = 0; at < CiphertextBlob!.length; at++) {
      const changed = Buffer.from(CiphertextBlob!);
      changed[at]! ^= 1;
      const { code } = await refusal(kms.send(new DecryptCommand({ CiphertextBlob: changed, KeyId })));
      assert.match(code, /^(InvalidCiphertext|IncorrectKey)Exception$/, `byte ${at}`);
    }
    const cut = refusal(kms.send(new DecryptCommand({ CiphertextBlob: CiphertextBlob!.subarray(0, 60) })));
    assert.equal((await cut).code, 'InvalidCiphertextException');
  });

  test('is under the key that the request names, or it is an error', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const [one, two] = [await world.key(), await world.key()];
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId: one, Plaintext: TEXT }));
    assert.deepEqual(await refusal(kms.send(new DecryptCommand({ CiphertextBlob, KeyId: two }))), {
      code: 'IncorrectKeyException',
      message: 'The key ID in the request does not identify a CMK that can perform this operation.',
      status: 400,
    });
  });

  test('moves from key to key and context to context', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const [one, two] = [await world.key(), await world.key()];
    const { CiphertextBlob } = await kms.send(
      new EncryptCommand({ KeyId: one, Plaintext: TEXT, EncryptionContext: { at: 'here' } }),
    );
    const moved = await kms.send(
      new ReEncryptCommand({
        CiphertextBlob,
        SourceEncryptionContext: { at: 'here' },
        DestinationKeyId: two,
        DestinationEncryptionContext: { at: 'there' },
      }),
    );
    assert.deepEqual([moved.SourceKeyId, moved.KeyId], [one, two]);
    const back = await kms.send(
      new DecryptCommand({ CiphertextBlob: moved.CiphertextBlob, EncryptionContext: { at: 'there' } }),
    );
    assert.deepEqual(Buffer.from(back.Plaintext!), TEXT);
  });

  test('moves as the policy of each end lets it, by the context and the key of that end', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const [one, two] = [await world.key(), await world.key()];
    const { CiphertextBlob } = await kms.send(
      new EncryptCommand({ KeyId: one, Plaintext: TEXT, EncryptionContext: { at: 'here' } }),
    );
    const move = async (name: string, statements: object[], DestinationKeyId: string) => {
      const user = await world.user(name, { allow: statements });
      const call = user.kms.send(
        new ReEncryptCommand({
          CiphertextBlob,
          SourceEncryptionContext: { at: 'here' },
          DestinationKeyId,
          DestinationEncryptionContext: { at: 'there' },
        }),
      );
      return call.then(
        () => 'moved',
        (error: Error) => error.name,
      );
    };
    const only = (key: string, value: string) => ({ Condition: { StringEquals: { [key]: value } } });
    const at = (value: string) => only('kms:EncryptionContext:at', value);
    const same = (value: string) => ({ Condition: { Bool: { 'kms:ReEncryptOnSameKey': value } } });
    const from = (rest: object = {}) => statement('kms:ReEncryptFrom', rest);
    const to = (rest: object = {}) => statement('kms:ReEncryptTo', rest);
    const cases: readonly [object[], string, boolean][] = [
      [[from(), to()], two, true],
      [[from()], two, false],
      [[to()], two, false],
      [[from(at('here')), to(at('there'))], two, true],
      [[from(at('there')), to(at('there'))], two, false],
      [[from(at('here')), to(at('here'))], two, false],
      [[from(same('false')), to(same('false'))], two, true],
      [[from(same('true')), to()], two, false],
      [[from(), to(same('true'))], two, false],
      [[from(same('true')), to(same('true'))], one, true],
      [[from(same('false')), to()], one, false],
      [[from(), to(same('false'))], one, false],
    ];
    for (const [index, [statements, destination, allowed]] of cases.entries()) {
      const outcome = await move(`user-${index}`, statements, destination);
      assert.equal(outcome, allowed ? 'moved' : 'AccessDeniedException', JSON.stringify(statements));
    }
  });

  test('context is encoded without ambiguity', () => {
    const context = fc.dictionary(fc.string({ maxLength: 4 }), fc.string({ maxLength: 4 }), { maxKeys: 4 });
    const normal = (pairs: Record<string, string>) => JSON.stringify(Object.entries(pairs).sort());
    fc.assert(
      fc.property(context, context, (one, other) => {
        const equal = encodeEncryptionContext(one).equals(encodeEncryptionContext(other));
        assert.equal(equal, normal(one) === normal(other));
        const reversed = Object.fromEntries(Object.entries(one).reverse());
        assert.ok(encodeEncryptionContext(one).equals(encodeEncryptionContext(reversed)));
      }),
      { numRuns: 500 },
    );
  });
});

describe('data keys', () => {
  test('come plain and wrapped, or wrapped only', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const EncryptionContext = { volume: 'v' };
    for (const [input, bytes] of [
      [{ KeySpec: 'AES_128' }, 16],
      [{ KeySpec: 'AES_256' }, 32],
      [{ NumberOfBytes: 64 }, 64],
    ] as const) {
      const made = await kms.send(new GenerateDataKeyCommand({ KeyId, EncryptionContext, ...input }));
      assert.equal(made.Plaintext!.length, bytes);
      const { CiphertextBlob } = made;
      const opened = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
      assert.deepEqual(opened.Plaintext, made.Plaintext);
      assert.equal(opened.KeyMaterialId, made.KeyMaterialId);
      const wrapped = await kms.send(
        new GenerateDataKeyWithoutPlaintextCommand({ KeyId, EncryptionContext, ...input }),
      );
      assert.equal('Plaintext' in wrapped, false);
      const late = await kms.send(
        new DecryptCommand({ CiphertextBlob: wrapped.CiphertextBlob, EncryptionContext }),
      );
      assert.equal(late.Plaintext!.length, bytes);
    }
    for (const input of [{}, { KeySpec: 'AES_128', NumberOfBytes: 16 }] as const) {
      assert.deepEqual(await refusal(kms.send(new GenerateDataKeyCommand({ KeyId, ...input }))), {
        code: 'ValidationException',
        message: 'Please specify either number of bytes or key spec.',
        status: 400,
      });
    }
  });

  test('of no length, of two, or of a pair that is not here are refused to whomever, before rights are asked', async (t) => {
    const world = await kmsWorld(t);
    const KeyId = await world.key();
    const { kms } = await world.user('stranger');
    for (const input of [{ KeyId }, { KeyId, KeySpec: 'AES_128', NumberOfBytes: 16 }] as const)
      for (const Command of [GenerateDataKeyCommand, GenerateDataKeyWithoutPlaintextCommand])
        assert.equal((await refusal(kms.send(new Command(input)))).code, 'ValidationException');
    const pair = { KeyId, KeyPairSpec: 'SM2' } as const;
    for (const Command of [GenerateDataKeyPairCommand, GenerateDataKeyPairWithoutPlaintextCommand])
      assert.deepEqual(await refusal(kms.send(new Command(pair))), {
        code: 'UnsupportedOperationException',
        message: 'KeyPairSpec SM2 is not supported in this Region.',
        status: 400,
      });
  });

  test('come as pairs too, whose private half is wrapped', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    for (const KeyPairSpec of [
      'RSA_2048',
      'ECC_NIST_P256',
      'ECC_SECG_P256K1',
      'ECC_NIST_EDWARDS25519',
    ] as const) {
      const pair = await kms.send(new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec }));
      const der = Buffer.from(pair.PrivateKeyPlaintext!);
      const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
      const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
      assert.deepEqual(Buffer.from(pair.PublicKey!), publicKey);
      const opened = await kms.send(new DecryptCommand({ CiphertextBlob: pair.PrivateKeyCiphertextBlob }));
      assert.deepEqual(Buffer.from(opened.Plaintext!), der);
    }
    const bare = await kms.send(
      new GenerateDataKeyPairWithoutPlaintextCommand({ KeyId, KeyPairSpec: 'ECC_NIST_P384' }),
    );
    assert.equal('PrivateKeyPlaintext' in bare, false);
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob: bare.PrivateKeyCiphertextBlob }));
    const key = { key: Buffer.from(opened.Plaintext!), format: 'der', type: 'pkcs8' } as const;
    assert.equal(createPrivateKey(key).asymmetricKeyDetails?.namedCurve, 'secp384r1');
  });

  test('come from symmetric keys only', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
    const { code } = await refusal(kms.send(new GenerateDataKeyCommand({ KeyId, NumberOfBytes: 16 })));
    assert.equal(code, 'InvalidKeyUsageException');
  });
});

test('an enclave that is to be the only recipient is refused by name', async (t) => {
  const world = await kmsWorld(t);
  const kms = await world.kms();
  const KeyId = await world.key();
  const agreement = await world.key({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' });
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: TEXT }));
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: agreement }));
  const Recipient = {
    KeyEncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
    AttestationDocument: Buffer.from('document'),
  } as const;
  for (const command of [
    new DecryptCommand({ CiphertextBlob, Recipient }),
    new GenerateDataKeyCommand({ KeyId, NumberOfBytes: 1, Recipient }),
    new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec: 'ECC_NIST_P256', Recipient }),
    new GenerateRandomCommand({ NumberOfBytes: 1, Recipient }),
    new DeriveSharedSecretCommand({ KeyId: agreement, KeyAgreementAlgorithm: 'ECDH', PublicKey, Recipient }),
  ])
    assert.deepEqual(await refusal(kms.send(command as DecryptCommand)), {
      code: 'UnsupportedOperationException',
      message: 'Recipient: attestation documents of Nitro enclaves are not served here.',
      status: 400,
    });
});

test('random bytes are as many as asked for', async (t) => {
  const world = await kmsWorld(t);
  const kms = await world.kms();
  const { Plaintext } = await kms.send(new GenerateRandomCommand({ NumberOfBytes: 1024 }));
  assert.equal(Plaintext!.length, 1024);
  assert.ok(new Set(Plaintext).size > 200);
  assert.equal(
    (await refusal(kms.send(new GenerateRandomCommand({})))).message,
    'NumberOfBytes is required.',
  );
  const CustomKeyStoreId = 'cks-1234567890abcdef0';
  const elsewhere = await refusal(
    kms.send(new GenerateRandomCommand({ NumberOfBytes: 1, CustomKeyStoreId })),
  );
  assert.equal(elsewhere.code, 'CustomKeyStoreNotFoundException');
});

describe('RSA encryption', () => {
  test('is what OpenSSL does with the public key, in both directions', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
    const key = await publicKeyOf(kms, KeyId);
    for (const [EncryptionAlgorithm, oaepHash, most] of [
      ['RSAES_OAEP_SHA_1', 'sha1', 214],
      ['RSAES_OAEP_SHA_256', 'sha256', 190],
    ] as const) {
      const outside = publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, TEXT);
      const inside = await kms.send(new EncryptCommand({ KeyId, Plaintext: TEXT, EncryptionAlgorithm }));
      for (const CiphertextBlob of [outside, inside.CiphertextBlob!]) {
        const opened = await kms.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionAlgorithm }));
        assert.deepEqual(Buffer.from(opened.Plaintext!), TEXT);
        assert.equal(opened.KeyMaterialId, undefined);
      }
      const encrypting = (bytes: number) =>
        kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.alloc(bytes), EncryptionAlgorithm }));
      assert.ok((await encrypting(most)).CiphertextBlob);
      assert.equal((await refusal(encrypting(most + 1))).code, 'ValidationException');
    }
    const symmetric = await refusal(kms.send(new EncryptCommand({ KeyId, Plaintext: TEXT })));
    assert.deepEqual(symmetric, {
      code: 'InvalidKeyUsageException',
      message: 'Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.',
      status: 400,
    });
  });
});

interface Signing {
  readonly spec: CreateKeyCommandInput['KeySpec'];
  readonly algorithms: readonly string[];
  readonly digest: boolean;
}

const RSA = ['PSS', 'PKCS1_V1_5'].flatMap((scheme) =>
  [256, 384, 512].map((bits) => `RSASSA_${scheme}_SHA_${bits}`),
);

const SIGNING: readonly Signing[] = [
  { spec: 'RSA_2048', algorithms: RSA, digest: true },
  { spec: 'ECC_NIST_P256', algorithms: ['ECDSA_SHA_256'], digest: true },
  { spec: 'ECC_NIST_P384', algorithms: ['ECDSA_SHA_384'], digest: true },
  { spec: 'ECC_NIST_P521', algorithms: ['ECDSA_SHA_512'], digest: true },
  { spec: 'ECC_SECG_P256K1', algorithms: ['ECDSA_SHA_256'], digest: true },
  { spec: 'ECC_NIST_EDWARDS25519', algorithms: ['ED25519_SHA_512'], digest: false },
];

describe('signatures', () => {
  test('of newer specs are of keys that have no CustomerMasterKeySpec', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    for (const KeySpec of ['ECC_NIST_P256', 'ECC_NIST_EDWARDS25519', 'ML_DSA_44'] as const) {
      const KeyId = await world.key({ KeySpec, KeyUsage: 'SIGN_VERIFY' });
      const former = KeySpec === 'ECC_NIST_P256' ? KeySpec : undefined;
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
      assert.deepEqual([KeyMetadata!.KeySpec, KeyMetadata!.CustomerMasterKeySpec], [KeySpec, former]);
      const shown = await kms.send(new GetPublicKeyCommand({ KeyId }));
      assert.deepEqual([shown.KeySpec, shown.CustomerMasterKeySpec], [KeySpec, former]);
    }
  });

  for (const { spec, algorithms, digest } of SIGNING) {
    const over = digest ? 'and digests' : 'only';
    test(`under ${spec} are those of OpenSSL, over messages ${over}`, async (t) => {
      const world = await kmsWorld(t);
      const kms = await world.kms();
      const KeyId = await world.key({ KeySpec: spec, KeyUsage: 'SIGN_VERIFY' });
      const publicKey = await publicKeyOf(kms, KeyId);
      for (const name of algorithms) {
        const SigningAlgorithm = name as 'ECDSA_SHA_256';
        const bits = digest ? Number(name.slice(-3)) : 0;
        const options = {
          key: publicKey,
          ...(name.includes('PSS') && {
            padding: constants.RSA_PKCS1_PSS_PADDING,
            saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
          }),
        };
        const forms = [
          { Message: TEXT, MessageType: 'RAW' },
          ...(digest ? [{ Message: digestOf(bits), MessageType: 'DIGEST' }] : []),
        ] as { Message: Buffer; MessageType: 'RAW' | 'DIGEST' }[];
        for (const made of forms) {
          const { Signature } = await kms.send(new SignCommand({ KeyId, SigningAlgorithm, ...made }));
          assert.ok(
            verify(digest ? `sha${bits}` : null, TEXT, options, Signature!),
            `${name} ${made.MessageType}`,
          );
          for (const checked of forms) {
            const verified = await kms.send(
              new VerifyCommand({ KeyId, SigningAlgorithm, Signature, ...checked }),
            );
            assert.equal(verified.SignatureValid, true);
          }
          for (const [what, forged] of forgeriesOf(Signature!)) {
            for (const checked of forms) {
              const verifying = kms.send(
                new VerifyCommand({ KeyId, SigningAlgorithm, Signature: forged, ...checked }),
              );
              const { code } = await refusal(verifying);
              assert.equal(code, 'KMSInvalidSignatureException', `${name} ${what}`);
            }
          }
        }
      }
    });
  }

  test('refuse digests of the wrong length and message types that do not fit', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    const input = { KeyId, SigningAlgorithm: 'ECDSA_SHA_256', MessageType: 'DIGEST' } as const;
    const digestIs = (algorithm: string) => `Digest is invalid length for algorithm ${algorithm}.`;
    const { message } = await refusal(kms.send(new SignCommand({ ...input, Message: digestOf(384) })));
    assert.equal(message, digestIs('ECDSA_SHA_256'));
    const wrong = await refusal(
      kms.send(new SignCommand({ KeyId, Message: TEXT, SigningAlgorithm: 'ECDSA_SHA_384' })),
    );
    assert.deepEqual(wrong, {
      code: 'InvalidKeyUsageException',
      message: 'Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256.',
      status: 400,
    });
    const edwards = await world.key({ KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' });
    const mlDsa = await world.key({ KeySpec: 'ML_DSA_44', KeyUsage: 'SIGN_VERIFY' });
    const fits = (type: string, algorithm: string) =>
      `Message type ${type} is incompatible with algorithm ${algorithm}.`;
    for (const [KeyId, SigningAlgorithm, MessageType, bytes, told] of [
      [edwards, 'ED25519_SHA_512', 'DIGEST', 64, fits('DIGEST', 'ED25519_SHA_512')],
      [edwards, 'ED25519_PH_SHA_512', 'RAW', 64, fits('RAW', 'ED25519_PH_SHA_512')],
      [edwards, 'ED25519_PH_SHA_512', 'DIGEST', 63, digestIs('ED25519_PH_SHA_512')],
      [mlDsa, 'ML_DSA_SHAKE_256', 'DIGEST', 64, fits('DIGEST', 'ML_DSA_SHAKE_256')],
      [mlDsa, 'ML_DSA_SHAKE_256', 'EXTERNAL_MU', 65, digestIs('ML_DSA_SHAKE_256')],
    ] as const) {
      const Message = Buffer.alloc(bytes, 1);
      const refused = await refusal(
        kms.send(new SignCommand({ KeyId, SigningAlgorithm, MessageType, Message })),
      );
      assert.deepEqual([refused.code, refused.message], ['ValidationException', told]);
    }
  });

  test('of Ed25519ph are over the digest of a digest', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key({ KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' });
    const input = { KeyId, SigningAlgorithm: 'ED25519_PH_SHA_512', MessageType: 'DIGEST' } as const;
    const Message = digestOf(512);
    const { Signature } = await kms.send(new SignCommand({ ...input, Message }));
    const { x } = (await publicKeyOf(kms, KeyId)).export({ format: 'jwk' });
    assert.ok(ed25519ph.verify(Signature!, Message, Buffer.from(x!, 'base64url')));
    assert.ok((await kms.send(new VerifyCommand({ ...input, Message, Signature }))).SignatureValid);
    for (const [what, forged] of forgeriesOf(Signature!)) {
      const { code } = await refusal(kms.send(new VerifyCommand({ ...input, Message, Signature: forged })));
      assert.equal(code, 'KMSInvalidSignatureException', what);
    }
    const other = new VerifyCommand({ ...input, Message: Buffer.alloc(64), Signature });
    assert.equal((await refusal(kms.send(other))).code, 'KMSInvalidSignatureException');
  });
});

describe('message authentication codes', () => {
  for (const bits of [224, 256, 384, 512] as const) {
    test(`HMAC_${bits} verify, and changed ones do not`, async (t) => {
      const world = await kmsWorld(t);
      const kms = await world.kms();
      const KeyId = await world.key({ KeySpec: `HMAC_${bits}`, KeyUsage: 'GENERATE_VERIFY_MAC' });
      const input = { KeyId, Message: TEXT, MacAlgorithm: `HMAC_SHA_${bits}` } as const;
      const { Mac } = await kms.send(new GenerateMacCommand(input));
      assert.equal(Mac!.length, bits / 8);
      const again = await kms.send(new GenerateMacCommand(input));
      assert.deepEqual(again.Mac, Mac);
      assert.equal((await kms.send(new VerifyMacCommand({ ...input, Mac }))).MacValid, true);
      for (const [what, forged] of forgeriesOf(Mac!)) {
        const { code } = await refusal(kms.send(new VerifyMacCommand({ ...input, Mac: forged })));
        assert.equal(code, 'KMSInvalidMacException', what);
      }
    });
  }
});

test('shared secrets are agreed with the holder of another key on the curve', async (t) => {
  const world = await kmsWorld(t);
  const kms = await world.kms();
  for (const [KeySpec, namedCurve] of [
    ['ECC_NIST_P256', 'prime256v1'],
    ['ECC_NIST_P384', 'secp384r1'],
    ['ECC_NIST_P521', 'secp521r1'],
  ] as const) {
    const KeyId = await world.key({ KeySpec, KeyUsage: 'KEY_AGREEMENT' });
    const peer = generateKeyPairSync('ec', { namedCurve });
    const PublicKey = peer.publicKey.export({ type: 'spki', format: 'der' });
    const input = { KeyId, KeyAgreementAlgorithm: 'ECDH' } as const;
    const derived = await kms.send(new DeriveSharedSecretCommand({ ...input, PublicKey }));
    const { SharedSecret, $metadata, ...told } = derived;
    assert.deepEqual(told, { KeyId, KeyAgreementAlgorithm: 'ECDH', KeyOrigin: 'AWS_KMS' });
    const publicKey = await publicKeyOf(kms, KeyId);
    assert.deepEqual(Buffer.from(SharedSecret!), diffieHellman({ privateKey: peer.privateKey, publicKey }));
    const elsewhere = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey;
    const foreign = elsewhere.export({ type: 'spki', format: 'der' });
    const refused = refusal(kms.send(new DeriveSharedSecretCommand({ ...input, PublicKey: foreign })));
    assert.equal((await refused).code, 'ValidationException');
  }
});

test('a key does what it was made for and nothing else', async (t) => {
  const world = await kmsWorld(t);
  const kms = await world.kms();
  const mac = await world.key({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
  const { code, message } = await refusal(kms.send(new EncryptCommand({ KeyId: mac, Plaintext: TEXT })));
  assert.deepEqual(
    [code, message],
    ['InvalidKeyUsageException', `${mac} key usage is GENERATE_VERIFY_MAC which is not valid for Encrypt.`],
  );
  const symmetric = await world.key();
  const publicKey = await refusal(kms.send(new GetPublicKeyCommand({ KeyId: symmetric })));
  assert.equal(publicKey.code, 'UnsupportedOperationException');
});

test('a dry run answers that it would have succeeded, and does nothing', async (t) => {
  const world = await kmsWorld(t);
  const kms = await world.kms();
  const KeyId = await world.key();
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: TEXT }));
  const passed = {
    code: 'DryRunOperationException',
    message: 'The request would have succeeded, but the DryRun option is set.',
    status: 400,
  };
  for (const command of [
    new EncryptCommand({ KeyId, Plaintext: TEXT, DryRun: true }),
    new GenerateDataKeyCommand({ KeyId, NumberOfBytes: 1, DryRun: true }),
  ]) {
    assert.deepEqual(await refusal(kms.send(command as EncryptCommand)), passed);
  }
  const decrypting = kms.send(new DecryptCommand({ CiphertextBlob, DryRun: true }));
  assert.deepEqual(await refusal(decrypting), passed);
  const without = kms.send(
    new DecryptCommand({ KeyId, DryRun: true, DryRunModifiers: ['IGNORE_CIPHERTEXT'] }),
  );
  assert.deepEqual(await refusal(without), passed);
  const stranger = await world.user('stranger');
  const denied = stranger.kms.send(new EncryptCommand({ KeyId, Plaintext: TEXT, DryRun: true }));
  assert.equal((await refusal(denied)).code, 'AccessDeniedException');
});
