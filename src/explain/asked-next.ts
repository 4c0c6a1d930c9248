/** What is asked of KMS beside or after a question that somebody asks, with the rights of whom it is asked about. */
import { parseArn } from '../aws/arn.ts';
import type { Scope } from '../aws/scope.ts';
import { keyOfParameter } from '../services/ssm/index.ts';
import type { ReadTransaction } from '../store/store.ts';
import { askedTogether } from './asked-together.ts';
import { keyNamed } from './key-question.ts';

export interface AskedOfKey {
  readonly action: string;
  readonly resource: string;
  /** The call for which a service asks it. */
  readonly through: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
}

interface Asked extends Scope {
  readonly action: string;
  readonly resource?: string;
  readonly through?: string;
  /** The caller's, for which a service asks. */
  readonly operation?: string;
}

/** As it is asked, but for what is another action, or of another resource. */
export async function askedNext<Question extends Asked>(
  tx: ReadTransaction,
  question: Question,
): Promise<Question[]> {
  const [service, operation = question.operation] = question.through?.split(':') ?? [];
  const together = askedTogether(question.action, { service, operation }).map((action) => ({
    ...question,
    action,
    said: undefined,
  }));
  const ofKey = await askedOfKey(tx, question);
  return [...together, ...(ofKey ? [{ ...question, ...ofKey, said: undefined }] : [])];
}

/** Whoever may read a parameter alone gets no more of it than its ciphertext. */
const READS: ReadonlySet<string> = new Set(['GetParameter', 'GetParameters', 'GetParameterHistory']);

/**
 * A SecureString's value is encrypted and decrypted with the caller's rights, and with the parameter's ARN as the encryption context
 * (https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html). A larger one has a data key.
 */
export async function askedOfKey(
  tx: ReadTransaction,
  { action, resource, through, account, region }: Asked,
): Promise<AskedOfKey | undefined> {
  const [service, operation = ''] = action.split(':');
  const isWrite = operation === 'PutParameter';
  if (service !== 'ssm' || !resource || through !== undefined) return undefined;
  if (!isWrite && !READS.has(operation)) return undefined;
  const secret = await keyOfParameter(tx, { account, region }, resource);
  const place = parseArn(secret?.arn ?? '');
  const key = secret && place && (await keyNamed({ tx, ...place }, secret.keyId));
  if (!secret || !key) return undefined;
  const toWrite = secret.tier === 'Advanced' ? 'kms:GenerateDataKey' : 'kms:Encrypt';
  return {
    action: isWrite ? toWrite : 'kms:Decrypt',
    resource: key,
    through: action,
    context: { [PARAMETER_ARN]: [secret.arn], 'kms:EncryptionContextKeys': ['PARAMETER_ARN'] },
  };
}

const PARAMETER_ARN = 'kms:EncryptionContext:PARAMETER_ARN';
