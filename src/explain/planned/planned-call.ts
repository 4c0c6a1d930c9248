/**
 * Where no trail says who asked: the call that would be made on a subject, by whoever is named, rehearsed with all that
 * follows from it, and what would let it through.
 */
import { AwsError } from '../../aws/aws-error.ts';
import type { Scope } from '../../aws/scope.ts';
import type { Runtime } from '../../invoke/runtime.ts';
import { rootUser } from '../../policy/root-user.ts';
import { signedIn } from '../../rehearsal/maker.ts';
import { underAnotherName } from '../../rehearsal/new-names.ts';
import { readAsRoot } from '../../rehearsal/reading.ts';
import { Rehearsal, type RehearsedCall } from '../../rehearsal/rehearsal.ts';
import type { Asked } from '../../rehearsal/transcript.ts';
import { MAX_STACK_NAME } from '../../services/cloudformation/index.ts';
import { explainedCheck } from '../denial/explained-check.ts';
import { type ExplainedCheck, type Explanation, NO_REMEDIES } from '../denial/explanation.ts';
import { knownPrincipals } from '../question/asked-principals.ts';
import { NoAnswer } from '../question/key-question.ts';
import type { Ruled } from '../rehearsed/decided-anew.ts';
import { plannedCheck, wayOut } from '../rehearsed/rehearsed.ts';
import { dependsOn } from '../rights/grounds-in-words.ts';
import { findPrincipal } from '../rights/what-can.ts';
import { inAnyWay, isOpen } from './planned-circumstances.ts';
import { SUBJECT_KINDS } from './planned-inputs.ts';
import { askerOf, roleOfWork, unguarded } from './planned-role.ts';
import type { Asking, Describe, Hindrance, SubjectKind } from './planned-subject.ts';

export interface PlanQuestion {
  readonly subject: string;
  /** Who would make it. */
  readonly as: string;
  /** `AttachVolume`; the usual one for such a subject where absent. */
  readonly call?: string;
  /** Members of its input, beside or instead of those that follow from the subject. */
  readonly input?: Readonly<Record<string, unknown>>;
}

/** The subject is looked for in the places, one after the other. */
export async function plannedCall(
  runtime: Runtime,
  question: PlanQuestion,
  places: readonly Scope[],
): Promise<Explanation> {
  const { subject } = question;
  const work = await callOn(runtime, question, places);
  const { operation, input, account, region, hindrance } = work;
  const { principal, who } = await runtime.store.read(async (tx) =>
    findPrincipal(tx, (await knownPrincipals(tx)).asked, question.as, account),
  );
  if (!('account' in principal)) throw new NoAnswer(`${who} is no user or role: it makes no such call`);
  const role = roleOfWork(principal, work, subject);
  const world = role ? unguarded(runtime) : runtime;
  const stage = hindrance ? await without(world, hindrance, { account, region }) : world;
  const asker = role ? await askerOf(stage, work) : principal;
  const caller = signedIn(asker, region, runtime.clock.nowMs());
  // Somebody asks for the role, in whatever way.
  const inWay = role ? ({ ruling }: Asked) => ruling : inAnyWay;
  const decided = await decidedPlan(stage, { caller, operation, input }, inWay);
  const { verb } = role ?? work;
  const may = decided.verdict === 'denied' ? 'could not' : 'could';
  const about = `${who} ${may} ${verb} ${subject}`;
  const rehearsed = `${operation.service.id}:${operation.name} was rehearsed; no trail was consulted.`;
  const answer =
    decided.verdict === 'unknown'
      ? `It cannot be said whether ${who} could ${verb} ${subject}: it ${decided.depends}.`
      : `${about}${decided.depends ? `, but it ${decided.depends}` : ''}: ${rehearsed}`;
  return {
    version: 1,
    subject,
    found: true,
    ...NO_REMEDIES,
    ...decided.plan,
    verdict: hindrance && decided.verdict === 'allowed' ? 'failed' : decided.verdict,
    headline: hindrance?.sentence ?? answer,
    ...(hindrance && { symptom: `Were it not for that: ${answer}` }),
    checks: decided.checks,
  };
}

/** The world without what hinders the subject. */
async function without(runtime: Runtime, { cleared }: Hindrance, place: Scope): Promise<Runtime> {
  const operation = runtime.registry.operation(...cleared.operation);
  if (!operation) return runtime;
  const stage = new Rehearsal(runtime);
  const caller = signedIn(rootUser(place.account), place.region, runtime.clock.nowMs());
  await stage.perform({ caller, operation, input: cleared.input });
  return stage.runtime;
}

