/** A deny cannot be outvoted: the call avoids it, or its statement spares the call. */
import { isGiven } from '../../invoke/given-keys.ts';
import type { AccessRequest, Decision } from '../../policy/decision.ts';
import { type ConditionTrace, explainDecision, type StatementTrace } from '../../policy/trace.ts';
import { unknownAsAbsent } from '../../policy/unknown.ts';
import { wantedByDeny } from '../statements/wanted-value.ts';
import { lastSegment } from '../words/names.ts';
import { movedFreezes } from './dates.ts';
import { type Conditions, factFix } from './fixes.ts';
import { type Question, writtenStatement } from './near-miss.ts';
import { placeOf } from './policy-place.ts';
import { ofPrivateNetworks } from './private-network.ts';
import type { Candidate } from './remedy.ts';
import { requestFix } from './request-fixes.ts';
import { withoutSessionStatement } from './session-policies.ts';
import { sparedAction } from './spared-action.ts';
import { sparedResource } from './spared-resource.ts';

type Explicit = Extract<Decision, { readonly explicit: true }>;

export function denyCandidates(question: Question, { by, policyType }: Explicit): Candidate[] {
  const { inputs, request } = question;
  const policy = explainDecision(inputs, request).policies.find(
    (each) =>
      each.policyName === by.policyName &&
      each.policyType === policyType &&
      each.statements[by.index]?.matched,
  );
  const statement = policy?.statements[by.index];
  if (!policy || !statement) return [];
  const named = `statement ${by.sid ? `"${by.sid}"` : by.index + 1} of ${by.policyName}`;
  const conditions = (statement.conditions ?? []).map(wantedByDeny);
  const avoiding = [
    ...byAnother(conditions, named, request),
    ...byEase(conditions).flatMap((condition) => avoidedByRequest(condition, named, question)),
    ...conditions.flatMap((condition) => avoidedByFact(condition, named, request)),
  ];
  const written = writtenStatement(inputs, policy, by.index);
  if (policyType === 'session policy') return [...avoiding, ...withoutSessionStatement(question, by)];
  const place = placeOf(policyType, by.policyName, inputs, request);
  if (!written || !place) return [...avoiding, ...detached(by.policyName, request)];
  const { account, region, target } = place;
  const about = { kind: 'narrowed-deny' as const, account, region, target };
  const change = { place, index: by.index };
  const { mild, callers } = sparing(question, statement);
  const remark = remarkOnEndpoints(conditions, question);
  const conditioned = ({ why, ...extended }: Sparing) => ({
    why,
    statement: { ...written, Condition: withValue(written.Condition ?? {}, extended) },
  });
  return [
    ...avoiding,
    ...ofPrivateNetworks(question, statement, written.Condition).map(
      ({ how, Condition, ...rest }): Candidate => ({
        ...about,
        ...rest,
        sentence: `Narrow ${named}: ${how}:`,
        change: { ...change, statement: { ...written, Condition } },
      }),
    ),
    ...[
      ...movedFreezes(statement, written.Condition, question.nowMs).map(({ why, Condition }) => ({
        why,
        statement: { ...written, Condition },
      })),
      ...mild.map(conditioned),
      ...sparedAction(request, policy, written),
      ...sparedResource(request, policy, written),
      ...callers.map(conditioned),
    ].map(
      ({ why, statement }): Candidate => ({
        ...about,
        sentence: `Narrow ${named}, so that it ${why}${remark}:`,
        change: { ...change, purpose: why, statement },
      }),
    ),
  ];
}

/** Why nobody is told to come through an endpoint that a condition names. */
function remarkOnEndpoints(conditions: readonly ConditionTrace[], { leadsElsewhere }: Question): string {
  const others = conditions.flatMap(({ expected }) => expected.filter(leadsElsewhere));
  const [first, ...more] = others;
  if (first === undefined) return '';
  return more.length === 0
    ? ` (no such call comes through ${first}: it is an endpoint for another service)`
    : ` (no such call comes through ${others.join(' or ')}: they are endpoints for other services)`;
}

