/** What a CreateGrant request may ask for (aws-facts A4.1 to A4.4). */
import { parseArn } from '../../../aws/arn.ts';
import type { Caller } from '../../../invoke/caller.ts';
import type { CreateGrantRequest } from '../../../shapes/generated/kms.ts';
import type { EncryptionContext } from '../crypto/encryption-context.ts';
import { invalidArn, validation } from '../errors.ts';
import type { KeyRecord } from '../key/key.ts';
import { isForAwsResource } from '../key/key-conditions.ts';
import { factsOf, type KeyUsage } from '../key/key-spec.ts';
import {
  type Directory,
  isInfrastructureSession,
  isPrincipalName,
  isServicePrincipal,
  storedPrincipal,
} from '../key/principal.ts';
import type { GrantConstraints, GrantOperation } from './grant.ts';

const MANAGEMENT: readonly GrantOperation[] = ['CreateGrant', 'RetireGrant', 'DescribeKey'];
const BY_USAGE: Readonly<Record<KeyUsage, readonly GrantOperation[]>> = {
  ENCRYPT_DECRYPT: ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo'],
  SIGN_VERIFY: ['Sign', 'Verify'],
  GENERATE_VERIFY_MAC: ['GenerateMac', 'VerifyMac'],
  KEY_AGREEMENT: ['DeriveSharedSecret'],
};
const SYMMETRIC_ONLY: readonly GrantOperation[] = [
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
];

function grantableOperations(key: Pick<KeyRecord, 'keySpec' | 'keyUsage'>): readonly GrantOperation[] {
  const { family } = factsOf(key);
  return [
    ...MANAGEMENT,
    ...BY_USAGE[key.keyUsage],
    ...(family === 'symmetric' ? SYMMETRIC_ONLY : []),
    ...(family === 'symmetric' || family === 'hmac' ? [] : (['GetPublicKey'] as const)),
  ];
}

const MAX_PAIRS = 8;
const MAX_VALUE_LENGTH = 384;

export function requestedConstraints({
  Constraints,
}: Pick<CreateGrantRequest, 'Constraints'>): GrantConstraints {
  // Terraform sends an empty map for the one that it does not use.
  const equals = unlessEmpty(Constraints?.EncryptionContextEquals);
  const subset = unlessEmpty(Constraints?.EncryptionContextSubset);
  const sourceArn = Constraints?.SourceArn;
  return {
    ...(equals && { encryptionContextEquals: equals }),
    ...(subset && { encryptionContextSubset: subset }),
    ...(sourceArn && { sourceArn }),
  };
}

const unlessEmpty = (pairs: EncryptionContext | undefined) =>
  pairs && Object.keys(pairs).length > 0 ? pairs : undefined;

interface GrantMembers {
  readonly GranteePrincipal?: string;
  readonly GranteeServicePrincipal?: string;
  readonly RetiringPrincipal?: string;
  readonly RetiringServicePrincipal?: string;
  readonly Constraints?: { readonly SourceArn?: string };
}

/** Throws where a request names two principals for one part, none, or a service without what it needs (aws-facts A4.13). */
export function requirePrincipals(input: GrantMembers): void {
  const { GranteePrincipal, GranteeServicePrincipal, RetiringPrincipal, RetiringServicePrincipal } = input;
  if ((GranteePrincipal === undefined) === (GranteeServicePrincipal === undefined)) {
    throw validation('You must specify either GranteePrincipal or GranteeServicePrincipal, but not both.');
  }
  if (RetiringPrincipal !== undefined && RetiringServicePrincipal !== undefined) {
    throw validation('You can specify either RetiringPrincipal or RetiringServicePrincipal, but not both.');
  }
  if (GranteeServicePrincipal === undefined) return;
  if (input.Constraints?.SourceArn === undefined) {
    throw validation('A SourceArn grant constraint must be specified with GranteeServicePrincipal.');
  }
  if (RetiringPrincipal === undefined && RetiringServicePrincipal === undefined) {
    throw validation(
      'A RetiringPrincipal or RetiringServicePrincipal must be specified with GranteeServicePrincipal.',
    );
  }
}

/** A service as grants name one: `dynamodb.amazonaws.com`, `us-east-1.supportauthz.amazonaws.com`. */
export function requireService(name: string, member: string): string {
  if (!isServicePrincipal(name)) throw validation(`${member} does not refer to a valid service principal.`);
  return name;
}

/** Throws where operations or constraints do not suit the key. */
export function requireGrantable(key: KeyRecord, input: CreateGrantRequest): void {
  const { Operations, Constraints } = input;
  if (Operations.every((operation) => operation === 'CreateGrant')) {
    throw validation('Grants must not contain only the CreateGrant operation.');
  }
  const grantable = grantableOperations(key);
  const unsuitable = Operations.filter((operation) => !grantable.includes(operation));
  if (unsuitable.length > 0) {
    const { family } = factsOf(key);
    const kind = family === 'symmetric' || family === 'hmac' ? 'a symmetric' : 'an asymmetric';
    throw validation(
      `Operations [${unsuitable.join(', ')}] are not supported when creating a grant for ${kind} KMS key with key usage ` +
        `${key.keyUsage}. Valid operations are [${grantable.join(', ')}]`,
    );
  }
  if (!Constraints) return;
  if (Constraints.SourceArn !== undefined && !parseArn(Constraints.SourceArn)) {
    throw invalidArn(`Invalid arn ${Constraints.SourceArn}`);
  }
  const [equals = [], subset = []] = [
    Constraints.EncryptionContextEquals,
    Constraints.EncryptionContextSubset,
  ].map((constraint) => Object.entries(constraint ?? {}));
  if (equals.length > 0 && subset.length > 0) {
    throw validation('Only one of EncryptionContextEquals and EncryptionContextSubset can be specified.');
  }
  const pairs = [...equals, ...subset];
  if (pairs.length === 0) return;
  if (key.keySpec !== 'SYMMETRIC_DEFAULT') {
    throw validation(
      'EncryptionContext is supported only when creating a grant for a symmetric encryption KMS key.',
    );
  }
  if (pairs.length > MAX_PAIRS) {
    throw validation(`Grant constraints can have at most ${MAX_PAIRS} encryption context pairs.`);
  }
  if (pairs.some(([, value]) => value.length > MAX_VALUE_LENGTH)) {
    throw validation(
      `Encryption context values in grant constraints can have at most ${MAX_VALUE_LENGTH} characters.`,
    );
  }
}

/**
 * The stored form of a grantee or retiring principal. Service principals and EC2's infrastructure sessions may be
 * named only by calls that come through an AWS service (aws-facts A4.3).
 */
export async function grantPrincipal(
  directory: Directory,
  caller: Caller,
  text: string,
  member: 'GranteePrincipal' | 'RetiringPrincipal',
): Promise<string> {
  const isReserved = isServicePrincipal(text) || isInfrastructureSession(text);
  if (isReserved && isForAwsResource(caller)) return text;
  if (isReserved || !isPrincipalName(text)) throw invalidArn(`ARN is not valid: ${text}`);
  const stored = await storedPrincipal(directory, text);
  if (stored !== undefined) return stored;
  throw invalidArn(
    parseArn(text)
      ? `ARN does not refer to a valid principal: ${text}`
      : `${member} does not refer to a valid principal.`,
  );
}
