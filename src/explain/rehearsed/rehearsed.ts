/**
 * What a rehearsal adds to an explanation: everything that the call asks for, whether it would be let through now, and
 * the changes that would let it through, each made and tried there.
 */
import { auditLog, type CloudTrailEvent } from '../../invoke/audit/audit.ts';
import { recordedCall } from '../../invoke/audit/recorded-call.ts';
import { callerArn } from '../../invoke/caller.ts';
import type { Runtime } from '../../invoke/runtime.ts';
import { compileGlob } from '../../policy/glob.ts';
import { ANY, type GlobPart } from '../../policy/template.ts';
import { underAnotherName } from '../../rehearsal/new-names.ts';
import { type Outcome, Rehearsal, type RehearsedCall } from '../../rehearsal/rehearsal.ts';
import type { Asked, Obstacle } from '../../rehearsal/transcript.ts';
import { MAX_STACK_NAME } from '../../services/cloudformation/index.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { isUnreadCeiling, isUnreadDeny } from '../denial/as-recorded.ts';
import { remediesOf } from '../denial/explained-remedies.ts';
import { type Explanation, NO_REMEDIES, type PlannedCheck } from '../denial/explanation.ts';
import { failedRequest } from '../remedies/failed-request.ts';
import { gainsByOthers } from '../remedies/risk.ts';
import { findRemedies } from '../remedies/search.ts';
import { callSubject, passed } from '../remedies/subject.ts';
import { resourceName } from '../words/names.ts';
import { allowedNow, planOfDecisions } from './plan-of-decisions.ts';
import { settledByRehearsal } from './settled-by-rehearsal.ts';
import { sinceThen } from './since-then.ts';
import { NOT_KEPT, unrehearsedWhole } from './unrehearsed.ts';
import { planOfKeyState, unusableKeyOf } from './unusable-key.ts';

export async function rehearsed(runtime: Runtime, explanation: Explanation): Promise<Explanation> {
  const found = await withRehearsal(runtime, explanation);
  if (found.verdict === 'failed' && found.now !== 'allowed' && found.remedies.length === 0) {
    const key = unusableKeyOf(found);
    return key === undefined ? found : { ...found, ...(await planOfKeyState(runtime, key)) };
  }
  // What nobody has read cannot be rehearsed, and may be in the way still.
  const isUnread = found.checks.some((check) => isUnreadDeny(check) || isUnreadCeiling(check));
  return isUnread ? { ...found, remediesVerified: false } : found;
}

async function withRehearsal(runtime: Runtime, explanation: Explanation): Promise<Explanation> {
  const { verdict, outerEvent, event } = explanation;
  if (verdict !== 'denied' && verdict !== 'failed') return explanation;
  const stackCreation = await runtime.store.read((tx) => creationOfStack(runtime, tx, explanation));
  let why: string | undefined;
  for (const each of [stackCreation, outerEvent, event]) {
    const found = each && (await runtime.store.read((tx) => recordedCall(runtime, tx, each.eventID)));
    const call = found && each === stackCreation ? withAnotherName(found) : found;
    const plan = call && (await planOf(runtime, call, explanation));
    if (plan && 'headline' in plan)
      return { ...explanation, ...plan, ...(await bySentence(runtime, explanation, plan)) };
    if (each === (outerEvent ?? event)) why = plan?.fails ?? NOT_KEPT;
  }
  if (verdict !== 'denied') return explanation;
  const plan = await planOfDecisions(runtime, explanation);
  const unrehearsed =
    (plan.remediesVerified || plan.provided) && why
      ? await unrehearsedWhole(runtime, explanation, why)
      : undefined;
  return { ...explanation, ...plan, ...(unrehearsed && { unrehearsed, remediesVerified: false }) };
}

