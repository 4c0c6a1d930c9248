/**
 * What each key spec can be used for, and with which algorithms
 * (https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html).
 */
import type { CreateKeyRequest, KeyMetadata } from '../../../shapes/generated/kms.ts';

export type KeySpec = NonNullable<CreateKeyRequest['KeySpec']>;
export type KeyUsage = NonNullable<CreateKeyRequest['KeyUsage']>;
export type KeyFamily = 'symmetric' | 'rsa' | 'ecc' | 'ml-dsa' | 'hmac';

export interface SpecFacts {
  readonly family: KeyFamily;
  /** The first is what CreateKey takes where the request names none; asymmetric specs have no default. */
  readonly usages: readonly KeyUsage[];
  readonly defaultUsage?: KeyUsage;
  /** Algorithms a usage offers, in the order in which KMS lists them. */
  readonly algorithms: Readonly<Partial<Record<KeyUsage, readonly string[]>>>;
  /** RSA modulus in bits; symmetric and HMAC key length in bits. */
  readonly bits?: number;
  /** OpenSSL's name of the curve. */
  readonly openssl?: string;
}

const OAEP = ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'];
const RSA_SIGNING = [
  'RSASSA_PKCS1_V1_5_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_384',
  'RSASSA_PKCS1_V1_5_SHA_512',
  'RSASSA_PSS_SHA_256',
  'RSASSA_PSS_SHA_384',
  'RSASSA_PSS_SHA_512',
];

const rsa = (bits: number): SpecFacts => ({
  family: 'rsa',
  usages: ['ENCRYPT_DECRYPT', 'SIGN_VERIFY'],
  algorithms: { ENCRYPT_DECRYPT: OAEP, SIGN_VERIFY: RSA_SIGNING },
  bits,
});

const nistCurve = (openssl: string, digestBits: number): SpecFacts => ({
  family: 'ecc',
  usages: ['SIGN_VERIFY', 'KEY_AGREEMENT'],
  algorithms: { SIGN_VERIFY: [`ECDSA_SHA_${digestBits}`], KEY_AGREEMENT: ['ECDH'] },
  openssl,
});

const hmac = (bits: number): SpecFacts => ({
  family: 'hmac',
  usages: ['GENERATE_VERIFY_MAC'],
  algorithms: { GENERATE_VERIFY_MAC: [`HMAC_SHA_${bits}`] },
  bits,
});

const ML_DSA: SpecFacts = {
  family: 'ml-dsa',
  usages: ['SIGN_VERIFY'],
  algorithms: { SIGN_VERIFY: ['ML_DSA_SHAKE_256'] },
};

const SPECS: Readonly<Partial<Record<string, SpecFacts>>> = {
  SYMMETRIC_DEFAULT: {
    family: 'symmetric',
    usages: ['ENCRYPT_DECRYPT'],
    defaultUsage: 'ENCRYPT_DECRYPT',
    algorithms: { ENCRYPT_DECRYPT: ['SYMMETRIC_DEFAULT'] },
    bits: 256,
  },
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
  ECC_NIST_P256: nistCurve('prime256v1', 256),
  ECC_NIST_P384: nistCurve('secp384r1', 384),
  ECC_NIST_P521: nistCurve('secp521r1', 512),
  ECC_SECG_P256K1: {
    family: 'ecc',
    usages: ['SIGN_VERIFY'],
    algorithms: { SIGN_VERIFY: ['ECDSA_SHA_256'] },
    openssl: 'secp256k1',
  },
  ECC_NIST_EDWARDS25519: {
    family: 'ecc',
    usages: ['SIGN_VERIFY'],
    algorithms: { SIGN_VERIFY: ['ED25519_SHA_512', 'ED25519_PH_SHA_512'] },
    openssl: 'ed25519',
  },
  HMAC_224: hmac(224),
  HMAC_256: hmac(256),
  HMAC_384: hmac(384),
  HMAC_512: hmac(512),
  ML_DSA_44: ML_DSA,
  ML_DSA_65: ML_DSA,
  ML_DSA_87: ML_DSA,
};

/** The facts of a spec that can be made here; SM2 exists in the China Regions only. */
export function specFacts(spec: string): SpecFacts | undefined {
  return SPECS[spec];
}

/** The facts of a spec that a stored key has. */
export function factsOf(key: { readonly keySpec: string }): SpecFacts {
  return SPECS[key.keySpec] as SpecFacts;
}

/** Specs that came after CustomerMasterKeySpec was replaced by KeySpec, and that it does not say. */
const NEWER_SPECS: ReadonlySet<string> = new Set([
  'ECC_NIST_EDWARDS25519',
  'ML_DSA_44',
  'ML_DSA_65',
  'ML_DSA_87',
]);

/** CustomerMasterKeySpec, where there is one (https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html). */
export const formerSpec = (keySpec: KeySpec) =>
  NEWER_SPECS.has(keySpec) ? undefined : (keySpec as FormerSpec);

type FormerSpec = NonNullable<KeyMetadata['CustomerMasterKeySpec']>;

const METADATA_MEMBERS: Readonly<Record<KeyUsage, keyof KeyMetadata>> = {
  ENCRYPT_DECRYPT: 'EncryptionAlgorithms',
  SIGN_VERIFY: 'SigningAlgorithms',
  GENERATE_VERIFY_MAC: 'MacAlgorithms',
  KEY_AGREEMENT: 'KeyAgreementAlgorithms',
};

/** The algorithms of a key, under the name that DescribeKey and GetPublicKey give them. */
export function algorithmMember(key: { keySpec: string; keyUsage: KeyUsage }): Partial<KeyMetadata> {
  return { [METADATA_MEMBERS[key.keyUsage]]: algorithmsOf(key) };
}

export function algorithmsOf(key: { keySpec: string; keyUsage: KeyUsage }): readonly string[] {
  return factsOf(key).algorithms[key.keyUsage] ?? [];
}
