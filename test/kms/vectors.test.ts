/**
 * Published vectors, through the API: their private keys are imported. From RFC 6979 A.2 (ECDSA), RFC 8032 7.1
 * (Ed25519), RFC 5903 8.1 (ECDH) and RFC 4231 4.3 (HMAC). What has no short vectors (RSA) is compared with OpenSSL
 * on random and on damaged signatures.
 */
import assert from 'node:assert/strict';
import {
  constants,
  createDecipheriv,
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  publicEncrypt,
  sign,
  verify,
} from 'node:crypto';
import { describe, test } from 'node:test';
import {
  type CreateKeyCommandInput,
  DeriveSharedSecretCommand,
  GetParametersForImportCommand,
  ImportKeyMaterialCommand,
  type KMSClient,
  SignCommand,
  VerifyCommand,
} from '@aws-sdk/client-kms';
import fc from 'fast-check';
import { systemEntropy } from '../../src/platform/node/index.ts';
import { open, readHeader, seal } from '../../src/services/kms/crypto/ciphertext.ts';
import { encodeEncryptionContext } from '../../src/services/kms/crypto/encryption-context.ts';
import { macOf } from '../../src/services/kms/crypto/mac.ts';
import { signMessage, verifyMessage } from '../../src/services/kms/crypto/signing.ts';
import { type KmsWorld, kmsWorld } from '../worlds/kms.ts';
import { refusal } from '../worlds/server.ts';
import { CURVES } from './curves.ts';

const base64url = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex').toString('base64url');