/** Where too little was read for the call to be rehearsed to its end, AWS's sentence may say what is lacking. */
async function bySentence(
  runtime: Runtime,
  explanation: Explanation,
  { now, remedies, isCutShort }: Plan,
): Promise<Partial<Explanation>> {
  const isOpen = now === 'denied' && remedies.length === 0 && !isCutShort;
  if (!isOpen || !explanation.checks.some(({ missing }) => missing)) return {};
  const found = await planOfDecisions(runtime, explanation);
  return found.remedies?.length ? found : {};
}

const CLOUDFORMATION = 'cloudformation.amazonaws.com';
const CREATION = 'cloudformation:CreateStack';

/** The creation of the stack that is asked about, of which a resource's call is only a part. */
async function creationOfStack(
  { registry }: Runtime,
  tx: ReadTransaction,
  { subject, event, outerEvent, initialCall, outerCall }: Explanation,
): Promise<CloudTrailEvent | undefined> {
  const isByStack = [event, outerEvent].some((each) => each?.userIdentity?.invokedBy === CLOUDFORMATION);
  // What an update came to, the creation does not tell.
  const isOfChange = [initialCall, outerCall].some(
    (each) => each?.action.startsWith('cloudformation:') && each.action !== CREATION,
  );
  if (isOfChange || !registry.operation('cloudformation', 'CreateStack')) return undefined;
  // What a service asked for in its own name.
  if (outerCall?.action === CREATION) return outerEvent;
  if (!isByStack) return undefined;
  const name = /:stack\/([^/]+)\//.exec(subject)?.[1] ?? subject;
  const label = { name: 'EventName', value: 'CreateStack' };
  const created = await tx.scan(auditLog, { label, limit: MAX_CREATIONS });
  return created.find(
    ({ body }) => (body.event.requestParameters as { stackName?: string } | null)?.stackName === name,
  )?.body.event;
}

/** Creations that are searched. */
const MAX_CREATIONS = 200;

/** What failed may be there still. */
function withAnotherName(call: RehearsedCall): RehearsedCall {
  const { StackName } = call.input as { StackName: string };
  return { ...call, input: { ...call.input, StackName: underAnotherName(StackName, MAX_STACK_NAME) } };
}

const NOT_ASKED = 'made now, it does not reach what was denied';

type Plan = Pick<
  Explanation,
  | 'call'
  | 'checks'
  | 'headline'
  | 'gains'
  | 'now'
  | 'since'
  | 'plan'
  | 'following'
  | 'remedies'
  | 'remediesVerified'
  | 'failsThen'
  | 'isCutShort'
  | 'provided'
>;

/** Where the call cannot be made again for a reason of its own, that reason: then it says nothing about what was denied. */
async function planOf(
  runtime: Runtime,
  call: RehearsedCall,
  explanation: Explanation,
): Promise<Plan | { readonly fails: string }> {
  const { verdict } = explanation;
  const world = new Rehearsal(runtime);
  const strict = await world.try(call);
  const walked = await world.walkThrough(call);
  const { asked, requestFailures, isHindered } = walked.transcript;
  const isCutShort = strict.isCutShort || walked.isCutShort;
  if (!isHindered && strict.error)
    return { fails: `${strict.error.code}: ${strict.error.message.replace(/\.$/, '')}` };
  const plan = asked.map(plannedCheck);
  const {
    headline,
    call: explained,
    checks: settled,
  } = {
    ...withReason(explanation, requestFailures),
    ...(await settledByRehearsal(runtime, explanation, walked)),
  };
  if (!isHindered && isCutShort) {
    return {
      headline,
      checks: settled,
      plan,
      ...NO_REMEDIES,
      isCutShort,
    };
  }
  if (passed(strict)) {
    if (failsAgain(strict, explanation) || !asksAgain(strict, explanation)) return { fails: NOT_ASKED };
    const since = await sinceThen(runtime, explanation);
    return {
      headline: `${headline} ${allowedNow(explanation)}`,
      checks: settled,
      now: 'allowed',
      since,
      plan,
      ...NO_REMEDIES,
    };
  }
  if (!isHindered && verdict === 'failed') return { fails: NOT_ASKED };
  return {
    headline,
    call: explained,
    checks: settled,
    ...(await wayOut(runtime, call, { ...walked, isCutShort }, settled)),
  };
}

