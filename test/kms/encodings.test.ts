/**
 * Signatures that no signer makes: whoever holds the private key has encoded them against one rule of RFC 8017 or of DER, and
 * nothing else is wrong with them. OpenSSL, which checks messages, refuses what is refused over digests here.
 */
import assert from 'node:assert/strict';
import {
  constants,
  createHash,
  generateKeyPairSync,
  type KeyObject,
  privateEncrypt,
  verify,
} from 'node:crypto';
import { describe, test } from 'node:test';
import { systemEntropy } from '../../src/platform/node/index.ts';
import { signMessage, verifyMessage } from '../../src/services/kms/crypto/signing.ts';
import { CURVES } from './curves.ts';

type Message = Parameters<typeof signMessage>[3];

const TEXT = Buffer.from('attack at dawn');
const hashed = (name: string, ...parts: Uint8Array[]) =>
  createHash(name).update(Buffer.concat(parts)).digest();
const digestOf = (bits: number, text = TEXT) => hashed(`sha${bits}`, text);
const over = (algorithm: string, bits: number) =>
  ({ bytes: digestOf(bits), type: 'DIGEST', algorithm }) as Message;

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const RSA_BYTES = 256;
const raw = (encoded: Uint8Array) =>
  privateEncrypt({ key: rsa.privateKey, padding: constants.RSA_NO_PADDING }, encoded);

/** What each of the two says of a signature. */
async function verdicts(
  keySpec: string,
  publicKey: KeyObject,
  algorithm: string,
  bits: number,
  signature: Uint8Array,
): Promise<readonly [ours: boolean, openssl: boolean]> {
  const options = algorithm.includes('PSS')
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {};
  return [
    await verifyMessage({ keySpec }, publicKey, over(algorithm, bits), signature),
    verify(`sha${bits}`, TEXT, { key: publicKey, ...options }, signature),
  ];
}

interface Pss {
  readonly digest: Buffer;
  readonly salt: Buffer;
  /** What the hash is over, before the digest. */
  readonly zeros: Buffer;
  /** The block before it is masked; and the whole of what is signed. */
  readonly block: (block: Buffer) => void;
  readonly whole: (encoded: Buffer) => void;
  readonly mask: string;
}

/** EMSA-PSS-ENCODE (RFC 8017, 9.1.1), but for what is named. */
function pss(bits: number, otherwise: (salt: Buffer) => Partial<Pss>): Buffer {
  const name = `sha${bits}`;
  // An encoding with its topmost bit set is a number of the key's for some salts only.
  for (let seed = 0; ; seed++) {
    const own = hashed(name, Buffer.of(seed));
    const {
      digest = digestOf(bits),
      salt = own,
      zeros = Buffer.alloc(8),
      mask = name,
      ...change
    } = otherwise(own);
    const h = hashed(name, zeros, digest, salt);
    const block = Buffer.alloc(RSA_BYTES - h.length - 1);
    block[block.length - salt.length - 1] = 1;
    salt.copy(block, block.length - salt.length);
    change.block?.(block);
    let stream = Buffer.alloc(0);
    for (let count = 0; stream.length < block.length; count++)
      stream = Buffer.concat([stream, hashed(mask, h, Buffer.of(0, 0, 0, count))]);
    for (let at = 0; at < block.length; at++) block[at]! ^= stream[at]!;
    block[0]! &= 0x7f;
    const encoded = Buffer.concat([block, h, Buffer.of(0xbc)]);
    change.whole?.(encoded);
    try {
      return raw(encoded);
    } catch (error) {
      if (seed === 255) throw error;
    }
  }
}

const at = (index: number, value: number) => (bytes: Buffer) => {
  bytes[index < 0 ? bytes.length + index : index] = value;
};

const flipping = (index: number, bits: number) => (bytes: Buffer) => {
  bytes[index]! ^= bits;
};

