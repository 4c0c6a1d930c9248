/** A key whose state lets nobody use it, whatever policies say: what brings it back, also where no call on it can be made again. */
import type { Scope } from '../../aws/scope.ts';
import { isCryptographic } from '../../import/cloudtrail/use.ts';
import { originsOf } from '../../invoke/imported/described.ts';
import type { Runtime } from '../../invoke/runtime.ts';
import { Rehearsal } from '../../rehearsal/rehearsal.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { namedResource } from '../denial/explained-check.ts';
import { explainedRemedies, remediesOf } from '../denial/explained-remedies.ts';
import { type Explanation, NO_REMEDIES } from '../denial/explanation.ts';
import { byLabel } from '../history/recorded-calls.ts';
import { isKeyState } from '../messages/failure-reasons.ts';
import { keyNamed, keyOf } from '../question/key-question.ts';
import { keyStateCandidates } from '../remedies/key-state.ts';
import { findRemedies } from '../remedies/search.ts';
import type { Attempted, Subject } from '../remedies/subject.ts';

/** A key of which nothing that failed is recorded; undefined of one that can be used, and of what is no key. */
export async function explainUnusableKey(
  runtime: Runtime,
  subject: string,
  place: Scope,
): Promise<Explanation | undefined> {
  const { store } = runtime;
  const key = await store.read(async (tx) => {
    const arn = await keyNamed({ tx, ...place }, subject);
    const found = arn === undefined ? undefined : await keyOf(tx, arn);
    const isUnusable = found && found.state !== 'Enabled' && !(await wasUsedSinceRead(tx, found.arn));
    return isUnusable ? found : undefined;
  });
  if (!key) return undefined;
  const state = key.state.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  return {
    ...NO_CALL,
    subject,
    headline: `${namedResource(key.arn, key)} is ${state}: nobody can use it, whatever policies say.`,
    ...(await planOfKeyState(runtime, key.arn)),
  };
}

/** A key of an imported account is in the state in which it was read, unless a use that went through since then proves another. */
async function wasUsedSinceRead(tx: ReadTransaction, arn: string): Promise<boolean> {
  const [read] = (await originsOf(tx, arn)).filter(({ isRebuilt }) => !isRebuilt);
  if (!read) return false;
  const calls = await byLabel(tx, 'About', arn);
  const last = calls
    .map(({ body }) => body.event)
    .find(
      ({ errorCode, eventName }) => !errorCode && (isCryptographic(eventName) || ENDS_USE.has(eventName)),
    );
  return last !== undefined && isCryptographic(last.eventName) && last.eventTime > read.at;
}

const ENDS_USE: ReadonlySet<string> = new Set([
  'DisableKey',
  'ScheduleKeyDeletion',
  'DeleteImportedKeyMaterial',
]);

const NO_CALL = {
  version: 1,
  found: true,
  verdict: 'failed',
  checks: [],
  ...NO_REMEDIES,
} as const;

/** The key of a call that KMS refused for its state. */
export function unusableKeyOf({ call }: Explanation): string | undefined {
  const { code = '', message = '' } = call?.error ?? {};
  if (!isKeyState({ code, message })) return undefined;
  return /arn:[^:]*:kms:[^:]+:\d{12}:key\/[\w-]+/.exec(message)?.[0] ?? call?.resource;
}

/** Tried where it can be; where nobody is known who may do it, only said. */
export async function planOfKeyState(runtime: Runtime, keyArn: string): Promise<Partial<Explanation>> {
  const found = await findRemedies(runtime, subjectOf(keyArn));
  if (found.remedies.length > 0) return remediesOf(found);
  const stage = new Rehearsal(runtime);
  const [candidate] = await keyStateCandidates(stage, keyArn);
  if (!candidate) return {};
  const calls = (await candidate.calls?.(stage)) ?? [];
  return { remedies: explainedRemedies({ ...candidate, isUntried: true, calls, changes: [] }) };
}

function subjectOf(keyArn: string): Subject {
  const attempt = async (stage: Rehearsal): Promise<Attempted> => {
    const { state = 'Enabled' } = (await stage.runtime.store.read((tx) => keyOf(tx, keyArn))) ?? {};
    const passes = state === 'Enabled';
    const problem = {
      id: `state ${keyArn}`,
      reason: state,
      candidates: () => keyStateCandidates(stage, keyArn),
    };
    return { problems: passes ? [] : [problem], passes, isCutShort: false, steps: 1 };
  };
  return { walkThrough: attempt, try: attempt };
}
