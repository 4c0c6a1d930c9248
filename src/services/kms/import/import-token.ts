/** What GetParametersForImport hands out and ImportKeyMaterial takes back: a wrapping key, kept in the token itself. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { AwsError } from '../../../aws/aws-error.ts';
import type { WorkContext } from '../../../invoke/context.ts';
import type { GetParametersForImportRequest } from '../../../shapes/generated/kms.ts';

export type WrappingAlgorithm = GetParametersForImportRequest['WrappingAlgorithm'];

export interface ImportParameters {
  readonly keyArn: string;
  readonly algorithm: WrappingAlgorithm;
  readonly validToMs: number;
  /** PKCS #8, base64. */
  readonly wrappingKey: string;
}

const SEAL = 'kms.import-token';

/** The private wrapping key leaves in the token, sealed: nothing of an import is stored until material comes. */
export function makeImportToken({ ports }: WorkContext, parameters: ImportParameters): Uint8Array {
  return Buffer.from(ports.sealer.seal(Buffer.from(JSON.stringify(parameters)), SEAL));
}

/** Throws where the token is invalid, belongs to another key, or has expired. */
export function readImportToken(
  { ports, nowMs }: WorkContext,
  keyArn: string,
  token: Uint8Array,
): { algorithm: WrappingAlgorithm; wrappingKey: KeyObject } {
  let parameters: ImportParameters;
  try {
    parameters = JSON.parse(ports.sealer.open(Buffer.from(token).toString(), SEAL).toString());
  } catch {
    throw new AwsError('InvalidImportTokenException', '');
  }
  const { algorithm, validToMs, wrappingKey } = parameters;
  if (parameters.keyArn !== keyArn) throw new AwsError('InvalidImportTokenException', '');
  if (validToMs <= nowMs) throw new AwsError('ExpiredImportTokenException', '');
  const der = Buffer.from(wrappingKey, 'base64');
  return { algorithm, wrappingKey: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }) };
}
