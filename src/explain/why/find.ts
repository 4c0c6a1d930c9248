/** Which recorded call is meant by what the user has in hand: an id, a name, an ARN, or an error message as it was printed. */
import { parseArn } from '../../aws/arn.ts';
import type { Scope } from '../../aws/scope.ts';
import type { ResourceFailure } from '../../invoke/ports/failure-source.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { type CallsOfCallers, callersNamed, callsOf, type NamedCaller } from '../history/principal-calls.ts';
import {
  byLabel,
  callersCopy,
  causeOf,
  initialCall,
  isCallersOwn,
  isDenied,
  isFailed,
  isLook,
  lastCall,
  outerCall,
  type Recorded,
  refusals,
} from '../history/recorded-calls.ts';
import { isMessage } from '../messages/message-text.ts';
import { callOfMessage } from '../messages/pasted-message.ts';
import { keyNamed } from '../question/key-question.ts';
import type { Reading } from '../question/reading.ts';

export interface Finding {
  /** Absent for a principal that was denied nothing, and for what only its symptom is known of. */
  readonly entry?: Recorded;
  /** What became of the resource that was asked about: `i-… was stopped: Client.InternalError…`. */
  readonly symptom?: string;
  /** The call of the user in whose course a service made this one. */
  readonly outer?: Recorded;
  /** The call for which the service made that one, in a request of its own. */
  readonly initial?: Recorded;
  /** Other denials that the subject has met, the latest first. */
  readonly others?: readonly Recorded[];
  /** `user john`, where a principal was asked about. */
  readonly principal?: string;
  /** Of several calls that may have been meant, which this is. */
  readonly chosen?: string;
}

export async function findCall(from: Reading, given: string, scope: Scope): Promise<Finding | undefined> {
  const subject = given.trim();
  const { tx } = from;
  if (isMessage(subject)) {
    const entry = await callOfMessage(from, subject, scope);
    return entry && withOuter(tx, { entry });
  }
  return (
    (await byFailure(from, subject, scope)) ??
    (await byId(tx, subject)) ??
    (await byName(from, subject, scope))
  );
}

/** What somebody of the name was denied; else what was denied about him, or about what else has it; else what failed, or was allowed. */
async function byName(from: Reading, subject: string, scope: Scope): Promise<Finding | undefined> {
  const callers = await callersNamed(from, subject, scope);
  const calls = await callsOf(from.tx, callers);
  const denied = await deniedTo(from, callers, calls);
  if (denied) return denied;
  const principal = callers.find(({ arn }) => arn !== undefined);
  // Records of what is done to somebody have his ARN, and the end of it.
  const { arn = subject } = principal ?? {};
  const named = arn.endsWith(`/${subject}`) ? subject : arn;
  const about = (await byKey(from, subject, scope)) ?? (await byRecord(from, named, scope));
  if (about?.entry && isDenied(about.entry)) return principal ? deniedAbout(about, principal) : about;
  const [failed] = calls.failed;
  const who = (principal ?? calls.latestBy)?.who;
  if (!who || about?.symptom || (about && !principal)) return about;
  return failed
    ? withOuter(from.tx, { entry: failed, chosen: `Nothing was denied to ${who}; this failed last.` })
    : { principal: who };
}

async function byRecord(from: Reading, subject: string, scope: Scope): Promise<Finding | undefined> {
  const found = (await byResource(from.tx, subject, scope)) ?? (await byIdOfArn(from.tx, subject, scope));
  if (found && !isLook(found.entry)) return found;
  return (await byWhole(from, subject, scope)) ?? (await bySymptom(from, subject, scope)) ?? found;
}

/** What its service knows of its failure. */
async function byFailure(from: Reading, subject: string, scope: Scope): Promise<Finding | undefined> {
  for (const source of from.ports.failures) {
    const failure = await source.failureOf(from.tx, scope, subject);
    const found = failure && (await callOfFailure(from, failure, scope));
    if (found) return found;
  }
  return undefined;
}