/** A deny that is meant for root users is not to spare one. */
function byAnother(
  wanted: readonly ConditionTrace[],
  named: string,
  { principal }: AccessRequest,
): Candidate[] {
  if (principal.kind !== 'root') return [];
  const isMeant = wanted.some(
    ({ key, expected }) => NAMES_CALLERS.test(key) && expected.some((value) => /:root$/.test(value)),
  );
  const { account, arn } = principal;
  const sentence = `Change no policy: ${named} is there to keep root users from it; call it as a user or a role that may.`;
  return isMeant ? [{ kind: 'request', account, region: '', target: arn, sentence }] : [];
}

/** What AWS wrote cannot be narrowed: whoever it is attached to is rid of it, or is denied. */
function detached(PolicyArn: string, { principal }: AccessRequest): Candidate[] {
  if (!PolicyArn.startsWith('arn:aws:iam::aws:policy/')) return [];
  const arn = callerArn({ principal });
  const noun = principal.kind === 'user' ? 'User' : principal.kind === 'role-session' ? 'Role' : undefined;
  if (!arn || !noun || !('account' in principal)) return [];
  const at = { service: 'iam', account: principal.account, region: 'us-east-1' };
  const bearer = lastSegment(arn);
  const policy = lastSegment(PolicyArn);
  const first = /^AWSCompromisedKeyQuarantine/.test(policy)
    ? 'AWS attaches it when it finds an access key exposed: replace the key first. Then detach'
    : 'Detach';
  return [
    {
      kind: 'fact',
      account: principal.account,
      region: at.region,
      target: arn,
      sentence: `${first} AWS managed policy ${policy} from ${noun.toLowerCase()} ${bearer}: nobody can change what it denies.`,
      calls: () => [
        { ...at, operation: `Detach${noun}Policy`, input: { [`${noun}Name`]: bearer, PolicyArn } },
      ],
    },
  ];
}

function avoidedByRequest(condition: ConditionTrace, named: string, question: Question): Candidate[] {
  const { request } = question;
  const fix = requestFix(condition, question);
  if (!fix) return [];
  const { how, conditions, revise } = fix;
  const sentence = (hows: readonly string[]) =>
    `Change no policy: ${named} does not deny a call that is made ${hows.join(', or ')}.`;
  return [
    {
      kind: 'request',
      account: 'account' in request.principal ? request.principal.account : '',
      region: '',
      target: request.resource,
      sentence: sentence([how]),
      conditions,
      revise,
      way: { how, sentence },
    },
  ];
}

/** From a network one may call as it is; an endpoint has to be there. */
const byEase = (conditions: readonly ConditionTrace[]): ConditionTrace[] =>
  conditions.toSorted((one, other) => easeOf(one) - easeOf(other));

function easeOf({ key }: ConditionTrace): number {
  if (/^aws:SourceIp$/i.test(key)) return 1;
  return /^aws:(?:SourceVpc|Vpc)/i.test(key) ? 2 : 0;
}

function avoidedByFact(condition: ConditionTrace, named: string, request: AccessRequest): Candidate[] {
  const fix = factFix(condition, request);
  if (!fix) return [];
  const { call, target, how } = fix;
  const { account, region } = call;
  const sentence = `${how}: ${named} spares the call then.`;
  return [{ kind: 'fact', account, region, target, sentence, calls: () => [call] }];
}

/** A deny that speaks of what services do for a caller would be void if it spared that. */
const OF_SERVICES = /^(kms:(ViaService|GrantIsForAWSResource)|aws:(ViaAWSService|CalledVia\w*))$/i;

interface Sparing {
  readonly operator: string;
  readonly key: string;
  /** Put beside those that the operator lists for the key. */
  readonly value: string;
  readonly why: string;
}

function withValue(conditions: Conditions, { operator, key, value }: Omit<Sparing, 'why'>): Conditions {
  const block = conditions[operator] ?? {};
  const name = Object.keys(block).find((each) => each.toLowerCase() === key.toLowerCase()) ?? key;
  const listed = [block[name] ?? []].flat();
  const values = listed.includes(value) ? listed : [...listed, value];
  return { ...conditions, [operator]: { ...block, [name]: values.length === 1 ? value : values } };
}

