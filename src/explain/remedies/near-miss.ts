/**
 * Statements that were meant for this caller: all of an Allow fits but one element. What puts it right is less than a
 * new statement, and throws none of its conditions away.
 */
import { parseArn } from '../../aws/arn.ts';
import type { NamedPolicy, PolicyInputs } from '../../policy/decision.ts';
import {
  type ConditionTrace,
  explainDecision,
  type PolicyTrace,
  type StatementTrace,
} from '../../policy/trace.ts';
import { lastSegment } from '../words/names.ts';
import { isSameService } from '../words/same-service.ts';
import { dateFix } from './dates.ts';
import { type Conditions, factFix, spelledRight, valueFix } from './fixes.ts';
import type { PolicyDocument } from './place.ts';
import { placeOf } from './policy-place.ts';
import type { Candidate } from './remedy.ts';
import type { Asking } from './request-fix.ts';
import { requestFix } from './request-fixes.ts';

export interface Question extends Asking {
  readonly inputs: PolicyInputs;
  /** Whether a unique id in a policy stands for nobody any more. */
  isGone(uniqueId: string): boolean;
}

interface NearMiss {
  readonly policy: PolicyTrace;
  readonly statement: StatementTrace;
  readonly written: Statement;
}

export type Statement = { readonly [member: string]: unknown; readonly Condition?: Conditions };

export function nearMissCandidates(question: Question): Candidate[] {
  const misses = nearMisses(question);
  return [
    ...misses.flatMap((miss) => requestCandidates(miss, question)),
    ...misses.flatMap((miss) => factCandidates(miss, question)),
    ...misses.flatMap((miss) => versionCandidates(miss, question)),
    ...misses.flatMap((miss) => elementCandidates(miss, question)),
    ...misses.flatMap((miss) => valueCandidates(miss, question)),
  ];
}

function nearMisses({ inputs, request }: Question): NearMiss[] {
  return explainDecision(inputs, request).policies.flatMap((policy) =>
    policy.statements.flatMap((statement) => {
      const { effect, matched, mismatches = [] } = statement;
      if (effect !== 'Allow' || matched || mismatches.length !== 1 || mismatches[0] === 'action') return [];
      const written = writtenStatement(inputs, policy, statement.index);
      return written ? [{ policy, statement, written }] : [];
    }),
  );
}

/** All that take part in a decision. */
export const policiesOf = (inputs: PolicyInputs): NamedPolicy[] =>
  [
    ...inputs.identity,
    ...(inputs.session ?? []),
    ...(inputs.serviceControl ?? []).flat(),
    ...(inputs.resourceControl ?? []).flat(),
    inputs.boundary,
    inputs.vpcEndpoint,
    inputs.resourcePolicy,
  ].filter((each) => each !== undefined);

/** The statement as its author wrote it. */
export function writtenStatement(
  inputs: PolicyInputs,
  policy: PolicyTrace,
  index: number,
): Statement | undefined {
  const source = policiesOf(inputs).find(({ name }) => name === policy.policyName)?.policy.source;
  if (!source) return undefined;
  const { Statement = [] } = JSON.parse(source) as Partial<PolicyDocument>;
  return [Statement].flat()[index] as Statement | undefined;
}

const failing = ({ conditions = [] }: StatementTrace): ConditionTrace[] =>
  conditions.filter(({ holds }) => holds === false);

const named = ({ statement, policy }: NearMiss) =>
  `statement ${statement.sid ? `"${statement.sid}"` : statement.index + 1} of ${policy.policyName}`;

/** Where a key is to be there at all, and another condition says with which value: that one. */
function meantBy(condition: ConditionTrace, { conditions = [] }: StatementTrace): ConditionTrace {
  if (condition.operator !== 'Null') return condition;
  return conditions.find(({ key, operator }) => key === condition.key && operator !== 'Null') ?? condition;
}

