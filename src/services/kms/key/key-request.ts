/** What CreateKey's members ask for together (https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html). */
import { AwsError } from '../../../aws/aws-error.ts';
import type { CreateKeyRequest } from '../../../shapes/generated/kms.ts';
import { unsupported, validation } from '../errors.ts';
import type { KeyKind } from './key-conditions.ts';
import { type KeyUsage, type SpecFacts, specFacts } from './key-spec.ts';

export function requestedKind(input: CreateKeyRequest): KeyKind {
  if (input.KeySpec !== undefined && input.CustomerMasterKeySpec !== undefined) {
    throw validation(
      'You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.',
    );
  }
  const keySpec = input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT';
  const facts = specFacts(keySpec);
  // SM2 is a spec of the China Regions.
  if (!facts) throw unsupported(`KeySpec ${keySpec} is not supported in this Region.`);
  return {
    keySpec,
    keyUsage: requestedUsage(input.KeyUsage, keySpec, facts),
    origin: requestedOrigin(input, facts),
  };
}

function requestedUsage(usage: KeyUsage | undefined, keySpec: string, facts: SpecFacts): KeyUsage {
  const chosen = usage ?? facts.defaultUsage;
  if (chosen === undefined) {
    throw validation(
      'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
    );
  }
  if (!facts.usages.includes(chosen)) {
    throw validation(`KeyUsage ${chosen} is not compatible with KeySpec ${keySpec}`);
  }
  return chosen;
}

function requestedOrigin(input: CreateKeyRequest, facts: SpecFacts): KeyKind['origin'] {
  const { CustomKeyStoreId, Origin = 'AWS_KMS', XksKeyId } = input;
  // There are no custom key stores here, so none can be the one that is meant.
  if (CustomKeyStoreId !== undefined) throw new AwsError('CustomKeyStoreNotFoundException', '');
  if (Origin === 'AWS_CLOUDHSM' || Origin === 'EXTERNAL_KEY_STORE') {
    throw validation(`You must specify a custom key store ID when Origin is ${Origin}.`);
  }
  if (XksKeyId !== undefined) {
    throw validation('XksKeyId is valid only for KMS keys with an Origin of EXTERNAL_KEY_STORE.');
  }
  if (Origin === 'EXTERNAL' && facts.family === 'ml-dsa') {
    throw unsupported('KMS keys with ML-DSA key specs cannot have an Origin of EXTERNAL.');
  }
  return Origin;
}
