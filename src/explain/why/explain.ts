/** Why a call was denied: who asked, what each policy said, what was missing, and what would allow it. */
import { isDenialCode } from '../../aws/denial-code.ts';
import type { Scope } from '../../aws/scope.ts';
import type { CloudTrailEvent, DecisionRecord } from '../../invoke/audit/audit.ts';
import { reviveEvidence } from '../../invoke/audit/evidence.ts';
import type { Decision } from '../../policy/decision.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { asRecorded } from '../denial/as-recorded.ts';
import { explainedCheck, namedResource } from '../denial/explained-check.ts';
import {
  type ExplainedCall,
  type ExplainedCheck,
  type Explanation,
  NO_REMEDIES,
  type OtherDenial,
} from '../denial/explanation.ts';
import { type LetThroughBefore, letThroughBefore } from '../history/changes-since.ts';
import { actionOf, isPassedDryRun, type Recorded } from '../history/recorded-calls.ts';
import { failureReason } from '../messages/failure-reasons.ts';
import { requestInWords } from '../messages/wordings.ts';
import type { Reading } from '../question/reading.ts';
import { findCall } from './find.ts';
import { stillUnderWay } from './under-way.ts';

export async function explain(from: Reading, subject: string, scope: Scope): Promise<Explanation> {
  const underWay = await stillUnderWay(from, subject.trim(), scope);
  const finding = underWay?.finding ?? (await findCall(from, subject, scope));
  if (!finding) return nothingKnown(subject, scope);
  const { entry, symptom, outer, initial, others = [], principal, chosen } = finding;
  if (!entry && symptom) return { ...nothingKnown(subject, scope), found: true, headline: symptom };
  if (!entry) return nothingDenied(subject, principal ?? subject);
  const denied = entry.body.decisions.filter(({ decision }) => !decision.allowed);
  const decided: ExplainedCheck[] = [];
  for (const { evidence, decision } of denied) {
    if (!evidence) continue;
    const need = await reviveEvidence(from.tx, evidence);
    const check = await explainedCheck(from, need.inputs, need.request, evidence.conditions, decision);
    if (check) decided.push(check);
  }
  const checks = asRecorded(decided, entry.body.event.errorMessage);
  const call = explainedCall(entry.body.event, checks[0]);
  const outerCall = outer && explainedCall(outer.body.event);
  const initialCall = initial && explainedCall(initial.body.event);
  const decidedOn = { ...call, resource: checks[0]?.resource ?? call.resource };
  const before = call.error && (await beforeThat(from.tx, entry, decidedOn, checks));
  const common = {
    version: 1 as const,
    subject,
    found: true,
    symptom: symptom ?? symptomOf(initialCall ?? outerCall, call),
    ...(chosen && { chosen }),
    others: otherDenials(others),
    call,
    outerCall,
    initialCall,
    event: entry.body.event,
    outerEvent: outer?.body.event,
    ...(before && { before }),
  };
  if (denied.length === 0) return { ...common, ...withoutDenial(call, entry.body.decisions) };
  return {
    ...common,
    verdict: 'denied',
    headline: deniedHeadline(call, checks, denied),
    checks,
    // What would help is found in a rehearsal (rehearsed.ts).
    ...NO_REMEDIES,
  };
}

function beforeThat(
  tx: ReadTransaction,
  entry: Recorded,
  { arn, resource, account }: ExplainedCall,
  checks: readonly ExplainedCheck[],
): Promise<LetThroughBefore | undefined> {
  if (!arn || !resource || resource === '*') return Promise.resolve(undefined);
  const policies = checks.flatMap(({ policies }) => policies.map(({ policyName }) => policyName));
  return letThroughBefore(tx, entry, { resource, account }, [arn, resource, ...policies]);
}

/** What came of the call for which somebody else was refused: its own caller sees no denial, or one in other words. */
function symptomOf(made: ExplainedCall | undefined, refused: ExplainedCall): string | undefined {
  if (!made || !refused.error || made.who === refused.who) return undefined;
  const { who, action, error } = made;
  return error
    ? `For that, ${action} of ${who} failed with ${error.code}${error.message ? `: ${error.message}` : ''}`
    : `${action} of ${who} was allowed, and what should have followed from it was not.`;
}

function nothingKnown(subject: string, { account, region }: Scope): Explanation {
  return {
    version: 1,
    subject,
    found: false,
    verdict: 'unknown',
    headline: `Nothing is recorded about ${subject} in account ${account}, Region ${region}.`,
    checks: [],
    ...NO_REMEDIES,
  };
}

/** A principal that got whatever it asked for. */
function nothingDenied(subject: string, principal: string): Explanation {
  return {
    ...nothingKnown(subject, { account: '', region: '' }),
    found: true,
    verdict: 'allowed',
    headline: `${principal} was not denied anything in the recorded calls.`,
  };
}

/** So many are listed. */
const MAX_OTHERS = 5;

/** Each kind of denial once, the latest first. */
function otherDenials(others: readonly Recorded[]): OtherDenial[] {
  const kinds = new Map<string, OtherDenial & { count: number }>();
  for (const { body } of others) {
    const denied = body.decisions.find(({ decision }) => !decision.allowed);
    const call = explainedCall(body.event);
    const { who, at, eventId } = call;
    // Of what is denied on a key of another account, a real account's record has no decision.
    const { action, resource } = denied ?? { action: call.action, resource: call.resource ?? '*' };
    const name = JSON.stringify([who, action, resource]);
    const known = kinds.get(name);
    if (known) known.count++;
    else kinds.set(name, { who, action, resource, at, eventId, count: 1 });
  }
  return [...kinds.values()].slice(0, MAX_OTHERS);
}

