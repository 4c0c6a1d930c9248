/**
 * An error message of whose call nothing is recorded: the event may not be there yet, or its trail was not read. Who was refused
 * what on which resource stands in it, and is asked of the policies and grants of now; or else what has failed, which is found by
 * its name, or by the reason that services gave.
 */
import { parseArn } from '../../aws/arn.ts';
import type { Scope } from '../../aws/scope.ts';
import type { Runtime } from '../../invoke/runtime.ts';
import { denialReason } from '../../policy/denial-reason.ts';
import { KEY_ACTIONS } from '../../services/kms/index.ts';
import { asRecorded, isUnreadCeiling, isUnreadDeny, type Said, saidIn } from '../denial/as-recorded.ts';
import { type Explanation, NO_REMEDIES } from '../denial/explanation.ts';
import { lastRefusedByKms } from '../history/recorded-calls.ts';
import {
  decodedMessageIn,
  hidesAccount,
  isMessage,
  type Named,
  namedIn,
  type Refusal,
  refusalIn,
  refusalOf,
} from '../messages/message-text.ts';
import { plainText } from '../messages/plain-text.ts';
import { type Meaning, meaningOf } from '../messages/wordings.ts';
import { NoAnswer } from '../question/key-question.ts';
import { rehearsed } from '../rehearsed/rehearsed.ts';
import { explainUnusableKey } from '../rehearsed/unusable-key.ts';
import { ANY_SERVICE } from '../rights/ways.ts';
import { explain } from '../why/explain.ts';
import { standingProblems } from '../why/standing.ts';
import { isSameName } from '../words/names.ts';
import { type CanAnswer, type CanQuestion, can } from './can.ts';

const UNRECORDED = 'The call with this message is not among the recorded calls';

/** Undefined where the text is no message. `places`: where that is looked for of which the message does not say where it is. */
export async function explainUnrecorded(
  runtime: Runtime,
  text: string,
  place: Scope,
  places: readonly Scope[],
): Promise<Explanation | undefined> {
  if (!isMessage(text)) return undefined;
  const decoded = decodedMessageIn(text);
  const refusal = decoded ? refusalOf(decoded) : refusalIn(text, place.account);
  if (refusal) return ofRefusal(runtime, text, refusal, place);
  const message = plainText(text);
  const named = namedIn(message);
  const meaning = meaningOf(message);
  const failed =
    (await ofWhatItNames(runtime, named, places)) ??
    (await ofSameReason(runtime, message)) ??
    (await ofServiceRefused(runtime, meaning, place));
  if (failed) return { ...failed, subject: text };
  const headline = `${UNRECORDED}${nothingFailed(named)}. ${meaning.sentence}`;
  return { ...UNKNOWN, subject: text, headline };
}

async function ofRefusal(
  runtime: Runtime,
  text: string,
  refusal: Refusal,
  { account, region }: Scope,
): Promise<Explanation> {
  const place = {
    account: parseArn(refusal.principal)?.account || account,
    region: parseArn(refusal.resource ?? '')?.region || region,
  };
  const said = saidIn(plainText(text).replace(/\s+/g, ' '));
  const question = { context: {}, ...refusal, ...place, said, nowMs: runtime.clock.nowMs() };
  const hidden = hidesAccount(text) ? ` Account ${account} stands for the one that it hides.` : '';
  try {
    if (isOfUnnamedKey(refusal)) throw new NoAnswer(unnamedKey(refusal, text));
    const answer = await canBySomeWay(runtime, question, waysOf(refusal));
    const changed = said && answer.verdict === 'allowed' ? hasChanged(said, refusal) : '';
    const symptom = `${UNRECORDED}, so the current policies are asked.${changed}${hidden}`;
    const checks = asRecorded(answer.checks, plainText(text));
    const isUnread = checks.some((check) => isUnreadDeny(check) || isUnreadCeiling(check));
    return { ...answer, subject: text, symptom, checks, ...(isUnread && { remediesVerified: false }) };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { ...UNKNOWN, subject: text, headline: `${UNRECORDED}. ${error.message}${hidden}` };
  }
}

/** The first of the things named that has failed, wherever it is. */
async function ofWhatItNames(
  runtime: Runtime,
  { things, words }: Named,
  places: readonly Scope[],
): Promise<Explanation | undefined> {
  for (const name of [...things, ...words]) {
    for (const place of places) {
      const region = parseArn(name)?.region || place.region;
      const found = await failureOf(runtime, name, { ...place, region });
      if (found) return found.symptom ? found : { ...found, symptom: `The message names ${name}.` };
    }
  }
  return undefined;
}

