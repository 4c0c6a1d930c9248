/** The questions about permissions. They are answered with facts; whoever asked prints them. */
import type { Scope } from '../aws/scope.ts';
import { audit } from '../explain/audit/audit.ts';
import type { Explanation } from '../explain/denial/explanation.ts';
import { subjectIn } from '../explain/messages/message-text.ts';
import { canInFull } from '../explain/planned/can-in-full.ts';
import type { PassedCalls } from '../explain/planned/passed-calls.ts';
import { plannedCall } from '../explain/planned/planned-call.ts';
import { explainUnrecordedLaunch } from '../explain/planned/unrecorded-launch.ts';
import { explainUnrecorded } from '../explain/planned/unrecorded-message.ts';
import type { Reading } from '../explain/question/reading.ts';
import { rehearsed } from '../explain/rehearsed/rehearsed.ts';
import { explainUnusableKey } from '../explain/rehearsed/unusable-key.ts';
import { whatCan } from '../explain/rights/what-can.ts';
import { whoCan } from '../explain/rights/who-can.ts';
import type { ProposedChange } from '../explain/what-if/policy-change.ts';
import { whatIf } from '../explain/what-if/what-if.ts';
import { explain } from '../explain/why/explain.ts';
import { UNIQUE } from '../explain/why/find.ts';
import { renderExplanation } from '../explain/why/render.ts';
import { explainEach } from '../explain/why/several-denials.ts';
import type { Runtime } from '../invoke/runtime.ts';
import {
  type Body,
  ControlError,
  isTextList,
  objectOf,
  type Questions,
  refusal,
  requiredString,
  type ScopeOf,
  stringOf,
} from './control-api.ts';

export interface WithBasis {
  /** Of an imported account: when what was read, and what was changed since the call or the reading. */
  readonly basis?: readonly string[];
}

/** For whoever has no printer of his own: the text as the command prints it. */
export type ExplanationAnswer = Explanation & WithBasis & { readonly text: string };

const MAY_WHO_DO_WHAT = 'may which principal do what?';

/** `placesOf`: where that is looked for of which nobody says where it is. `passed`: of a real account, calls that went through. */
export function explanations(
  runtime: Runtime,
  placeOf: ScopeOf,
  placesOf = (body: Body): readonly Scope[] => [placeOf(body)],
  passed?: PassedCalls,
): Questions {
  const { store, ports } = runtime;
  const reading = <Answer>(answer: (from: Reading) => Promise<Answer>): Promise<Answer> =>
    store.read((tx) => answer({ tx, ports })).catch(refusal);
  return {
    async explain(body) {
      const subject = subjectIn(stringOf(body, 'subject') ?? '');
      if (!subject) throw new ControlError('explain what?');
      const as = stringOf(body, 'as');
      if (as !== undefined) return planned(runtime, { subject, as }, body, placesOf(body));
      return ofText(runtime, subject, placeOf(body), placesOf(body));
    },

    async 'what-if'(body) {
      const change = changeOf(body);
      return reading((from) => whatIf(from, change, placeOf(body)));
    },

    async 'who-can'(body) {
      const key = requiredString(body, 'key', 'who may use which key?');
      const action = stringOf(body, 'action');
      return reading((from) => whoCan(from, { key, action, ...placeOf(body) }));
    },

    async can(body) {
      const question = {
        principal: requiredString(body, 'principal', MAY_WHO_DO_WHAT),
        action: requiredString(body, 'action', MAY_WHO_DO_WHAT),
        resource: stringOf(body, 'resource'),
        through: stringOf(body, 'through'),
        context: contextOf(body.context),
        nowMs: runtime.clock.nowMs(),
        passed,
      };
      return canInFull(runtime, { ...question, ...placeOf(body) }).catch(refusal);
    },

    async audit(body) {
      const account = stringOf(body, 'accountId');
      const nowMs = runtime.clock.nowMs();
      return reading((from) => audit(from, { account, nowMs }));
    },

    async 'what-can'(body) {
      const principal = requiredString(body, 'principal', 'what may which principal do?');
      return reading((from) => whatCan(from, { principal, ...placeOf(body) }));
    },
  };
}

