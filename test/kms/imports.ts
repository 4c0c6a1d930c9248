/** Material brought into a key, as the client of an import does it, by OpenSSL. */
import { constants, createCipheriv, createPublicKey, publicEncrypt } from 'node:crypto';
import {
  GetParametersForImportCommand,
  ImportKeyMaterialCommand,
  type ImportKeyMaterialCommandInput,
  type KMSClient,
} from '@aws-sdk/client-kms';

export type Wrapping =
  | 'RSAES_OAEP_SHA_1'
  | 'RSAES_OAEP_SHA_256'
  | 'RSA_AES_KEY_WRAP_SHA_1'
  | 'RSA_AES_KEY_WRAP_SHA_256';

/** The key between RSA and the material, where there is one. */
export const WRAPPING_AES_KEY = Buffer.alloc(32, 3);

export function wrap(algorithm: Wrapping, publicKey: Uint8Array, material: Buffer): Buffer {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  const oaepHash = algorithm.endsWith('SHA_1') ? 'sha1' : 'sha256';
  const oaep = (text: Buffer) =>
    publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, text);
  if (algorithm.startsWith('RSAES')) return oaep(material);
  const aesKey = WRAPPING_AES_KEY;
  const cipher = createCipheriv('id-aes256-wrap-pad', aesKey, Buffer.from('a65959a6', 'hex'));
  return Buffer.concat([oaep(aesKey), cipher.update(material), cipher.final()]);
}

export async function importMaterial(
  kms: KMSClient,
  KeyId: string,
  material: Buffer,
  more: Partial<ImportKeyMaterialCommandInput> = {},
  algorithm: Wrapping = 'RSAES_OAEP_SHA_256',
) {
  const { ImportToken, PublicKey } = await kms.send(
    new GetParametersForImportCommand({ KeyId, WrappingAlgorithm: algorithm, WrappingKeySpec: 'RSA_2048' }),
  );
  return kms.send(
    new ImportKeyMaterialCommand({
      KeyId,
      ImportToken,
      EncryptedKeyMaterial: wrap(algorithm, PublicKey!, material),
      ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
      ...more,
    }),
  );
}