/** What failed last of all that is failed as it stands, for the reason that the message has. */
async function ofSameReason(runtime: Runtime, message: string): Promise<Explanation | undefined> {
  const { store, ports } = runtime;
  const line = message.replace(/\s+/g, ' ');
  const problems = await store.read((tx) => standingProblems({ tx, ports }));
  const problem = problems.find(({ kind, symptom }) => {
    const [, reason] = /: (.+)$/.exec(symptom) ?? [];
    return kind !== 'call' && reason !== undefined && line.includes(reason);
  });
  const found = problem && (await failureOf(runtime, problem.subject, problem));
  return found && lastOf('what failed so', found, `${problem.symptom}. `);
}

/** What KMS refused last to the service whose message it is. */
async function ofServiceRefused(
  runtime: Runtime,
  { service }: Meaning,
  place: Scope,
): Promise<Explanation | undefined> {
  if (!service) return undefined;
  const last = await runtime.store.read((tx) => lastRefusedByKms(tx, service));
  const found = last && (await failureOf(runtime, last.body.event.eventID, place));
  return found && lastOf(`what KMS refused to ${service} for somebody`, found);
}

/** Where its symptom is all that is known, the headline says it. */
const lastOf = (what: string, found: Explanation, symptom = ''): Explanation => ({
  ...found,
  symptom: `${found.verdict === 'unknown' ? '' : symptom}The message names nothing that is known: of ${what}, this was the last.`,
});

async function failureOf(runtime: Runtime, subject: string, place: Scope): Promise<Explanation | undefined> {
  const { store, ports } = runtime;
  const found = await store.read((tx) => explain({ tx, ports }, subject, place));
  const hasFailed = found.found && found.verdict !== 'allowed';
  return hasFailed ? rehearsed(runtime, found) : explainUnusableKey(runtime, subject, place);
}

function nothingFailed({ things }: Named): string {
  const listed = things.slice(0, MAX_LISTED).join(', ');
  return listed ? `, and nothing recorded failed of what it names (${listed})` : '';
}

const MAX_LISTED = 3;

/** The first answer that lets it through, or else the first. */
async function canBySomeWay(
  runtime: Runtime,
  question: CanQuestion,
  [way, ...others]: readonly Way[],
): Promise<CanAnswer> {
  const answer = await can(runtime, { ...question, through: way });
  if (answer.verdict !== 'denied' || answer.open || others.length === 0) return answer;
  const other = await canBySomeWay(runtime, question, others);
  return other.verdict === 'denied' && !other.open ? answer : other;
}

type Way = string | undefined;

/** Of a call of another name, a service has asked KMS for its caller; of a message that names no call, it may have. */
function waysOf({ action, operation, service }: Refusal): Way[] {
  if (!action.startsWith('kms:') || isSameName(action, `kms:${operation}`)) return [undefined];
  if (service !== undefined) return [operation === undefined ? service : `${service}:${operation}`];
  return operation === undefined ? [undefined, ANY_SERVICE] : [ANY_SERVICE];
}

const hasChanged = (said: Said, { action }: Refusal): string =>
  ` AWS refused it ${denialReason(said, action)}: something has changed since, or the circumstances were different.`;

/** KMS names none where a ciphertext alone says which it is, nor one of another account to whom it refuses it (aws-facts A2.7). */
const isOfUnnamedKey = ({ action, resource }: Refusal): boolean =>
  KEY_ACTIONS.has(action.toLowerCase()) && (resource === undefined || isHidden(resource));

/** Whoever pasted the text has put something else in place of the key's id. */
const isHidden = (resource: string): boolean =>
  /:key\//.test(resource) && !/:key\/[\w-]*[0-9a-f]{12}$/i.test(resource);

function unnamedKey({ principal, action, resource }: Refusal, text: string): string {
  const abroad = /on\s+this\s+resource/.test(text)
    ? ': AWS does not name a key of another account, or one that does not exist'
    : '';
  const lacks = resource ? 'The message hides the key' : `Nor does it name the key${abroad}`;
  return `${lacks}; for each that it may be, ask: latchkey can ${principal} ${action} KEY.`;
}

const UNKNOWN = {
  version: 1,
  found: false,
  verdict: 'unknown',
  checks: [],
  ...NO_REMEDIES,
} as const;
