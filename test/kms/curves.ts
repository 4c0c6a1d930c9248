/** The curves of KMS with their orders: SP 800-186, 3.2.1, and SEC 2, 2.4.1. */
export const CURVES = [
  {
    namedCurve: 'prime256v1',
    crv: 'P-256',
    keySpec: 'ECC_NIST_P256',
    bits: 256,
    order: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  },
  {
    namedCurve: 'secp256k1',
    crv: 'secp256k1',
    keySpec: 'ECC_SECG_P256K1',
    bits: 256,
    order: 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141',
  },
  {
    namedCurve: 'secp384r1',
    crv: 'P-384',
    keySpec: 'ECC_NIST_P384',
    bits: 384,
    order: `${'f'.repeat(48)}c7634d81f4372ddf581a0db248b0a77aecec196accc52973`,
  },
  {
    namedCurve: 'secp521r1',
    crv: 'P-521',
    keySpec: 'ECC_NIST_P521',
    bits: 512,
    order: `01${'f'.repeat(65)}a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`,
  },
] as const;