/** Where today's policies would let the call through, there is the record of what was denied, and nothing to show why. */
export function deniedHeadline(
  call: ExplainedCall,
  [check]: readonly ExplainedCheck[],
  [denied]: readonly DecisionRecord[] = [],
): string {
  const { resource = '*' } = check ?? denied ?? {};
  const on = resource === '*' ? '' : ` on ${check?.resourceName ?? namedResource(resource, undefined)}`;
  return `${check?.principal.who ?? call.who} may not ${check?.action ?? denied?.action ?? call.action}${on}.`;
}

function withoutDenial(
  call: ExplainedCall,
  decisions: readonly DecisionRecord[],
): Pick<
  Explanation,
  'verdict' | 'headline' | 'checks' | 'following' | 'remedies' | 'remediesVerified' | 'allowedBy'
> {
  const nothing = { checks: [], ...NO_REMEDIES };
  const on = call.resourceName ? ` on ${call.resourceName}` : '';
  if (call.error && isDenialCode(call.error.code)) {
    return {
      ...nothing,
      verdict: 'denied',
      headline: `${call.who} may not ${call.action}${on}. What the decision was based on is not recorded; AWS says: ${call.error.message ?? call.error.code}${ofForeignKey(call)}`,
    };
  }
  const isDryRun = isPassedDryRun(call.error?.code);
  if (call.error && !isDryRun) {
    const { code, message = '' } = call.error;
    const inWords = requestInWords(`${code}: ${message}`);
    const why = inWords ? `. ${inWords}` : `: ${failureReason(call.error)}`;
    return {
      ...nothing,
      verdict: 'failed',
      headline: `${call.action}${on} failed with ${code}. No policy refused it${why}`,
    };
  }
  return {
    ...nothing,
    verdict: 'allowed',
    headline: `${call.who} called ${call.action}${on}${isDryRun ? ' as a dry run' : ''}, and it was allowed.${isDryRun && USES_KEYS.test(call.action) ? BEYOND_DRY_RUN : ''}`,
    allowedBy: decisions.map(({ action, resource, decision }) => ({
      action,
      resource,
      by: allowedBy(decision),
    })),
  };
}

/** They ask KMS for keys of volumes; a dry run ends before that (aws-facts B2.2). */
const USES_KEYS =
  /^ec2:(?:AttachVolume|CopyImage|CopySnapshot|CreateFleet|CreateReplaceRootVolumeTask|CreateVolume|RequestSpot\w+|RunInstances|StartInstances)$/;
const BEYOND_DRY_RUN =
  ' A dry run asks KMS for nothing: whether the keys of encrypted volumes may be used, it does not say.';

/** To whom it denies a key of another account AWS does not name it, neither to him nor in his trail (aws-facts A2.7). */
const ofForeignKey = ({ arn, action, error }: ExplainedCall): string =>
  action.startsWith('kms:') && error?.message?.includes(' on this resource ')
    ? `. AWS does not say which key of another account it was; about one that may have been meant, ask: latchkey can ${arn} ${action} KEY`
    : '';

function allowedBy(decision: Decision): string {
  if (!decision.allowed) return 'nothing: it was denied';
  const { by } = decision;
  if (by === 'root') return 'the root user may do everything in its account';
  if ('grantId' in by) return `grant ${by.grantId}`;
  return `${by.policyName}, statement ${by.sid ? `"${by.sid}"` : by.index + 1} (line ${by.line})`;
}

function explainedCall(event: CloudTrailEvent, decided?: ExplainedCheck): ExplainedCall {
  const { userIdentity: identity } = event;
  const resources = (event.resources ?? []) as { ARN: string }[];
  // What KMS refused a service is in the trail of that service as an error of its own call, on something else.
  const isOfKms = event.eventSource.startsWith('kms.') || resources.length === 0;
  const check = decided?.action.startsWith('kms:') && !isOfKms ? undefined : decided;
  const resource = check?.resource ?? resources[0]?.ARN;
  const { eventTime, errorCode, errorMessage } = event;
  const action = actionOf(event);
  // A launch was not of the role that was to be passed.
  const isOther = check && !check.action.toLowerCase().startsWith(action.toLowerCase());
  const named = check?.resourceName ?? (resource && namedResource(resource, undefined));
  return {
    action,
    who: callerOf(event),
    arn: identity?.arn,
    at: eventTime,
    account: identity?.accountId,
    region: String(event.awsRegion),
    eventId: event.eventID,
    requestId: event.requestID as string | undefined,
    resource,
    resourceName: isOther || resource === '*' ? undefined : named,
    invokedBy: identity?.invokedBy,
    ...(errorCode && { error: { code: errorCode, message: withoutBlob(errorMessage) } }),
  };
}

/** EC2 ends a denial with an encoded message of kilobytes, which says nothing to a reader. */
const withoutBlob = (message: string | undefined): string | undefined =>
  message?.replace(/ ?Encoded authorization failure message: \S+/, '');

/** `user john`, `role app`, or a service. */
export function callerOf({ userIdentity = {} }: CloudTrailEvent): string {
  const { type = 'unknown', userName, arn, invokedBy, accountId, sessionContext } = userIdentity;
  if (type === 'Root') return `the root user of account ${accountId}`;
  if (userName) return `user ${userName}`;
  const role = sessionContext?.sessionIssuer?.userName;
  if (role) return `role ${role}`;
  return arn ?? invokedBy ?? (accountId ? `account ${accountId}` : type);
}