/** A KMS key that is the given private key. */
async function imported(world: KmsWorld, kms: KMSClient, input: CreateKeyCommandInput, jwk: object) {
  const KeyId = await world.key({ ...input, Origin: 'EXTERNAL' });
  const { ImportToken, PublicKey } = await kms.send(
    new GetParametersForImportCommand({
      KeyId,
      WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
      WrappingKeySpec: 'RSA_3072',
    }),
  );
  const wrapping = createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' });
  const EncryptedKeyMaterial = publicEncrypt(
    { key: wrapping, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    createPrivateKey({ key: jwk as never, format: 'jwk' }).export({ type: 'pkcs8', format: 'der' }),
  );
  await kms.send(
    new ImportKeyMaterialCommand({
      KeyId,
      ImportToken,
      EncryptedKeyMaterial,
      ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
    }),
  );
  return KeyId;
}

interface EcdsaVector {
  readonly source: string;
  readonly spec: NonNullable<CreateKeyCommandInput['KeySpec']>;
  readonly crv: string;
  readonly bits: 256 | 384 | 512;
  readonly d: string;
  readonly x: string;
  readonly y: string;
  readonly message: string;
  readonly r: string;
  readonly s: string;
}

const ECDSA: readonly EcdsaVector[] = [
  {
    source: 'RFC 6979 A.2.5',
    spec: 'ECC_NIST_P256',
    crv: 'P-256',
    bits: 256,
    d: 'c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721',
    x: '60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6',
    y: '7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299',
    message: 'sample',
    r: 'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716',
    s: 'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
  },
  {
    source: 'RFC 6979 A.2.6',
    spec: 'ECC_NIST_P384',
    crv: 'P-384',
    bits: 384,
    d: '6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d8 96d5724e4c70a825f872c9ea60d2edf5',
    x: 'ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64 def8f0ea9055866064a254515480bc13',
    y: '8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1 288b231c3ae0d4fe7344fd2533264720',
    message: 'sample',
    r: '94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c 81a648152e44acf96e36dd1e80fabe46',
    s: '99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94f a329c145786e679e7b82c71a38628ac8',
  },
  {
    source: 'RFC 6979 A.2.7',
    spec: 'ECC_NIST_P521',
    crv: 'P-521',
    bits: 512,
    d: '00fad06daa62ba3b25d2fb40133da757205de67f5bb0018fee8c86e1b68c7e75 caa896eb32f1f47c70855836a6d16fcc1466f6d8fbec67db89ec0c08b0e996b8 3538',
    x: '01894550d0785932e00eaa23b694f213f8c3121f86dc97a04e5a7167db4e5bcd 371123d46e45db6b5d5370a7f20fb633155d38ffa16d2bd761dcac474b9a2f50 23a4',
    y: '00493101c962cd4d2fddf782285e64584139c2f91b47f87ff82354d6630f746a 28a0db25741b5b34a828008b22acc23f924faafbd4d33f81ea66956dfeaa2bfd fcf5',
    message: 'sample',
    r: '00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f 174e25a1ee9017b5d450606add152b534931d7d4e8455cc91f9b15bf05ec36e3 77fa',
    s: '00617cce7cf5064806c467f678d3b4080d6f1cc50af26ca209417308281b68af 282623eaa63e5b5c0723d8b8c37ff0777b1a20f8ccb1dccc43997f1ee0e44da4 a67a',
  },
];

/** DER of a signature, as FIPS 186-5 and X9.62 have it. */
function der(r: string, s: string): Buffer {
  const integer = (text: string) => {
    const digits = text.replaceAll(' ', '').replace(/^(00)+/, '');
    const bytes = Buffer.from(digits, 'hex');
    const content = bytes[0]! & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
    return Buffer.concat([Buffer.of(2, content.length), content]);
  };
  const body = Buffer.concat([integer(r), integer(s)]);
  const length = body.length < 128 ? Buffer.of(body.length) : Buffer.of(0x81, body.length);
  return Buffer.concat([Buffer.of(0x30), length, body]);
}

describe('published vectors', () => {
  for (const { source, spec, crv, bits, d, x, y, message, r, s } of ECDSA) {
    test(`${source}: ECDSA on ${crv}, over the message and over its digest`, async (t) => {
      const world = await kmsWorld(t);
      const kms = await world.kms();
      const jwk = { kty: 'EC', crv, d: base64url(d), x: base64url(x), y: base64url(y) };
      const KeyId = await imported(world, kms, { KeySpec: spec, KeyUsage: 'SIGN_VERIFY' }, jwk);
      const SigningAlgorithm = `ECDSA_SHA_${bits}` as 'ECDSA_SHA_256';
      const Signature = der(r, s);
      const digest = createHash(`sha${bits}`).update(message).digest();
      for (const form of [
        { Message: Buffer.from(message), MessageType: 'RAW' },
        { Message: digest, MessageType: 'DIGEST' },
      ] as const) {
        const input = { KeyId, SigningAlgorithm, ...form };
        assert.ok((await kms.send(new VerifyCommand({ ...input, Signature }))).SignatureValid);
        const swapped = await refusal(kms.send(new VerifyCommand({ ...input, Signature: der(s, r) })));
        assert.equal(swapped.code, 'KMSInvalidSignatureException');
      }
    });
  }

  test('RFC 8032 7.1, test 2: Ed25519, which has one signature for each message', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const jwk = {
      kty: 'OKP',
      crv: 'Ed25519',
      d: base64url('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'),
      x: base64url('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'),
    };
    const input = { KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' } as const;
    const KeyId = await imported(world, kms, input, jwk);
    const { Signature } = await kms.send(
      new SignCommand({ KeyId, Message: Buffer.of(0x72), SigningAlgorithm: 'ED25519_SHA_512' }),
    );
    assert.equal(
      Buffer.from(Signature!).toString('hex'),
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
        '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    );
  });

  test('RFC 5903 8.1: ECDH on P-256', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      d: base64url('c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433'),
      x: base64url('dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c3772581180'),
      y: base64url('5271a0461cdb8252d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3'),
    };
    const KeyId = await imported(world, kms, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' }, jwk);
    const peer = createPublicKey({
      key: {
        kty: 'EC',
        crv: 'P-256',
        x: base64url('d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf63'),
        y: base64url('56fbf3ca366cc23e8157854c13c58d6aac23f046ada30f8353e74f33039872ab'),
      },
      format: 'jwk',
    });
    const { SharedSecret } = await kms.send(
      new DeriveSharedSecretCommand({
        KeyId,
        KeyAgreementAlgorithm: 'ECDH',
        PublicKey: peer.export({ type: 'spki', format: 'der' }),
      }),
    );
    assert.equal(
      Buffer.from(SharedSecret!).toString('hex'),
      'd6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de',
    );
  });

  test('RFC 4231, test case 2: HMAC with each SHA-2', () => {
    // The key is shorter than any that KMS makes or imports, so the function under the operation is asked.
    const key = createSecretKey(Buffer.from('Jefe'));
    const message = Buffer.from('what do ya want for nothing?');
    const expected = {
      224: 'a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44',
      256: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
      384: 'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649',
      512: '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
    };
    for (const [bits, mac] of Object.entries(expected)) {
      assert.equal(macOf(key, `HMAC_SHA_${bits}`, message).toString('hex'), mac);
    }
  });
});

describe('signatures over digests, beside OpenSSL', () => {
  const entropy = systemEntropy();
  const CASES: readonly [string, KeyObject, KeyObject, string, number][] = [
    ...CURVES.map(({ namedCurve, keySpec, bits }) => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
      return [keySpec, privateKey, publicKey, `ECDSA_SHA_${bits}`, bits] as [
        string,
        KeyObject,
        KeyObject,
        string,
        number,
      ];
    }),
    ...['PSS', 'PKCS1_V1_5'].map((scheme) => {
      const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      return ['RSA_2048', privateKey, publicKey, `RSASSA_${scheme}_SHA_384`, 384] as [
        string,
        KeyObject,
        KeyObject,
        string,
        number,
      ];
    }),
  ];
  for (const [keySpec, privateKey, publicKey, algorithm, bits] of CASES) {
    test(`${algorithm} under ${keySpec}: sound ones pass, and damaged ones fail, on both sides alike`, async () => {
      const digestName = `sha${bits}`;
      const options = algorithm.includes('PSS')
        ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
        : {};
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ minLength: 1, maxLength: 40 }),
          fc.boolean(),
          fc.option(
            fc.record({ at: fc.nat(600), flip: fc.integer({ min: 1, max: 255 }), cut: fc.boolean() }),
          ),
          async (text, ours, damage) => {
            const digest = createHash(digestName).update(text).digest();
            const message = { bytes: digest, type: 'DIGEST', algorithm } as Parameters<typeof signMessage>[3];
            let signature = Buffer.from(
              ours
                ? await signMessage(entropy, { keySpec }, privateKey, message)
                : sign(digestName, text, { key: privateKey, ...options }),
            );
            if (damage) {
              const at = damage.at % signature.length;
              if (damage.cut) signature = signature.subarray(0, at);
              else signature[at]! ^= damage.flip;
            }
            const byOpenssl = verify(digestName, text, { key: publicKey, ...options }, signature);
            assert.equal(await verifyMessage({ keySpec }, publicKey, message, signature), byOpenssl);
            assert.equal(byOpenssl, damage === null);
          },
        ),
        { numRuns: 60 },
      );
      // A sound signature says nothing of another digest.
      const digestOf = (text: string) => createHash(digestName).update(text).digest();
      const about = (text: string) =>
        ({ bytes: digestOf(text), type: 'DIGEST', algorithm }) as Parameters<typeof signMessage>[3];
      const signature = Buffer.from(await signMessage(entropy, { keySpec }, privateKey, about('one')));
      assert.equal(await verifyMessage({ keySpec }, publicKey, about('one'), signature), true);
      assert.equal(await verifyMessage({ keySpec }, publicKey, about('two'), signature), false);
    });
  }
});