type Named = Pick<PlannedCheck, 'action' | 'resource'>;

/** Whether what is planned is one of what is known: what a call makes has another name each time, which the plan leaves open (`key/*`). */
function isAmong(known: readonly Named[], { action, resource }: Named): boolean {
  const parts = resource.split('*').flatMap((text, at): GlobPart[] => (at > 0 ? [ANY, text] : [text]));
  const matches = compileGlob(parts);
  return known.some((each) => each.action === action && matches(each.resource));
}

/** What else it would ask for that is refused, and the least that would let all of it through. */
export async function wayOut(
  runtime: Runtime,
  call: RehearsedCall,
  { transcript, isCutShort }: Outcome,
  known: readonly Named[],
): Promise<Omit<Plan, 'headline' | 'call' | 'checks' | 'since'>> {
  const found = await findRemedies(runtime, callSubject(call));
  const plan = transcript.asked.map(plannedCheck);
  const nameOf = ({ action, resource }: Named) => `${action} ${resource}`;
  // What depends on these alone is let through.
  const isProvided = ({ missing }: PlannedCheck) => missing?.every((name) => found.provided?.includes(name));
  const refused = plan.filter((each) => !each.allowed && !isProvided(each) && !isAmong(known, each));
  const following = [...new Map(refused.map((each) => [nameOf(each), each])).values()].map(
    ({ action, resource }) => ({ action, resource }),
  );
  return {
    now: 'denied',
    plan,
    following,
    ...remediesOf(found),
    ...(found.failure && { failsThen: found.failure }),
    ...(isCutShort && { isCutShort: true }),
    gains: await gainsByOthers(
      found.world,
      found.stage.runtime,
      transcript.denied.map(({ ruling }) => ruling),
    ),
  };
}

/** Whether the very call that failed fails in the same way still. */
function failsAgain({ transcript }: Outcome, { event }: Explanation): boolean {
  // CloudTrail puts EC2's side of the fault before the code.
  const code = event?.errorCode?.replace(/^(?:Client|Server)\./, '');
  return transcript.failures.some(
    ({ invocation, error }) => invocation.operation.name === event?.eventName && error.code === code,
  );
}

/** Whether what was denied is asked at all: an instance that is starting is not started again. */
function asksAgain({ transcript }: Outcome, { verdict, checks }: Explanation): boolean {
  if (verdict !== 'denied') return true;
  return transcript.asked.some(({ ruling }) => checks.some(({ action }) => action === ruling.request.action));
}

/** Of a request that asks for what cannot be: why it cannot, in place of the name of the error. */
function withReason(
  { verdict, headline, call, outerCall }: Explanation,
  failures: readonly Obstacle[],
): Pick<Explanation, 'headline' | 'call'> {
  const [first] = failures;
  const failed = first && failedRequest(first);
  if (verdict !== 'failed' || !failed || !call) return { headline, call };
  const { reason, key } = failed;
  const about =
    key?.startsWith('arn:') && !call.resource ? { resource: key, resourceName: resourceName(key) } : {};
  return {
    headline: `${(outerCall ?? call).action} failed: ${reason}. No policy refused it.`,
    call: { ...call, ...about },
  };
}

export function plannedCheck({ invocation, ruling }: Asked): PlannedCheck {
  const { request, decision } = ruling;
  return {
    who: callerArn(invocation.caller),
    by: invocation.caller.kind,
    operation: `${invocation.operation.service.id}:${invocation.operation.name}`,
    action: request.action,
    resource: request.resource,
    allowed: decision.allowed,
    ...(decision.missing?.length && { missing: decision.missing.map(({ name }) => name) }),
  };
}
