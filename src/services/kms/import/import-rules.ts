/** Rules that the operations on imported material share. */
import type { ImportKeyMaterialRequest } from '../../../shapes/generated/kms.ts';
import { unsupported, validation } from '../errors.ts';
import type { KeyRecord } from '../key/key.ts';

export function requireExternal({ origin }: KeyRecord, arn: string): void {
  if (origin !== 'EXTERNAL') {
    throw unsupported(`${arn} origin is ${origin} which is not valid for this operation.`);
  }
}

const MAX_VALIDITY_MS = 365 * 86_400_000;

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
  if (ValidTo <= nowMs) throw validation('The validTo date must be in the future');
  if (ValidTo > nowMs + MAX_VALIDITY_MS) {
    throw validation('The validTo date must be within 365 days of the request date');
  }
  return ValidTo;
}