/** Points that verification adds are one another, or cancel each other out. */
test('the least and the greatest private keys of a curve verify as others do', async () => {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const about = (text: string) =>
    ({ bytes: digest(text), type: 'DIGEST', algorithm: 'ECDSA_SHA_256' }) as Parameters<
      typeof signMessage
    >[3];
  for (const { namedCurve, crv, keySpec, order } of CURVES) {
    const n = BigInt(`0x${order}`);
    for (const scalar of [1n, 2n, n - 2n, n - 1n]) {
      const secret = Buffer.from(scalar.toString(16).padStart(order.length, '0'), 'hex');
      const ecdh = createECDH(namedCurve);
      ecdh.setPrivateKey(secret);
      const point = ecdh.getPublicKey().subarray(1);
      const [x, y] = [point.subarray(0, point.length / 2), point.subarray(point.length / 2)];
      const [d, ...at] = [secret, x, y].map((bytes) => bytes.toString('base64url'));
      const jwk = { kty: 'EC', crv, d, x: at[0], y: at[1] };
      const privateKey = createPrivateKey({ key: jwk as never, format: 'jwk' });
      const publicKey = createPublicKey(privateKey);
      for (const signature of [
        sign('sha256', Buffer.from('text'), privateKey),
        await signMessage(systemEntropy(), { keySpec }, privateKey, about('text')),
      ]) {
        assert.equal(verify('sha256', Buffer.from('text'), publicKey, signature), true);
        assert.equal(await verifyMessage({ keySpec }, publicKey, about('text'), signature), true);
        assert.equal(await verifyMessage({ keySpec }, publicKey, about('other'), signature), false);
      }
    }
  }
});

