/**
 * A launch of a group that has failed, and of which no call is on record: one more is rehearsed, as the role makes it that launches
 * for the group, whoever asks.
 */
import type { Scope } from '../../aws/scope.ts';
import { isImportedWorld } from '../../invoke/imported/imported-world.ts';
import type { Runtime } from '../../invoke/runtime.ts';
import type { Explanation } from '../denial/explanation.ts';
import { NoAnswer } from '../question/key-question.ts';
import { lastSegment } from '../words/names.ts';
import { plannedCall } from './planned-call.ts';

interface Launcher {
  readonly name: string;
  readonly role: string;
  readonly place: Scope;
}

/** `explanation`: all that is known of the subject, which is how its failure shows. */
export async function explainUnrecordedLaunch(
  runtime: Runtime,
  { subject, headline: symptom }: Explanation,
  places: readonly Scope[],
): Promise<Explanation | undefined> {
  const launcher = await launcherOf(runtime, subject.trim(), places);
  if (!launcher) return undefined;
  const { name, role, place } = launcher;
  const known = { subject, found: true, headline: symptom };
  const isImported = await runtime.store.read(isImportedWorld);
  const audit = `latchkey audit${isImported ? ' --from DIR' : ''} names keys that do not admit the role of a group.`;
  const plan = await planOf(runtime, { subject: name, as: role }, place);
  if (typeof plan === 'string')
    return { ...NOTHING, ...known, symptom: `${NO_RECORD} it cannot be rehearsed: ${plan}. ${audit}` };
  const { checks, headline } = plan;
  const [check] = checks;
  const rehearsed = `${NO_RECORD} one more was rehearsed, with what is known now, as ${lastSegment(role)} makes it.`;
  const before = symptom.replace(/(?<![.!?])$/, '.');
  if (plan.verdict === 'failed')
    return { ...plan, subject, symptom: `${before} ${plan.symptom ?? ''}`.trim() };
  if (plan.verdict === 'denied')
    return {
      ...plan,
      subject,
      headline: check ? `${check.principal.who} may not ${check.action} on ${check.resourceName}.` : headline,
      symptom: `${before} ${rehearsed}`,
    };
  const come =
    plan.verdict === 'allowed'
      ? `It would be let through: what refused it then is not known. ${audit}`
      : headline;
  return { ...plan, ...known, verdict: 'unknown', symptom: `${rehearsed} ${come}` };
}

const NO_RECORD = 'No call of that launch is on record:';

const NOTHING = {
  version: 1,
  verdict: 'unknown',
  checks: [],
  following: [],
  remedies: [],
  remediesVerified: false,
} as const;

async function planOf(
  runtime: Runtime,
  question: { readonly subject: string; readonly as: string },
  place: Scope,
): Promise<Explanation | string> {
  try {
    return await plannedCall(runtime, question, [place]);
  } catch (error) {
    if (error instanceof NoAnswer) return error.message.replace(/\.$/, '');
    throw error;
  }
}

/** Of what has failed and not come about since. */
function launcherOf(
  { store, ports }: Runtime,
  subject: string,
  places: readonly Scope[],
): Promise<Launcher | undefined> {
  return store.read(async (tx) => {
    for (const place of places) {
      for (const source of ports.failures) {
        const failure = await source.failureOf(tx, place, subject);
        if (failure?.triedBy && !failure.isOver) return { ...failure.triedBy, place };
      }
    }
    return undefined;
  });
}
