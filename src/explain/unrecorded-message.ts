/**
 * An error message of whose call nothing is recorded: the event may not be there yet, or its trail was not read. Who was refused
 * what on which resource stands in it, and is asked of the policies and grants of now.
 */
import { parseArn } from '../aws/arn.ts';
import type { Scope } from '../aws/scope.ts';
import type { Runtime } from '../invoke/runtime.ts';
import { asRecorded } from './as-recorded.ts';
import { can } from './can.ts';
import type { Explanation } from './explanation.ts';
import { NoAnswer } from './key-question.ts';
import { type Refusal, refusalIn } from './pasted-message.ts';
import { ANY_SERVICE } from './ways.ts';

const UNRECORDED = 'The call with this message is not among what is recorded: the policies of now are asked.';

/** Undefined where the text is no such message. */
export async function explainUnrecorded(
  runtime: Runtime,
  text: string,
  { account, region }: Scope,
): Promise<Explanation | undefined> {
  const refusal = refusalIn(text);
  if (!refusal) return undefined;
  const place = {
    account: parseArn(refusal.principal)?.account || account,
    region: parseArn(refusal.resource ?? '')?.region || region,
  };
  const question = { ...refusal, ...place, context: {}, nowMs: runtime.clock.nowMs() };
  try {
    if (isOfUnnamedKey(refusal)) throw new NoAnswer(UNNAMED_KEY);
    const answer = await can(runtime, { ...question, through: throughOf(refusal) });
    return { ...answer, subject: text, symptom: UNRECORDED, checks: asRecorded(answer.checks, text) };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    const headline = `The call with this message is not among what is recorded. ${error.message}`;
    return { ...UNKNOWN, subject: text, headline };
  }
}

/** Of a call of another name, a service has asked KMS for its caller. */
const throughOf = ({ action, operation }: Refusal): string | undefined =>
  action.startsWith('kms:') && operation !== undefined && !action.endsWith(`:${operation}`)
    ? ANY_SERVICE
    : undefined;

/** KMS names none where a ciphertext alone says which it is. */
const isOfUnnamedKey = ({ action, resource }: Refusal): boolean =>
  resource === undefined && /^kms:(?:Decrypt|ReEncrypt\w*)$/.test(action);

const UNNAMED_KEY =
  'Nor does it name the key: "latchkey can PRINCIPAL ACTION KEY" answers for the one that it may be.';

const UNKNOWN = {
  version: 1,
  found: false,
  verdict: 'unknown',
  checks: [],
  following: [],
  remedies: [],
  remediesVerified: false,
} as const;