/** https://www.rfc-editor.org/rfc/rfc8032#section-7.3 */
test('the signature of Ed25519ph in RFC 8032', async () => {
  const bytesOf = (hex: string) => Buffer.from(hex, 'hex');
  const d = bytesOf('833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42');
  const x = bytesOf('ec172b93ad5e563f4932c70e1245034c35467ef2efd4d64ebf819683467e2bf4');
  const expected =
    '98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41' +
    '31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406';
  const jwk = { kty: 'OKP', crv: 'Ed25519', d: d.toString('base64url'), x: x.toString('base64url') };
  const privateKey = createPrivateKey({ key: jwk as never, format: 'jwk' });
  const keySpec = 'ECC_NIST_EDWARDS25519';
  const message = { bytes: Buffer.from('abc'), type: 'DIGEST', algorithm: 'ED25519_PH_SHA_512' } as const;
  const signature = await signMessage(systemEntropy(), { keySpec }, privateKey, message);
  assert.equal(Buffer.from(signature).toString('hex'), expected);
  assert.ok(await verifyMessage({ keySpec }, createPublicKey(privateKey), message, signature));
});

test('a signature whose number is written as a negative one is none', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
  const keySpec = 'ECC_SECG_P256K1';
  const algorithm = 'ECDSA_SHA_256';
  const digest = createHash('sha256').update('text').digest();
  const message = { bytes: digest, type: 'DIGEST', algorithm } as Parameters<typeof signMessage>[3];
  // SEQUENCE, length, INTEGER, 33, and a zero that keeps what follows positive: half of all signatures begin so.
  let signature: Buffer;
  do signature = Buffer.from(await signMessage(systemEntropy(), { keySpec }, privateKey, message));
  while (signature[3] !== 33);
  assert.equal(await verifyMessage({ keySpec }, publicKey, message, signature), true);
  const negative = Buffer.concat([
    Buffer.from([0x30, (signature[1] as number) - 1, 0x02, 32]),
    signature.subarray(5),
  ]);
  assert.equal(await verifyMessage({ keySpec }, publicKey, message, negative), false);
});

test('a ciphertext blob is laid out as ciphertext.ts says: OpenSSL opens it by that alone', () => {
  const secret = createSecretKey(Buffer.alloc(32, 9));
  const header = {
    account: '012345678901',
    keyId: '12345678-9abc-4def-8123-456789abcdef',
    materialId: 'ab'.repeat(32),
  };
  const context = { purpose: 'test' };
  const text = Buffer.from('attack at dawn');
  const blob = Buffer.from(seal(systemEntropy(), secret, header, context, text));
  assert.deepEqual(readHeader(blob), header);
  assert.equal(
    blob.subarray(0, 56).toString('hex'),
    `01000002dfdc1c35123456789abc4def8123456789abcdef${header.materialId}`,
  );
  const decipher = createDecipheriv('aes-256-gcm', secret, blob.subarray(56, 68));
  decipher.setAAD(Buffer.concat([blob.subarray(0, 56), encodeEncryptionContext(context)]));
  decipher.setAuthTag(blob.subarray(-16));
  assert.deepEqual(Buffer.concat([decipher.update(blob.subarray(68, -16)), decipher.final()]), text);
  assert.deepEqual(Buffer.from(open(secret, blob, context)), text);
  const multiRegion = { ...header, keyId: `mrk-${'0f'.repeat(16)}` };
  assert.deepEqual(readHeader(seal(systemEntropy(), secret, multiRegion, {}, text)), multiRegion);
});
