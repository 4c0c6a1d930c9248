/** Which recorded call is meant by what the user has in hand: an id, a name, an ARN, or an error message as it was printed. */
import { parseArn } from '../aws/arn.ts';
import type { Scope } from '../aws/scope.ts';
import type { Ports } from '../invoke/port.ts';
import type { ResourceFailure } from '../invoke/ports/failure-source.ts';
import type { ReadTransaction } from '../store/store.ts';
import { keyNamed } from './key-question.ts';
import { isText } from './message-text.ts';
import { callOfMessage } from './pasted-message.ts';
import { denialsOf, principalNamed } from './principal-calls.ts';
import {
  byLabel,
  callersCopy,
  causeOf,
  initialCall,
  isDenied,
  isFailed,
  isLook,
  lastCall,
  outerCall,
  type Recorded,
  refusals,
} from './recorded-calls.ts';

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
}

export interface FindingWorld {
  readonly tx: ReadTransaction;
  readonly ports: Pick<Ports, 'principals' | 'failures' | 'sealer'>;
}

export async function findCall(
  from: FindingWorld,
  given: string,
  scope: Scope,
): Promise<Finding | undefined> {
  const subject = given.trim();
  const { tx } = from;
  if (isText(subject)) {
    const entry = await callOfMessage(from, subject, scope);
    return entry && withOuter(tx, { entry });
  }
  return (
    (await byFailure(from, subject, scope)) ??
    (await byId(tx, subject)) ??
    (await byPrincipal(from, subject, scope)) ??
    (await byKey(from, subject, scope)) ??
    (await byRecord(from, subject, scope))
  );
}

async function byRecord(from: FindingWorld, subject: string, scope: Scope): Promise<Finding | undefined> {
  const found = (await byResource(from.tx, subject, scope)) ?? (await byIdOfArn(from.tx, subject, scope));
  if (found && !isLook(found.entry)) return found;
  return (await byWhole(from, subject, scope)) ?? (await bySymptom(from, subject, scope)) ?? found;
}

/** What its service knows of its failure. */
async function byFailure(from: FindingWorld, subject: string, scope: Scope): Promise<Finding | undefined> {
  for (const source of from.ports.failures) {
    const failure = await source.failureOf(from.tx, scope, subject);
    const found = failure && (await callOfFailure(from, failure, scope));
    if (found) return found;
  }
  return undefined;
}

export async function callOfFailure(
  from: FindingWorld,
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

/** What a user or role was denied. */
async function byPrincipal(from: FindingWorld, subject: string, scope: Scope): Promise<Finding | undefined> {
  const principal = await principalNamed(from, subject, scope);
  if (!principal) return undefined;
  const [entry, ...others] = await denialsOf(from.tx, principal);
  if (!entry) {
    // Somebody may have been denied the role itself: to assume it, or to pass it.
    const about = await lastCall(from.tx, await byLabel(from.tx, 'About', principal.arn), isDenied);
    return about ? withOuter(from.tx, { entry: about }) : { principal: principal.who };
  }
  return { ...(await withOuter(from.tx, { entry, others })), principal: principal.who };
}

/** A key by any of its names, and everybody who was denied it. */
async function byKey(from: FindingWorld, subject: string, scope: Scope): Promise<Finding | undefined> {
  const arn = await keyNamed({ ...from, ...scope }, subject);
  if (!arn) return undefined;
  const calls = await byLabel(from.tx, 'About', arn);
  // A disabled key refuses without any policy: whatever was refused last is what matters.
  const refused = calls.filter((call) => isDenied(call) || isFailed(call));
  const entry = refused.find((call) => !isLook(call)) ?? refused[0];
  const others = calls.filter((call) => isDenied(call) && call !== entry);
  return entry ? withOuter(from.tx, { entry, others }) : byResource(from.tx, arn, scope);
}

/** ResourceName has what a call made; About, what it was decided on. */
async function byResource(tx: ReadTransaction, subject: string, scope: Scope) {
  const everywhere: Recorded[] = [];
  for (const label of ['RequestId', 'About', 'ResourceName'])
    everywhere.push(...(await byLabel(tx, label, subject)));
  const calls = UNIQUE.test(subject) ? everywhere : inPlace(everywhere, scope);
  const entry =
    (await lastCall(tx, calls, (call) => isDenied(call) && !isLook(call))) ??
    (await lastRefused(tx, calls)) ??
    (await lastCall(tx, calls, (call) => isFailed(call) && !isLook(call))) ??
    calls.find(isDenied) ??
    calls.find(isFailed) ??
    calls[0];
  return entry && withOuter(tx, { entry });
}

/** An ARN, or with the digits of an id. Any account may have a group, a stack or a rule of another's name. */
const UNIQUE = /^arn:|[0-9a-f]{8}/i;

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
async function byWhole(from: FindingWorld, subject: string, scope: Scope): Promise<Finding | undefined> {
  for (const source of from.ports.failures) {
    const whole = await source.madeWith?.(from.tx, scope, subject);
    const found = whole === undefined ? undefined : await findCall(from, whole, scope);
    if (found) return { ...found, symptom: found.symptom ?? `${subject} was made with ${whole}` };
  }
  return undefined;
}

/** It is over or has failed, and no call that was refused for it is on record. */
async function bySymptom(from: FindingWorld, subject: string, scope: Scope): Promise<Finding | undefined> {
  for (const source of from.ports.failures) {
    const failure = await source.failureOf(from.tx, scope, subject);
    const symptom = failure?.symptom ?? (await source.outcomeOf?.(from.tx, scope, subject));
    if (symptom !== undefined) return { symptom };
  }
  return undefined;
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
  const others = finding.others?.filter(({ sequence }) => sequence !== entry.sequence);
  return { ...finding, entry, ...course, ...(others && { others }) };
}
