/**
 * ECDSA over a digest that is given, not computed. Node signs messages only (it always hashes), while KMS takes
 * MessageType DIGEST, so the arithmetic of FIPS 186-5 6.4 is done here, on curves y^2 = x^3 + ax + b over GF(p).
 *
 * Where secrets take part, the scalar multiplication is OpenSSL's and the inversion is blinded. Verification has no
 * secrets and is plain arithmetic.
 */
import { createECDH, type KeyObject } from 'node:crypto';
import type { Entropy } from '../../../platform/ports.ts';

interface Curve {
  readonly openssl: string;
  readonly p: bigint;
  readonly a: bigint;
  /** Order of the generator. */
  readonly n: bigint;
  readonly g: Point;
}

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

const hex = (text: string) => BigInt(`0x${text.replaceAll(' ', '')}`);

/** SP 800-186, 3.2.1. */
const P256: Curve = {
  openssl: 'prime256v1',
  p: hex('ffffffff00000001000000000000000000000000ffffffffffffffffffffffff'),
  a: -3n,
  n: hex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'),
  g: {
    x: hex('6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296'),
    y: hex('4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5'),
  },
};

const P384: Curve = {
  openssl: 'secp384r1',
  p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
  a: -3n,
  n: hex('ffffffffffffffffffffffffffffffffffffffffffffffff c7634d81f4372ddf581a0db248b0a77aecec196accc52973'),
  g: {
    x: hex(
      'aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b98 59f741e082542a385502f25dbf55296c3a545e3872760ab7',
    ),
    y: hex(
      '3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147c e9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f',
    ),
  },
};

const P521: Curve = {
  openssl: 'secp521r1',
  p: 2n ** 521n - 1n,
  a: -3n,
  n: hex(
    '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa 51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
  ),
  g: {
    x: hex(
      '00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dba a14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66',
    ),
    y: hex(
      '011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c 97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650',
    ),
  },
};

/** SEC 2, 2.4.1. */
const SECP256K1: Curve = {
  openssl: 'secp256k1',
  p: 2n ** 256n - 2n ** 32n - 977n,
  a: 0n,
  n: hex('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'),
  g: {
    x: hex('79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'),
    y: hex('483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8'),
  },
};

const CURVES: Readonly<Record<string, Curve>> = Object.fromEntries(
  [P256, P384, P521, SECP256K1].map((curve) => [curve.openssl, curve]),
);

export interface Signature {
  readonly r: bigint;
  readonly s: bigint;
}

export function signDigest(
  entropy: Entropy,
  privateKey: KeyObject,
  curveName: string,
  digest: Uint8Array,
): Signature {
  const curve = CURVES[curveName] as Curve;
  const { n } = curve;
  const e = leftmostBits(digest, n);
  const d = privateScalar(privateKey);
  for (;;) {
    const k = randomScalar(entropy, n);
    const r = multipliedX(curve, k) % n;
    const blind = randomScalar(entropy, n);
    const s = (inverse((k * blind) % n, n) * ((blind * e + ((blind * r) % n) * d) % n)) % n;
    if (r !== 0n && s !== 0n) return { r, s };
  }
}

export function verifyDigest(
  publicKey: KeyObject,
  curveName: string,
  digest: Uint8Array,
  signature: Signature,
): boolean {
  const curve = CURVES[curveName] as Curve;
  const { n } = curve;
  const { r, s } = signature;
  if (r <= 0n || r >= n || s <= 0n || s >= n) return false;
  const w = inverse(s, n);
  const u1 = (leftmostBits(digest, n) * w) % n;
  const u2 = (r * w) % n;
  const x = xOfSum(curve, u1, curve.g, u2, publicPoint(publicKey));
  return x !== undefined && x % n === r;
}

/** As many bits of the digest as the order has (FIPS 186-5, 6.4.1). */
function leftmostBits(digest: Uint8Array, n: bigint): bigint {
  const surplus = digest.length * 8 - n.toString(2).length;
  const value = toInteger(digest);
  return surplus > 0 ? value >> BigInt(surplus) : value;
}

/** Uniform in 1..n-1: 64 bits more than the order has keep the bias of the reduction negligible. */
function randomScalar(entropy: Entropy, n: bigint): bigint {
  const bytes = entropy.bytes(Math.ceil(n.toString(16).length / 2) + 8);
  const scalar = (toInteger(bytes) % (n - 1n)) + 1n;
  bytes.fill(0);
  return scalar;
}