/** By the kind of the subject, with what was given beside it. */
async function callOn(runtime: Runtime, question: PlanQuestion, places: readonly Scope[]) {
  for (const place of places) {
    const asking: Asking = { ...place, subject: question.subject, describe: describing(runtime, place) };
    for (const kind of SUBJECT_KINDS) {
      if (await kind.matches(asking))
        return {
          ...place,
          ...(await callOfKind(runtime, question, asking, kind)),
          hindrance: await kind.hindrance?.(asking),
          role: kind.role && { verb: kind.role.verb, arn: await kind.role.arn(asking) },
        };
    }
  }
  const where = places.map(({ account, region }) => `account ${account}, ${region}`).slice(0, 3);
  throw new NoAnswer(
    `--as decides a call on an instance, volume, snapshot, image, launch template, parameter, Auto Scaling group or stack that is there; there is no ${question.subject} in ${where.join('; ')}. For one action of a policy: latchkey can`,
  );
}

async function callOfKind(
  { registry }: Runtime,
  { subject, call, input: given }: PlanQuestion,
  asking: Asking,
  kind: SubjectKind,
) {
  const names = Object.keys(kind.calls);
  const name = call ?? (await kind.usual?.(asking)) ?? (names[0] as string);
  const planned = Object.hasOwn(kind.calls, name) ? kind.calls[name] : undefined;
  const operation = registry.operation(kind.service, name);
  if (!planned || !operation)
    throw new NoAnswer(`With ${kind.noun} ${subject} one of these is decided: --call ${names.join(', ')}`);
  const input: Record<string, unknown> = { ...(await planned.input(asking)), ...given };
  return {
    verb: planned.verb,
    operation,
    input: name === 'CreateStack' ? ofTemplate(input) : defined(input),
  };
}

const defined = (input: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));

/** Parameters and secrets stand in templates: none is in a snapshot. */
function ofTemplate(input: Record<string, unknown>): object {
  if (typeof input.TemplateBody !== 'string')
    throw new NoAnswer("The stack's template is not known here: hand it over, --template FILE");
  return defined({ ...input, StackName: underAnotherName(String(input.StackName), MAX_STACK_NAME) });
}

/** What the account itself would be shown. */
function describing(runtime: Runtime, place: Scope): Describe {
  return async (name, input) => {
    const operation = runtime.registry.operation(...(name.split(':') as [string, string]));
    if (!operation) return undefined;
    try {
      return (await readAsRoot(runtime, place, operation, input)) as Record<string, unknown>;
    } catch (error) {
      if (error instanceof AwsError) return undefined;
      throw error;
    }
  };
}

interface DecidedPlan {
  readonly verdict: 'allowed' | 'depends' | 'denied' | 'unknown';
  readonly checks: readonly ExplainedCheck[];
  /** On what it depends, where it is allowed in some ways, or cannot be said. */
  readonly depends?: string;
  readonly plan: Partial<Explanation>;
}

async function decidedPlan(
  runtime: Runtime,
  call: RehearsedCall,
  inWay: (asked: Asked) => Ruled,
): Promise<DecidedPlan> {
  const world = new Rehearsal(runtime);
  const strict = await world.try(call);
  const walked = await world.walkThrough(call);
  if (!walked.transcript.isHindered) {
    const { service, name } = call.operation;
    if (strict.error)
      throw new NoAnswer(
        `${service.id}:${name} cannot be made as things are: ${strict.error.code}: ${strict.error.message}`,
      );
    const plan = { plan: walked.transcript.asked.map(plannedCheck) };
    const { isCutShort } = walked;
    const depending = walked.transcript.asked.map(inWay).filter(isOpen);
    return {
      verdict: depending.length > 0 ? 'depends' : 'allowed',
      checks: [],
      ...(depending.length > 0 && { depends: dependsOn(depending) }),
      plan: { ...plan, ...(isCutShort && { isCutShort }) },
    };
  }
  const { denied, obstacles, stateFailures, requestFailures } = walked.transcript;
  const open = denied.map(inWay).filter(isOpen);
  const inTheWay = [denied, obstacles, stateFailures, requestFailures].flat();
  // What all of it depends on, nobody knows: none of it is in the way then.
  if (inTheWay.length === open.length) {
    const plan = { plan: walked.transcript.asked.map(plannedCheck) };
    return { verdict: 'unknown', checks: [], depends: dependsOn(open), plan };
  }
  const checks = await deniedChecks(
    runtime,
    denied.filter((each) => !isOpen(inWay(each))),
  );
  return { verdict: 'denied', checks, plan: await wayOut(runtime, call, walked, checks) };
}

/** Of the first call that is refused, whatever it is that nobody knows. */
async function deniedChecks(runtime: Runtime, [denied]: readonly Asked[]): Promise<ExplainedCheck[]> {
  if (!denied) return [];
  const { inputs, request, conditions } = denied.ruling;
  const { store, ports } = runtime;
  const check = await store.read((tx) => explainedCheck({ tx, ports }, inputs, request, conditions()));
  return check ? [check] : [];
}