/** Between the beginning of the block and the salt are zeros, the last of which is a one. */
function pssDefects(bits: number): Record<string, (salt: Buffer) => Partial<Pss>> {
  const saltBytes = bits / 8;
  const separator = -saltBytes - 1;
  const defects: Record<string, (salt: Buffer) => Partial<Pss>> = {
    'no separator': () => ({ block: at(separator, 0) }),
    'another separator': () => ({ block: at(separator, 2) }),
    'a separator with a bit more': () => ({ block: at(separator, 0x81) }),
    'a salt that is a byte shorter': (salt) => ({ salt: salt.subarray(1) }),
    'a salt that is a byte longer': (salt) => ({ salt: Buffer.concat([Buffer.of(7), salt]) }),
    'no salt': () => ({ salt: Buffer.alloc(0) }),
    'another trailer': () => ({ whole: at(-1, 0xbb) }),
    'the trailer of another standard': () => ({ whole: at(-1, 0xcc) }),
    'the topmost bit set': () => ({ whole: flipping(0, 0x80) }),
    'the digest of another message': () => ({ digest: digestOf(bits, Buffer.from('other')) }),
    'no zeros before the digest': () => ({ zeros: Buffer.alloc(0) }),
    'ones before the digest': () => ({ zeros: Buffer.alloc(8, 1) }),
    'a mask of another hash': () => ({ mask: 'sha1' }),
  };
  const last = RSA_BYTES - saltBytes - 1 + separator - 1;
  for (const index of [0, 1, last >> 1, last - 1, last])
    defects[`a one in its padding at ${index}`] = () => ({ block: at(index, 1) });
  defects['padding all of ones'] = () => ({ block: (block) => void block.fill(1, 0, last + 1) });
  return defects;
}

/** DER of DigestInfo up to the digest (RFC 8017, 9.2, note 1). */
const INFO: Readonly<Record<number, string>> = {
  256: '3031300d060960864801650304020105000420',
  384: '3041300d060960864801650304020205000430',
  512: '3051300d060960864801650304020305000440',
};

/** EMSA-PKCS1-v1_5-ENCODE (RFC 8017, 9.2) of these parts. */
function pkcs1(
  content: Buffer,
  { begin = '0001', byte = 0xff, end = '00', more = Buffer.alloc(0) } = {},
): Buffer {
  const [head, tail] = [Buffer.from(begin, 'hex'), Buffer.from(end, 'hex')];
  const padding = Buffer.alloc(RSA_BYTES - head.length - tail.length - content.length - more.length, byte);
  return Buffer.concat([head, padding, tail, content, more]);
}

function pkcs1Defects(bits: number): Record<string, Buffer> {
  const info = Buffer.from(INFO[bits]!, 'hex');
  const digest = digestOf(bits);
  const content = Buffer.concat([info, digest]);
  const changed = (change: (encoded: Buffer) => void) => {
    const encoded = pkcs1(content);
    change(encoded);
    return encoded;
  };
  const other = bits === 256 ? 384 : 256;
  return {
    'a first byte that is not zero': changed(at(0, 1)),
    'the block type of encryption': pkcs1(content, { begin: '0002' }),
    'the block type of no padding': pkcs1(content, { begin: '0000', byte: 0 }),
    'no separator': pkcs1(content, { end: 'ff' }),
    'a padding byte that is not of ones': changed(at(20, 0xfe)),
    'eight bytes of padding and something after the digest': pkcs1(content, {
      more: Buffer.alloc(RSA_BYTES - 11 - content.length, 7),
    }),
    'a byte after the digest': pkcs1(content, { more: Buffer.of(0) }),
    'the digest alone': pkcs1(digest),
    'the name of another hash': pkcs1(Buffer.concat([Buffer.from(INFO[other]!, 'hex'), digest])),
    'a digest that is a byte short': pkcs1(content.subarray(0, -1)),
    'the digest of another message': pkcs1(Buffer.concat([info, digestOf(bits, Buffer.from('other'))])),
    'a last byte that is another': changed(flipping(RSA_BYTES - 1, 1)),
  };
}

describe('a signature of RSA over a digest is refused with', () => {
  for (const bits of [256, 384, 512]) {
    test(`RSASSA-PSS and SHA-${bits}: one defect of its encoding`, async () => {
      const said = (signature: Buffer) =>
        verdicts('RSA_2048', rsa.publicKey, `RSASSA_PSS_SHA_${bits}`, bits, signature);
      assert.deepEqual(await said(pss(bits, () => ({}))), [true, true]);
      for (const [defect, otherwise] of Object.entries(pssDefects(bits)))
        assert.deepEqual(await said(pss(bits, otherwise)), [false, false], defect);
    });

    test(`RSASSA-PKCS1-v1_5 and SHA-${bits}: one defect of its encoding`, async () => {
      const said = (encoded: Buffer) =>
        verdicts('RSA_2048', rsa.publicKey, `RSASSA_PKCS1_V1_5_SHA_${bits}`, bits, raw(encoded));
      assert.deepEqual(await said(pkcs1(Buffer.concat([Buffer.from(INFO[bits]!, 'hex'), digestOf(bits)]))), [
        true,
        true,
      ]);
      for (const [defect, encoded] of Object.entries(pkcs1Defects(bits)))
        assert.deepEqual(await said(encoded), [false, false], defect);
    });
  }
});