/** x of k times the generator. */
function multipliedX({ openssl, n }: Curve, k: bigint): bigint {
  const size = Math.ceil(n.toString(2).length / 8);
  const ecdh = createECDH(openssl);
  ecdh.setPrivateKey(k.toString(16).padStart(size * 2, '0'), 'hex');
  const point = ecdh.getPublicKey();
  return toInteger(point.subarray(1, 1 + (point.length - 1) / 2));
}

const scalars = new WeakMap<KeyObject, bigint>();

function privateScalar(key: KeyObject): bigint {
  let scalar = scalars.get(key);
  if (scalar === undefined) {
    scalar = fromBase64url(key.export({ format: 'jwk' }).d as string);
    scalars.set(key, scalar);
  }
  return scalar;
}

function publicPoint(key: KeyObject): Point {
  const { x, y } = key.export({ format: 'jwk' });
  return { x: fromBase64url(x as string), y: fromBase64url(y as string) };
}

const toInteger = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
const fromBase64url = (text: string) => toInteger(Buffer.from(text, 'base64url'));

function modulo(value: bigint, m: bigint): bigint {
  const rest = value % m;
  return rest < 0n ? rest + m : rest;
}

/** Extended Euclid. */
function inverse(value: bigint, m: bigint): bigint {
  let [oldRest, rest] = [modulo(value, m), m];
  let [oldFactor, factor] = [1n, 0n];
  while (rest !== 0n) {
    const quotient = oldRest / rest;
    [oldRest, rest] = [rest, oldRest - quotient * rest];
    [oldFactor, factor] = [factor, oldFactor - quotient * factor];
  }
  return modulo(oldFactor, m);
}

/** Jacobian coordinates: x = X/Z^2, y = Y/Z^3; Z = 0 is the point at infinity. */
interface Jacobian {
  readonly X: bigint;
  readonly Y: bigint;
  readonly Z: bigint;
}

const INFINITY: Jacobian = { X: 1n, Y: 1n, Z: 0n };

/** The x of u1 P + u2 Q, both at once, bit by bit. */
function xOfSum(curve: Curve, u1: bigint, p: Point, u2: bigint, q: Point): bigint | undefined {
  const one = { X: p.x, Y: p.y, Z: 1n };
  const two = { X: q.x, Y: q.y, Z: 1n };
  const both = add(curve, one, two);
  let sum = INFINITY;
  const bits = Math.max(u1.toString(2).length, u2.toString(2).length);
  for (let bit = BigInt(bits - 1); bit >= 0n; bit--) {
    sum = double(curve, sum);
    const inOne = (u1 >> bit) & 1n;
    const inTwo = (u2 >> bit) & 1n;
    if (inOne && inTwo) sum = add(curve, sum, both);
    else if (inOne) sum = add(curve, sum, one);
    else if (inTwo) sum = add(curve, sum, two);
  }
  if (sum.Z === 0n) return undefined;
  const z = inverse(sum.Z, curve.p);
  return modulo(sum.X * z * z, curve.p);
}

function double({ p, a }: Curve, { X, Y, Z }: Jacobian): Jacobian {
  // No point of these curves is its own negative, so that Y is never 0.
  if (Z === 0n) return INFINITY;
  const yy = (Y * Y) % p;
  const s = (4n * X * yy) % p;
  const zz = (Z * Z) % p;
  const m = (3n * X * X + a * zz * zz) % p;
  const x = modulo(m * m - 2n * s, p);
  return { X: x, Y: modulo(m * (s - x) - 8n * yy * yy, p), Z: modulo(2n * Y * Z, p) };
}

function add(curve: Curve, one: Jacobian, two: Jacobian): Jacobian {
  const { p } = curve;
  if (one.Z === 0n) return two;
  if (two.Z === 0n) return one;
  const zz1 = (one.Z * one.Z) % p;
  const zz2 = (two.Z * two.Z) % p;
  const u1 = (one.X * zz2) % p;
  const u2 = (two.X * zz1) % p;
  const s1 = (((one.Y * zz2) % p) * two.Z) % p;
  const s2 = (((two.Y * zz1) % p) * one.Z) % p;
  const h = modulo(u2 - u1, p);
  const r = modulo(s2 - s1, p);
  if (h === 0n) return r === 0n ? double(curve, one) : INFINITY;
  const hh = (h * h) % p;
  const hhh = (hh * h) % p;
  const v = (u1 * hh) % p;
  const x = modulo(r * r - hhh - 2n * v, p);
  return { X: x, Y: modulo(r * (v - x) - s1 * hhh, p), Z: (((one.Z * two.Z) % p) * h) % p };
}