export async function callOfFailure(
  from: Reading,
  { cause, symptom }: ResourceFailure,
  scope: Scope,
): Promise<Finding | undefined> {
  if (!cause) return undefined;
  const found = await findCall(from, 'eventId' in cause ? cause.eventId : cause.resource, scope);
  return found && { ...found, symptom };
}

async function byId(tx: ReadTransaction, subject: string): Promise<Finding | undefined> {
  const [event] = await byLabel(tx, 'EventId', subject);
  return event && withOuter(tx, { entry: event });
}

/** With what was denied about them beside it. */
async function deniedTo(
  { tx }: Reading,
  callers: readonly NamedCaller[],
  { denied, deniedTo: who }: CallsOfCallers,
): Promise<Finding | undefined> {
  const entry = latest(denied);
  if (!entry) return undefined;
  const about: Recorded[] = [];
  for (const { arn } of callers) if (arn) about.push(...(await byLabel(tx, 'About', arn)).filter(isDenied));
  const finding = await withOuter(tx, { entry, others: [...denied, ...about] });
  return { ...finding, chosen: chosenOf(entry, denied, `calls that ${who} was denied`), principal: who };
}

const deniedAbout = (about: Finding, { who }: NamedCaller): Finding => ({
  ...about,
  chosen: `Nothing was denied to ${who}; this was denied to somebody who asked for something about it.`,
});

/** What changes or uses something; of those that only look, where there is nothing else. */
const latest = (calls: readonly Recorded[]): Recorded | undefined =>
  calls.find((call) => !isLook(call)) ?? calls[0];

/** A key by any of its names, and everybody who was denied it. */
async function byKey(from: Reading, subject: string, scope: Scope): Promise<Finding | undefined> {
  const arn = await keyNamed({ ...from, ...scope }, subject);
  if (!arn) return undefined;
  const calls = await byLabel(from.tx, 'About', arn);
  // A disabled key refuses without any policy: whatever was refused last is what matters.
  const refused = calls.filter((call) => isDenied(call) || isFailed(call));
  const entry = latest(refused);
  if (!entry) return byResource(from.tx, arn, scope);
  const chosen = chosenOf(entry, distinct(refused), 'refused calls about the key');
  return withOuter(from.tx, { entry, others: calls.filter(isDenied), chosen });
}

/** ResourceName has what a call made; About, what it was decided on. */
async function byResource(tx: ReadTransaction, subject: string, scope: Scope) {
  const ofRequest = await byLabel(tx, 'RequestId', subject);
  const everywhere = [...ofRequest];
  for (const label of ['About', 'ResourceName']) everywhere.push(...(await byLabel(tx, label, subject)));
  const calls = UNIQUE.test(subject) ? everywhere : inPlace(everywhere, scope);
  const entry =
    (await lastCall(tx, calls, (call) => isDenied(call) && !isLook(call))) ??
    (await lastRefused(tx, calls)) ??
    (await lastCall(tx, calls, (call) => isFailed(call) && !isLook(call))) ??
    calls.find(isDenied) ??
    calls.find(isFailed) ??
    calls[0];
  if (!entry) return undefined;
  const denied = distinct(calls.filter((call) => isDenied(call) && (!isLook(call) || isLook(entry))));
  if (ofRequest.length > 0 || !denied.some(({ sequence }) => sequence === entry.sequence))
    return withOuter(tx, { entry });
  return withOuter(tx, { entry, others: denied, chosen: chosenOf(entry, denied, 'denied calls about it') });
}

/** An ARN, or with the digits of an id. Any account may have a group, a stack, a role or a rule of another's name. */
export const UNIQUE = /^arn:|[0-9a-f]{8}/i;

/** Those of the Region, or else of the account: what is global is recorded in one Region. */
function inPlace(calls: readonly Recorded[], { account, region }: Scope): readonly Recorded[] {
  const ofRegion = calls.filter(({ stream }) => stream === `${account}/${region}`);
  return ofRegion.length > 0 ? ofRegion : calls.filter(({ stream }) => stream.startsWith(`${account}/`));
}

