/** The way out of what a recorded call was denied, where the call itself cannot be made again: what was denied is decided anew. */
import { parseArn } from '../../aws/arn.ts';
import type { Runtime } from '../../invoke/runtime.ts';
import type { ConditionValues } from '../../invoke/verdict.ts';
import type { Rehearsal } from '../../rehearsal/rehearsal.ts';
import { isAllowedAsRead } from '../denial/as-recorded.ts';
import { remediesOf } from '../denial/explained-remedies.ts';
import type { Explanation } from '../denial/explanation.ts';
import { askedOfKeys } from '../question/asked-next.ts';
import { askedTogether, isRefusedAnyway } from '../question/asked-together.ts';
import type { Reading } from '../question/reading.ts';
import { gainsByOthers } from '../remedies/risk.ts';
import { findRemedies } from '../remedies/search.ts';
import { decisionSubject } from '../remedies/subject.ts';
import { missingFor } from '../rights/grounds-in-words.ts';
import { asRequest, factsOf } from '../rights/hypothetical-call.ts';
import { leftOpen } from '../rights/left-open.ts';
import { decidedAnew, deniedIn, type Ruled } from './decided-anew.ts';
import { planOfSentence } from './plan-of-sentence.ts';
import { sinceThen } from './since-then.ts';

/** Of a call that was not kept, or cannot be made again: what was denied in it is decided anew. */
export async function planOfDecisions(
  runtime: Runtime,
  explanation: Explanation,
): Promise<Partial<Explanation>> {
  const { event, headline } = explanation;
  const denied = await runtime.store.read((tx) => deniedIn(tx, event?.eventID ?? ''));
  // What it was decided on is not known: nothing can be decided anew.
  if (denied.length === 0) return {};
  const anew = await Promise.all(denied.map((each) => decidedAnew(runtime, each, {})));
  const missing = missingFor(anew);
  const isOwnCall = isAskedByCaller(explanation.call, denied);
  const next = await refusedNext(runtime, explanation, denied);
  const decisions = [...denied, ...next].map(
    (each) => (on: Rehearsal, more: ConditionValues) => decidedAnew(on.runtime, each, more),
  );
  // What a service asks for in its course is not the caller's to ask otherwise.
  const isOwn = (at: number) => isOwnCall && at < denied.length;
  const found = await findRemedies(runtime, decisionSubject(decisions, isOwn));
  // What lets it through must do so whatever it was that nobody recorded.
  const { remedies, sufficient, provided = [] } = found;
  if (missing.length > 0 && !sufficient) {
    const bySentence = await planOfSentence(
      runtime,
      { denied, anew, missing, isOwnCall },
      event?.errorMessage,
    );
    return bySentence || { open: leftOpen(anew) };
  }
  if (sufficient && remedies.length === 0) {
    const since = await sinceThen(runtime, explanation);
    return { headline: `${headline} ${allowedNow(explanation)}`, now: 'allowed', since };
  }
  const unrecorded = missing.map(({ name }) => name).filter((name) => !provided.includes(name));
  return {
    now: 'denied',
    following: next.map(({ request: { action, resource } }) => ({ action, resource })),
    ...remediesOf(found),
    ...(unrecorded.length > 0 && { unrecorded }),
    gains: await gainsByOthers(found.world, found.stage.runtime, [...denied, ...next]),
  };
}

/** What the service would have asked for next, and been refused. */
async function refusedNext(
  runtime: Runtime,
  { call, event }: Pick<Explanation, 'call' | 'event'>,
  denied: readonly Ruled[],
): Promise<Ruled[]> {
  const [asking, operation] = call?.action.split(':') ?? [];
  const service = call?.invokedBy?.split('.')[0] ?? asking;
  const together = denied.flatMap((each): Ruled[] =>
    askedTogether(each.request.action, { service, operation }).map((action) => ({
      ...each,
      request: { ...each.request, action },
    })),
  );
  const next = [...together, ...(await ofTheirKeys(runtime, event, denied))];
  const anew = await Promise.all(next.map((each) => decidedAnew(runtime, each, {})));
  return next.filter((_, at) => isRefusedAnyway(anew[at] as Ruled));
}

/** Of secret parameters, unless they were to be read as they are kept. */
async function ofTheirKeys(
  { store, ports, clock }: Runtime,
  event: Explanation['event'],
  denied: readonly Ruled[],
): Promise<Ruled[]> {
  const { withDecryption } = Object(event?.requestParameters) as { withDecryption?: unknown };
  if (withDecryption === false || event?.eventSource !== 'ssm.amazonaws.com') return [];
  const nowMs = clock.nowMs();
  const found = await store.read((tx) =>
    Promise.all(denied.map((each) => ruledOfKeys({ tx, ports }, each, nowMs))),
  );
  return found.flat();
}

async function ruledOfKeys(
  from: Reading,
  { inputs: { session }, request: { principal, action, resource, resourceAccount } }: Ruled,
  nowMs: number,
): Promise<Ruled[]> {
  const place = { account: resourceAccount, region: parseArn(resource)?.region ?? '' };
  if (!('account' in principal)) return [];
  const who = { principal, who: '', name: '', account: principal.account, isKnown: true };
  const ruled: Ruled[] = [];
  for (const next of await askedOfKeys(from.tx, { ...place, action, resource })) {
    const question = { ...place, ...next, nowMs };
    const facts = await factsOf(from, question, next.action);
    const { inputs, request } = await asRequest(from, question, next.action, who, facts);
    ruled.push({ inputs: { ...inputs, session }, request });
  }
  return ruled;
}

/** Not by a service for him, which its own trail has as an error of his call. */
const isAskedByCaller = (call: Explanation['call'], [first]: readonly Ruled[]): boolean =>
  call?.invokedBy === undefined &&
  (!first?.request.action.startsWith('kms:') || call?.action.startsWith('kms:') === true);

export const allowedNow = ({ checks }: Explanation): string =>
  checks.some(isAllowedAsRead)
    ? 'According to what was read it would be allowed now.'
    : 'It would be allowed now.';