/** An element of DER; its length in the short form or, from 128 on, in the long one. */
function element(tag: number, content: Uint8Array, length?: readonly number[]): Buffer {
  const own = content.length < 0x80 ? [content.length] : [0x81, content.length];
  return Buffer.concat([Buffer.of(tag, ...(length ?? own)), content]);
}

function positive(value: bigint): Buffer {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.length % 2 ? `0${digits}` : digits, 'hex');
  return bytes[0]! & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
}

/** The two numbers of a signature that OpenSSL has made. */
function numbersOf(signature: Buffer): [r: bigint, s: bigint] {
  const start = signature[1] === 0x81 ? 3 : 2;
  const rEnd = start + 2 + signature[start + 1]!;
  const number = (bytes: Buffer) => BigInt(`0x${bytes.toString('hex')}`);
  return [number(signature.subarray(start + 2, rEnd)), number(signature.subarray(rEnd + 2))];
}

describe('a signature of ECDSA over a digest is refused with one defect of its encoding, or a number out of range', () => {
  for (const { namedCurve, keySpec, bits, order } of CURVES) {
    test(`on ${namedCurve}`, async () => {
      const n = BigInt(`0x${order}`);
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
      const algorithm = `ECDSA_SHA_${bits}`;
      const said = (signature: Uint8Array) => verdicts(keySpec, publicKey, algorithm, bits, signature);
      const sound = Buffer.from(
        await signMessage(systemEntropy(), { keySpec }, privateKey, over(algorithm, bits)),
      );
      const [r, s] = numbersOf(sound);
      const [one, two] = [element(2, positive(r)), element(2, positive(s))];
      const both = Buffer.concat([one, two]);
      const of = (first: bigint, second: bigint) =>
        element(0x30, Buffer.concat([element(2, positive(first)), element(2, positive(second))]));
      const sequence = (...parts: Uint8Array[]) => element(0x30, Buffer.concat(parts));
      const padded = (value: bigint) => element(2, Buffer.concat([Buffer.of(0), positive(value)]));

      assert.deepEqual(sound, sequence(one, two));
      assert.deepEqual(await said(sound), [true, true]);
      assert.deepEqual(await said(of(r, n - s)), [true, true], 'the other s that an ECDSA signature has');
      const defects: Record<string, Buffer> = {
        'a byte after it': Buffer.concat([sound, Buffer.of(0)]),
        'a byte after its numbers': sequence(both, Buffer.of(0)),
        'a third number': sequence(both, one),
        'one number': sequence(one),
        'no number': sequence(),
        'nothing at all': Buffer.alloc(0),
        'its tag alone': Buffer.of(0x30),
        'a tag and a length': Buffer.of(0x30, 0x81),
        'a set in place of a sequence': element(0x31, both),
        'a bit string for r': sequence(element(3, positive(r)), two),
        'a bit string for s': sequence(one, element(3, positive(s))),
        'an r without bytes': sequence(element(2, Buffer.alloc(0)), two),
        'an s without bytes': sequence(one, element(2, Buffer.alloc(0))),
        'a zero before r': sequence(padded(r), two),
        'a zero before s': sequence(one, padded(s)),
        'a length of two bytes': element(0x30, both, [0x82, 0, both.length]),
        'a length that is not told': Buffer.concat([element(0x30, both, [0x80]), Buffer.of(0, 0)]),
        'a length of r in the long form': sequence(element(2, positive(r), [0x81, positive(r).length]), two),
        'a length of s in the long form': sequence(one, element(2, positive(s), [0x81, positive(s).length])),
        'a length beyond its end': element(
          0x30,
          both,
          both.length < 0x7f ? [both.length + 1] : [0x81, both.length + 1],
        ),
        'a length before its end': element(
          0x30,
          both,
          both.length <= 0x80 ? [both.length - 1] : [0x81, both.length - 1],
        ),
        'an r of zero': of(0n, s),
        'an s of zero': of(r, 0n),
        'both of zero': of(0n, 0n),
        'the order for r': of(n, s),
        'the order for s': of(r, n),
        'the order added to r': of(r + n, s),
        'the order added to s': of(r, s + n),
        'r and s the other way round': of(s, r),
        'a one added to r': of(r + 1n, s),
        'a one added to s': of(r, s + 1n),
      };
      if (both.length < 0x80) defects['a length in the long form'] = element(0x30, both, [0x81, both.length]);
      for (const [defect, signature] of Object.entries(defects))
        assert.deepEqual(await said(signature), [false, false], defect);
      for (let length = 0; length < sound.length; length++)
        assert.deepEqual(await said(sound.subarray(0, length)), [false, false], `${length} bytes of it`);
    });
  }
});