/** Records of EC2 have ids, and those of Auto Scaling the name of the group. */
const ID_OF_ARN = /^arn:[^:]+:(?:ec2:[^:]*:\d*:[a-z-]+\/|autoscaling:.+:autoScalingGroupName\/)(.+)$/;

async function byIdOfArn(tx: ReadTransaction, arn: string, scope: Scope) {
  const [, id] = ID_OF_ARN.exec(arn) ?? [];
  if (id === undefined) return undefined;
  const { account = '', region = '' } = parseArn(arn) ?? {};
  return byResource(tx, id, { account: account || scope.account, region: region || scope.region });
}

/** The last in whose course a service was denied something. */
async function lastRefused(tx: ReadTransaction, calls: readonly Recorded[]): Promise<Recorded | undefined> {
  const refused = await refusals(tx);
  for (const call of calls) {
    const cause = await causeOf(tx, call, refused);
    if (cause && isDenied(cause)) return cause;
  }
  return undefined;
}

/** What it was made with says who made it, and how. */
async function byWhole(from: Reading, subject: string, scope: Scope): Promise<Finding | undefined> {
  for (const source of from.ports.failures) {
    const whole = await source.madeWith?.(from.tx, scope, subject);
    const found = whole === undefined ? undefined : await findCall(from, whole, scope);
    if (found) return { ...found, symptom: found.symptom ?? `${subject} was made with ${whole}` };
  }
  return undefined;
}

/** It is over or has failed, and no call that was refused for it is on record. */
async function bySymptom(from: Reading, subject: string, scope: Scope): Promise<Finding | undefined> {
  for (const source of from.ports.failures) {
    const failure = await source.failureOf(from.tx, scope, subject);
    const symptom = failure?.symptom ?? (await source.outcomeOf?.(from.tx, scope, subject));
    if (symptom !== undefined) return { symptom };
  }
  return undefined;
}

/** Of several, which was chosen, and how the others are asked for. */
function chosenOf(entry: Recorded, all: readonly Recorded[], what: string): string | undefined {
  if (all.length < 2) return undefined;
  const later = all.some((call) => isLook(call) && call.sequence > entry.sequence);
  return `Of the ${all.length} ${what}, this is the latest${later ? ' that does more than look' : ''}. The others are under "Also denied", each with the event to ask for.`;
}

/** Each call once: the owner of a resource in another account has a copy of its record. */
function distinct(calls: readonly Recorded[]): Recorded[] {
  const found = new Map<unknown, Recorded>();
  for (const call of calls) {
    const { sharedEventID = call.sequence } = call.body.event;
    const known = found.get(sharedEventID);
    if (!known || (isCallersOwn(call) && !isCallersOwn(known))) found.set(sharedEventID, call);
  }
  return [...found.values()];
}

async function withOuter<F extends Finding & { readonly entry: Recorded }>(
  tx: ReadTransaction,
  finding: F,
): Promise<F> {
  const given = await callersCopy(tx, finding.entry);
  const cause = await causeOf(tx, given, await refusals(tx));
  const entry = cause ?? given;
  const outer = await outerCall(tx, entry);
  const initial = (await initialCall(tx, entry)) ?? (cause && given);
  const course = outer && initial?.sequence !== outer.sequence ? { outer, initial } : { outer: initial };
  // What is explained is no other denial, though it was found by what failed for it.
  const others = finding.others && distinct(finding.others).filter((other) => !isSameCall(other, entry));
  return { ...finding, entry, ...course, ...(others && { others }) };
}

function isSameCall(one: Recorded, other: Recorded): boolean {
  const { sharedEventID } = one.body.event;
  return (
    one.sequence === other.sequence ||
    (sharedEventID !== undefined && sharedEventID === other.body.event.sharedEventID)
  );
}
