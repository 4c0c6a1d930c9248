/** Why a condition held or did not, for somebody who looks at both values and does not see it. */
import { isGiven } from '../../invoke/given-keys.ts';
import { isListKey, parseOperator } from '../../policy/operators.ts';
import type { ConditionTrace } from '../../policy/trace.ts';
import { demandInWords } from '../words/condition-words.ts';
import { lastSegment } from '../words/names.ts';
import { PATHS_DIFFER, principalDifference } from '../words/principal-difference.ts';
import { unmeetable } from './possible-values.ts';
import { isPrivateRange } from './private-addresses.ts';
import { isLike } from './wanted-value.ts';

/** What is known of the request beside its values. */
export interface RequestFacts {
  /** Whether a service asked for the caller. */
  readonly viaService: boolean;
  readonly request: {
    readonly action: string;
    readonly resource?: string;
    readonly principal?: { readonly kind: string };
  };
}

/** `aws:SourceIp is within 10.0.0.0/8: the request has 192.0.2.1`; of a condition that holds, why it does. */
export function conditionReason(condition: ConditionTrace, facts: RequestFacts): string {
  const { actual, holds } = condition;
  const wanted = demandInWords({ ...condition, expected: shownValues(condition) });
  const had =
    actual === undefined ? absence(condition, facts) : `the request has ${valuesOf(condition, facts)}`;
  const remark = holds ? heldBecause(condition) : failedBecause(condition);
  return `${wanted}: ${had}${remark ? `; ${remark}` : ''}`;
}

/** Values with the request's own in place of variables. */
function shownValues({ expected, resolved }: ConditionTrace): string[] {
  return expected.map((written, at) => {
    const value = resolved?.[at];
    return value === undefined || value === null || value === written
      ? written
      : `${value} (from ${written})`;
  });
}

const quoted = (values: readonly string[]) =>
  values.map((value) => `"${value}"`).join(', ') || 'an empty list';

function valuesOf(
  { key, actual = [] }: ConditionTrace,
  { viaService, request: { principal } }: RequestFacts,
): string {
  const lower = key.toLowerCase();
  // Which address a service has nobody knows beforehand, and no record shows it (aws-facts A1.10).
  if (viaService && lower === 'aws:sourceip')
    return 'the address of an AWS service, which asked for the caller (Bool aws:ViaAWSService identifies such calls)';
  const isPassedOn = viaService && principal?.kind === 'user' && lower === 'aws:multifactorauthpresent';
  return isPassedOn && actual[0] === 'false'
    ? '"false" (a service that calls for a user does so with temporary credentials, which have MFA only if he had)'
    : quoted(actual);
}

/** Why a key may be absent. */
const ABSENT: readonly (readonly [prefix: string, why: string])[] = [
  ['kms:viaservice', 'the call was made directly, not through an AWS service'],
  ['aws:sourcevpc', 'the call did not come through a VPC endpoint'],
  ['aws:vpceaccount', 'the call did not come through a VPC endpoint'],
  ['aws:vpceorg', 'the call did not come through a VPC endpoint of an organization'],
  ['aws:sourceip', 'the call came through a VPC endpoint, and has aws:VpcSourceIp'],
  ['aws:sourceidentity', 'the session has no source identity'],
  ['aws:vpcsourceip', 'the call did not come through a VPC endpoint'],
  ['aws:multifactorauth', 'long-term access keys never carry it, only sessions from STS do'],
  ['kms:encryptioncontext', 'the call has no such encryption context'],
  ['kms:resourcealiases', 'the key has no alias'],
  ['kms:requestalias', 'the call did not name the key by an alias'],
  ['aws:resourcetag/', 'the resource has no such tag'],
  ['ec2:resourcetag/', 'the resource has no such tag'],
  ['aws:principaltag/', 'the caller has no such tag'],
  ['aws:requesttag/', 'the call sets no such tag'],
  ['aws:principalorg', 'the account of the caller is in no organization'],
  ['aws:resourceorg', 'the account of the resource is in no organization'],
  ['sts:externalid', 'the call sends no external id'],
  ['iam:passedtoservice', 'the role is passed to no service'],
  ['aws:source', 'the call is not one that a service makes for itself'],
  ['kms:grant', 'the call asks for no grant of that kind'],
];

