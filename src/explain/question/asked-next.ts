/** What is asked of KMS beside or after a question that somebody asks, with the rights of whom it is asked about. */
import { parseArn } from '../../aws/arn.ts';
import type { Scope } from '../../aws/scope.ts';
import { type SecretParameter, secretParameter, secretsOfLevel } from '../../services/ssm/index.ts';
import type { ReadTransaction } from '../../store/store.ts';
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
  const ofKeys = await askedOfKeys(tx, question);
  return [...together, ...ofKeys.map((each) => ({ ...question, ...each, said: undefined }))];
}

/** Whoever may read a parameter alone gets no more of it than its ciphertext. */
const READS: ReadonlySet<string> = new Set(['GetParameter', 'GetParameters', 'GetParameterHistory']);

/**
 * A SecureString's value is encrypted and decrypted with the caller's rights, and with the parameter's ARN as the encryption context
 * (https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html). A larger one has a data key.
 */
export async function askedOfKeys(tx: ReadTransaction, asked: Asked): Promise<AskedOfKey[]> {
  const { action, resource, through, account, region } = asked;
  const [service, operation = ''] = action.split(':');
  if (service !== 'ssm' || !resource || through !== undefined) return [];
  const scope = { account, region };
  if (operation === 'GetParametersByPath') {
    const all = await secretsOfLevel(tx, scope, resource);
    return (await Promise.all(all.map((each) => askedOf(tx, each, action)))).flat();
  }
  if (operation !== 'PutParameter' && !READS.has(operation)) return [];
  const secret = await secretParameter(tx, scope, resource);
  return secret ? askedOf(tx, secret, action) : [];
}

async function askedOf(
  tx: ReadTransaction,
  { arn, keyId, tier }: SecretParameter,
  through: string,
): Promise<AskedOfKey[]> {
  const place = parseArn(arn);
  const key = place && (await keyNamed({ tx, ...place }, keyId));
  if (!key) return [];
  const toWrite = tier === 'Advanced' ? 'kms:GenerateDataKey' : 'kms:Encrypt';
  return [
    {
      action: through === 'ssm:PutParameter' ? toWrite : 'kms:Decrypt',
      resource: key,
      through,
      context: { [PARAMETER_ARN]: [arn], 'kms:EncryptionContextKeys': ['PARAMETER_ARN'] },
    },
  ];
}

const PARAMETER_ARN = 'kms:EncryptionContext:PARAMETER_ARN';