/** Conditions that let a deny go on for everybody but calls like this one, the mildest first. */
function sparing(
  { request }: Question,
  { conditions = [] }: StatementTrace,
): { readonly mild: readonly Sparing[]; readonly callers: readonly Sparing[] } {
  const { condition } = unknownAsAbsent(request);
  const arn = callerArn(request);
  const aimsAtServices = conditions.some(({ key }) => OF_SERVICES.test(key));
  // What no such request can have it was not to be denied for: a perimeter stays whole for all others.
  const neverGiven = conditions.filter(
    ({ operator, key }) => operator !== 'Null' && !isGiven(key, request.action),
  );
  const is = (key: string) => condition(key)?.[0] === 'true';
  const lists = conditions.flatMap((each) => listed(each, arn) ?? []);
  const mild = [
    ...neverGiven.map(({ key }) => ({
      operator: 'Null',
      key,
      value: 'false',
      why: `spares calls for which AWS sets no ${key}`,
    })),
    ...lists.filter(({ key }) => NAMES_SERVICES.test(key)),
    ...lists.filter(({ key }) => NAMES_RESOURCES.test(key)),
    ...(is('aws:viaawsservice') && !aimsAtServices
      ? [spares('BoolIfExists', 'aws:ViaAWSService', 'false', 'what AWS services do for a caller')]
      : []),
    ...(is('kms:grantisforawsresource') && !aimsAtServices
      ? [spares('BoolIfExists', 'kms:GrantIsForAWSResource', 'false', 'grants for AWS resources')]
      : []),
    ...lists.filter(({ key }) => NAMES_CALLERS.test(key)),
  ];
  const callers = [
    ...(arn ? [spares('ArnNotLikeIfExists', 'aws:PrincipalArn', arn)] : []),
    // Of a service, which has no ARN, or where that of the caller cannot be spared.
    ...lists.filter(({ key }) => NAMED.every((names) => !names.test(key))),
  ];
  return { mild, callers };
}

const spares = (operator: string, key: string, value: string, whom = value): Sparing => ({
  operator,
  key,
  value,
  why: `spares ${whom}`,
});

function callerArn({ principal }: Pick<AccessRequest, 'principal'>): string | undefined {
  if (principal.kind === 'role-session') return principal.roleArn;
  return 'arn' in principal ? principal.arn : undefined;
}

const NAMES_CALLERS = /^aws:(PrincipalArn|userid)$/i;
/** Whoever is spared may reach everybody's then: this account's are to be reached. */
const NAMES_RESOURCES = /^aws:Resource(Account|OrgID)$/i;
const NAMES_SERVICES = /^(kms:ViaService|aws:CalledVia(First|Last))$/i;

const NAMED = [NAMES_CALLERS, NAMES_RESOURCES, NAMES_SERVICES];

/** A deny of all but those that it lists: this one is put on its list. */
function listed({ operator, key, actual }: ConditionTrace, arn: string | undefined): Sparing | undefined {
  if (!/^(?:String|Arn)Not(?:Equals|Like)(?:IfExists)?$/.test(operator) || actual?.length !== 1)
    return undefined;
  const [value = ''] = actual;
  if (key.toLowerCase() === 'aws:principalarn') return arn ? spares(operator, key, arn) : undefined;
  if (key.toLowerCase() === 'aws:userid') return ofAnySession(operator, key, value);
  const what = NAMES_SERVICES.test(key) ? `what comes through ${value}` : `calls whose ${key} is "${value}"`;
  return spares(operator, key, value, what);
}

/** The next session of a role has another name: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
function ofAnySession(operator: string, key: string, userId: string): Sparing | undefined {
  const [id = '', session] = userId.split(':');
  if (session === undefined) return spares(operator, key, id);
  return /Like/.test(operator) ? spares(operator, key, `${id}:*`, `sessions of the role ${id}`) : undefined;
}
