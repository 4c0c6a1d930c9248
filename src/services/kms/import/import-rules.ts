/** Rules that the operations on imported material share. */
import { DAY_MS } from '../../../platform/durations.ts';
import type {
  GetParametersForImportRequest,
  ImportKeyMaterialRequest,
} from '../../../shapes/generated/kms.ts';
import { unsupported, validation } from '../errors.ts';
import { type KeyRecord, multiRegionKeyType } from '../key/key.ts';
import { factsOf, type KeyFamily } from '../key/key-spec.ts';

export function requireExternal({ origin }: KeyRecord, arn: string): void {
  if (origin !== 'EXTERNAL') {
    throw unsupported(`${arn} origin is ${origin} which is not valid for this operation.`);
  }
}

const OAEP = ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'];
const AES_KEY_WRAP = ['RSA_AES_KEY_WRAP_SHA_1', 'RSA_AES_KEY_WRAP_SHA_256'];

/** By what a key's material may be wrapped: RSA keys are too long for OAEP alone, and short secrets need no more. */
const WRAPPING: Readonly<Partial<Record<KeyFamily, readonly string[]>>> = {
  symmetric: OAEP,
  hmac: OAEP,
  ecc: [...OAEP, ...AES_KEY_WRAP],
  rsa: AES_KEY_WRAP,
};

/** Throws where the key's material cannot be wrapped so. SM2 is of the China Regions. */
export function requireWrapping(
  key: KeyRecord,
  {
    WrappingAlgorithm,
    WrappingKeySpec,
  }: Pick<GetParametersForImportRequest, 'WrappingAlgorithm' | 'WrappingKeySpec'>,
): void {
  const { family } = factsOf(key);
  const isTooLong =
    key.keySpec === 'ECC_NIST_P521' && WrappingKeySpec === 'RSA_2048' && OAEP.includes(WrappingAlgorithm);
  const suits = WRAPPING[family]?.includes(WrappingAlgorithm) && WrappingKeySpec !== 'SM2' && !isTooLong;
  if (suits) return;
  throw validation(
    `Wrapping algorithm ${WrappingAlgorithm} and wrapping key spec ${WrappingKeySpec} cannot be used to import a ` +
      `${key.keySpec} key.`,
  );
}

/** Throws where the members of an import contradict each other, or do not suit the key. */
export function requireImportMembers(key: KeyRecord, input: ImportKeyMaterialRequest): void {
  const { ImportType, KeyMaterialId, KeyMaterialDescription } = input;
  const named = { ImportType, KeyMaterialId, KeyMaterialDescription };
  const given = Object.entries(named).find(([, value]) => value !== undefined)?.[0];
  if (given !== undefined && key.keySpec !== 'SYMMETRIC_DEFAULT') {
    throw unsupported(`${given} is not supported for a ${key.keySpec} key.`);
  }
  if (KeyMaterialDescription !== undefined && multiRegionKeyType(key) === 'REPLICA') {
    throw unsupported('KeyMaterialDescription can be set on the multi-region primary key only.');
  }
  if (ImportType === 'NEW_KEY_MATERIAL' && KeyMaterialId !== undefined) {
    throw validation('Input parameter keyMaterialId cannot be used with NEW_KEY_MATERIAL importType.');
  }
}

const MAX_VALIDITY_MS = 365 * DAY_MS;

/** When imported material is to expire; undefined for never. Throws where model and date contradict each other. */
export function requestedExpiration(
  { ExpirationModel = 'KEY_MATERIAL_EXPIRES', ValidTo }: ImportKeyMaterialRequest,
  nowMs: number,
): number | undefined {
  if (ExpirationModel === 'KEY_MATERIAL_DOES_NOT_EXPIRE') {
    if (ValidTo !== undefined) {
      throw validation('A validTo date cannot be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE');
    }
    return undefined;
  }
  if (ValidTo === undefined) {
    throw validation('A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES');
  }
  if (ValidTo <= nowMs) throw validation('ValidTo must be in the future');
  if (ValidTo > nowMs + MAX_VALIDITY_MS) {
    throw validation('ValidTo must be less than 365 days in the future');
  }
  return ValidTo;
}