/** Of the call that somebody would make. */
async function planned(
  runtime: Runtime,
  question: { readonly subject: string; readonly as: string },
  body: Body,
  places: readonly Scope[],
): Promise<ExplanationAnswer> {
  const input = body.input === undefined ? undefined : objectOf(body.input, 'the input of a call');
  const given = { ...question, call: stringOf(body, 'call'), input };
  const plan = await plannedCall(runtime, given, places).catch(refusal);
  return answerOf(plan);
}

/** `place`: of what does not say where it is. */
async function ofText(
  runtime: Runtime,
  subject: string,
  place: Scope,
  places: readonly Scope[],
): Promise<ExplanationAnswer> {
  return answerOf(await explainEach(subject, place.account, (one) => ofSubject(runtime, one, place, places)));
}

async function ofSubject(
  runtime: Runtime,
  subject: string,
  place: Scope,
  places: readonly Scope[],
): Promise<Explanation> {
  const { store, ports } = runtime;
  const found = await store.read((tx) => explainAnywhere({ tx, ports }, subject, places)).catch(refusal);
  const unrecorded = found.found ? undefined : await explainUnrecorded(runtime, subject, place, places);
  const explanation = unrecorded ?? (await rehearsed(runtime, found));
  const isFailure = explanation.verdict === 'denied' || explanation.verdict === 'failed';
  const unusable = isFailure ? undefined : await explainUnusableKey(runtime, subject, place);
  const isSymptom = explanation.found && explanation.verdict === 'unknown';
  const launch = isSymptom ? await explainUnrecordedLaunch(runtime, explanation, places) : undefined;
  return { ...explanation, ...unusable, ...launch };
}

const answerOf = (explanation: Explanation): ExplanationAnswer => ({
  ...explanation,
  text: renderExplanation(explanation),
});

/**
 * In the first of the places where it is found, and of what each account may have (a role of some name) in the first where it met
 * with a refusal; what is said where it is nowhere is said of the first place.
 */
async function explainAnywhere(
  from: Reading,
  subject: string,
  places: readonly Scope[],
): Promise<Explanation> {
  let best: Explanation | undefined;
  for (const place of places) {
    const explanation = await explain(from, subject, place);
    if (explanation.found && (explanation.verdict !== 'allowed' || UNIQUE.test(subject))) return explanation;
    if (!best || (explanation.found && !best.found)) best = explanation;
  }
  return best as Explanation;
}

/** Condition keys, each with a value or a list of values. */
function contextOf(given: unknown): Record<string, readonly string[]> {
  const context: Record<string, readonly string[]> = {};
  for (const [key, value] of Object.entries(given ?? {})) {
    const values = Array.isArray(value) ? value : [value];
    if (!isTextList(values)) throw new ControlError(`the values of ${key} must be strings`);
    context[key] = values;
  }
  return context;
}

/** `key` is what `target` was called first. */
export function changeOf(body: Body): ProposedChange {
  const target = stringOf(body, 'target') ?? stringOf(body, 'key');
  if (!target) throw new ControlError('what if which key, policy or principal were changed how?');
  const state = stringOf(body, 'state');
  if (state !== undefined && state !== 'disabled' && state !== 'pending-deletion') {
    throw new ControlError('state must be disabled or pending-deletion');
  }
  return {
    target,
    state,
    policy: stringOf(body, 'policy'),
    revokeGrant: stringOf(body, 'revokeGrant'),
    inline: stringOf(body, 'inline'),
    removeInline: stringOf(body, 'removeInline'),
    attach: stringOf(body, 'attach'),
    detach: stringOf(body, 'detach'),
    ...(body.boundary === true && { boundary: true }),
  };
}