/** All failing conditions are the caller's to meet: no policy changes. */
function requestCandidates(miss: NearMiss, question: Question): Candidate[] {
  const failed = failing(miss.statement);
  const fixes = failed.map((condition) => requestFix(meantBy(condition, miss.statement), question));
  if (failed.length === 0 || fixes.some((fix) => !fix)) return [];
  return [
    {
      kind: 'request',
      account: 'account' in question.request.principal ? question.request.principal.account : '',
      region: parseArn(question.request.resource)?.region ?? '',
      target: question.request.resource,
      sentence: `Change no policy: ${named(miss)} allows it where the call is made ${fixes.map((fix) => fix!.how).join(' and ')}.`,
      conditions: Object.assign({}, ...fixes.map((fix) => fix!.conditions)),
      ...(fixes.every((fix) => fix!.revise) && {
        revise: (call) => fixes.reduce((revised, fix) => fix!.revise!(revised), call),
      }),
    },
  ];
}

/** What the statement speaks of is made so. */
function factCandidates(miss: NearMiss, { request }: Question): Candidate[] {
  const failed = failing(miss.statement);
  const fixes = failed.map((condition) => factFix(condition, request));
  if (failed.length === 0 || fixes.some((fix) => !fix)) return [];
  const [first] = fixes;
  return [
    {
      kind: 'fact',
      account: first!.call.account,
      region: first!.call.region,
      target: first!.target,
      sentence: `${fixes.map((fix) => fix!.how).join(' and ')}: ${named(miss)} asks for it.`,
      calls: () => fixes.map((fix) => fix!.call),
    },
  ];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html */
function versionCandidates(miss: NearMiss, question: Question): Candidate[] {
  const { literals = [], mismatches = [] } = miss.statement;
  if (literals.length === 0 || mismatches[0] === 'principal') return [];
  const sentence = `Put "Version": "2012-10-17" into ${miss.policy.policyName}: without it, ${literals.join(' and ')} in ${named(miss)} is text and no variable:`;
  return changed(miss, question, { kind: 'statement', statement: miss.written, sentence }).map(
    (candidate) => ({
      ...candidate,
      change: candidate.change && { ...candidate.change, version: '2012-10-17' },
    }),
  );
}

/** The principal or the resource is named by something that is not, or not any more, what was meant. */
function elementCandidates(miss: NearMiss, question: Question): Candidate[] {
  const [element] = miss.statement.mismatches ?? [];
  if (element === 'principal') return principalCandidates(miss, question);
  return element === 'resource' ? resourceCandidates(miss, question) : [];
}

function principalCandidates(miss: NearMiss, question: Question): Candidate[] {
  const { principal } = question.request;
  if (principal.kind === 'service') return serviceCandidates(miss, question, principal.service);
  const own =
    principal.kind === 'role-session'
      ? principal.roleArn
      : principal.kind === 'user'
        ? principal.arn
        : undefined;
  const { AWS } = (miss.written.Principal ?? {}) as { AWS?: string | string[] };
  const listed = [AWS ?? []].flat();
  if (!own) return [];
  const compiled = miss.statement.written?.principals?.patterns.map(({ value }) => value) ?? [];
  const index = listed.findIndex((each, at) => isMeantFor(each, compiled[at], own, question));
  const meant = listed[index];
  if (meant === undefined) return [];
  const why = question.isGone(compiled[index] ?? '')
    ? "names a principal that was deleted; today's has another unique id"
    : `names ${meant}`;
  const AWS_ = listed.length === 1 ? own : listed.map((each, at) => (at === index ? own : each));
  return changed(miss, question, {
    kind: 'fact',
    statement: { ...miss.written, Principal: { ...(miss.written.Principal as object), AWS: AWS_ } },
    sentence: `In ${named(miss)}, name ${own} again: it ${why}:`,
  });
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html: a key policy names the service of its Region. */
function serviceCandidates(miss: NearMiss, question: Question, own: string): Candidate[] {
  const written = (miss.written.Principal ?? {}) as { Service?: string | string[] };
  const listed = [written.Service ?? []].flat();
  const meant = listed.find((each) => isSameService(each, own));
  return meant === undefined
    ? []
    : changed(miss, question, {
        kind: 'statement',
        statement: { ...miss.written, Principal: { ...written, Service: [...listed, own] } },
        sentence: `In ${named(miss)}, name ${own} beside ${meant}:`,
      });
}

function isMeantFor(written: string, stored: string | undefined, own: string, { isGone }: Question): boolean {
  if (stored && /^A(ROA|IDA)/.test(stored) && isGone(stored))
    return !written.startsWith('arn:') || lastSegment(written) === lastSegment(own);
  const session = /^arn:aws:sts::(\d+):assumed-role\/([^/]+)\//.exec(written);
  if (session) return own.includes(`:${session[1]}:role/`) && lastSegment(own) === session[2];
  return false;
}

function resourceCandidates(miss: NearMiss, question: Question): Candidate[] {
  const { resource } = question.request;
  // https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html#key-policy-elements
  if (question.inputs.resourceRule === 'kms' && miss.policy.policyType === 'resource-based policy') {
    const { NotResource: _, ...written } = miss.written;
    return changed(miss, question, {
      kind: 'statement',
      statement: { ...written, Resource: '*' },
      sentence: `In ${named(miss)}, write Resource "*": a key policy is about its own key alone, whatever else it names:`,
    });
  }
  const listed = [(miss.written.Resource as string | string[] | undefined) ?? []].flat();
  const index = listed.findIndex((each) => each.startsWith('arn:aws:kms:') && each.includes(':alias/'));
  if (index < 0 || !resource.startsWith('arn:aws:kms:')) return [];
  const isBeside = OF_BOTH.test(question.request.action);
  const Resource = listed.flatMap((each, at) =>
    at !== index ? each : isBeside ? [each, resource] : resource,
  );
  const why = isBeside
    ? `name the key beside the alias: ${question.request.action} is asked of both`
    : "name the key: an alias's ARN stands for the alias, never for its key";
  return changed(miss, question, {
    kind: 'fact',
    statement: { ...miss.written, Resource: Resource.length === 1 ? Resource[0] : Resource },
    sentence: `In ${named(miss)}, ${why}:`,
  });
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html */
const OF_BOTH = /^kms:(?:Create|Update|Delete)Alias$/i;

/** Values and operators that do not say what was meant. */
function valueCandidates(miss: NearMiss, question: Question): Candidate[] {
  const failed = failing(miss.statement);
  const isOfService = question.request.principal.kind === 'service';
  const fixes = failed.map(
    (each) =>
      valueFix(each) ??
      dateFix(each, question.nowMs) ??
      (isOfService && OF_SERVICES.test(each.key) ? spelledRight(each) : undefined),
  );
  if (failed.length === 0 || fixes.some((fix) => !fix)) return [];
  const Condition = fixes.reduce((all, fix) => fix!.apply(all), miss.written.Condition ?? {});
  return changed(miss, question, {
    kind: 'statement',
    statement: { ...miss.written, Condition },
    sentence: `In ${named(miss)}, ${fixes.map((fix) => fix!.how).join('; ')}:`,
    conditions: fixes.some((fix) => fix!.conditions)
      ? Object.assign({}, ...fixes.map((fix) => fix!.conditions))
      : undefined,
  });
}

/** For whom a service calls. */
const OF_SERVICES = /^aws:Source(?:Account|OrgID)$/i;

/** What is written in the place of the statement, and how the proposal begins. */
interface Rewriting extends Pick<Candidate, 'kind' | 'sentence' | 'conditions'> {
  readonly statement: object;
}

function changed(
  { policy, statement: { index } }: NearMiss,
  { inputs, request }: Question,
  { kind, statement, sentence, conditions }: Rewriting,
): Candidate[] {
  const place = placeOf(policy.policyType, policy.policyName, inputs, request);
  if (!place) return [];
  const { account, region, target } = place;
  return [
    {
      kind,
      account,
      region,
      target,
      sentence,
      change: { place, index, statement },
      ...(conditions && { conditions }),
    },
  ];
}