function absence(
  condition: ConditionTrace,
  { request: { action, resource, principal } }: RequestFacts,
): string {
  const { key, holds } = condition;
  if (!isGiven(key, action)) return `AWS does not put ${key} into requests of ${action}`;
  const lower = key.toLowerCase();
  // Of a call that nobody made, nothing is known of where it comes from.
  if (lower.startsWith('aws:source') && holds === false && unmeetable(condition))
    return 'no request has such a value';
  const isOutside = lower === 'aws:sourceip' && condition.operator.includes('Not');
  if (isOutside && condition.expected.every(isPrivateRange)) return 'so it is of every request';
  // https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html
  if (lower.startsWith('aws:resourcetag/') && resource?.includes(':alias/'))
    return `the request has no ${key} (an alias has no tags: of the alias, the action has to be allowed without them)`;
  const isOfService = principal?.kind === 'service' && /^aws:source(?:arn|account|org)/.test(lower);
  const why = isOfService
    ? 'the service sets none for it'
    : ABSENT.find(([prefix]) => lower.startsWith(prefix))?.[1];
  return `the request has no ${key}${why ? ` (${why})` : ''}`;
}

function heldBecause({ operator, key, expected, actual }: ConditionTrace): string | undefined {
  if (key.toLowerCase() === 'aws:sourceip' && operator.includes('Not')) return privateAddressRemark(expected);
  const parsed = parseOperator(operator);
  if (actual === undefined && parsed && parsed.name !== 'Null') {
    if (parsed.ifExists) return `${operator} is true when the key is absent`;
    if (parsed.set === 'ForAllValues') return 'ForAllValues is true when there is no value at all';
    if (parsed.name.includes('Not')) return `${parsed.name} is true when the key is absent`;
  }
  return undefined;
}

/** The traps, each with what makes it one. */
function failedBecause(condition: ConditionTrace): string | undefined {
  const { operator, key, expected, resolved, actual } = condition;
  const parsed = parseOperator(operator);
  const lower = key.toLowerCase();
  if (resolved?.some((value) => value === null)) {
    return 'a policy variable in it has no value in this request, so it matches nothing';
  }
  if (actual === undefined || !parsed) return unmeetable(condition)?.why;
  if (!parsed.set && (isListKey(lower) || actual.length > 1)) {
    return `${key} is a list, which a plain ${parsed.name} never matches: use ForAnyValue:${parsed.name}`;
  }
  const wanted = expected.map((value, at) => resolved?.[at] ?? value);
  if (
    parsed.name.startsWith('String') &&
    !parsed.name.endsWith('Like') &&
    wanted.some((value) => /[*?]/.test(value))
  ) {
    return `${parsed.name} takes * and ? literally: wildcards need ${parsed.name.replace('Equals', 'Like').replace('IgnoreCase', '')}`;
  }
  const [only = ''] = actual;
  if (wanted.some((value) => value !== only && value.toLowerCase() === only.toLowerCase())) {
    return 'they differ only in case, and the comparison is case-sensitive';
  }
  if (wanted.some((value) => value !== only && value.trim() === only.trim()))
    return 'they differ in whitespace';
  return REMARKS.get(lower)?.(only, wanted, parsed.name) ?? unmeetable(condition)?.why;
}

type Remark = (actual: string, wanted: readonly string[], operator: string) => string | undefined;

/** What people get wrong about single keys, which are in lower case here. */
const REMARKS: ReadonlyMap<string, Remark> = new Map<string, Remark>([
  [
    'aws:principalarn',
    (actual, wanted, operator) => (operator.includes('Not') ? undefined : principalArnRemark(actual, wanted)),
  ],
  ['kms:viaservice', viaServiceRemark],
  ['aws:sourceip', (_actual, wanted) => privateAddressRemark(wanted)],
]);

function principalArnRemark(actual: string, wanted: readonly string[]): string | undefined {
  if (wanted.some((value) => value.includes(':assumed-role/'))) {
    return "aws:PrincipalArn of a session is the ARN of its role, never the session's own";
  }
  const name = lastSegment(actual);
  const withoutPath = actual.replace(/(?<=:role\/).*\//, '');
  for (const value of wanted) {
    if (value === actual) continue;
    const difference = /[*?]/.test(value) ? undefined : principalDifference(value, actual);
    const isOtherPath = value.endsWith(`/${name}`) || (withoutPath !== actual && isLike(value, withoutPath));
    if (difference && difference !== PATHS_DIFFER) return difference;
    if (isOtherPath) return "the role's path is part of its ARN, and is missing or different in the policy";
  }
  return undefined;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip */
function privateAddressRemark(wanted: readonly string[]): string | undefined {
  const ranges = wanted.filter(isPrivateRange);
  return ranges.length > 0
    ? `${ranges.join(', ')} ${ranges.length > 1 ? 'are' : 'is'} private: AWS sees such an address only of a call through a VPC endpoint, as aws:VpcSourceIp, never as aws:SourceIp`
    : undefined;
}

function viaServiceRemark(actual: string, wanted: readonly string[]): string | undefined {
  const parts = actual.split('.');
  const [service] = parts;
  const sameService = wanted.some(
    (value) =>
      value !== actual && value.split('.')[0] === service && value.split('.').length === parts.length,
  );
  return sameService ? 'it is the same service in another Region' : undefined;
}
