/** Why a statement matched a request or did not, in words. */
import { parseArn } from '../aws/arn.ts';
import type { AccessRequest, PolicyPrincipal } from '../policy/decision.ts';
import type { StatementTrace } from '../policy/trace.ts';
import { conditionReason, type RequestFacts } from './condition-reason.ts';
import { allInWords } from './condition-words.ts';
import type { Names } from './principal-names.ts';

export interface StatementContext extends RequestFacts {
  readonly request: Pick<AccessRequest, 'principal' | 'action' | 'resource'>;
  readonly names: Names;
}

export function statementReason(statement: StatementTrace, context: StatementContext): string {
  const { matched, effect, principal, mismatch, mismatches = [] } = statement;
  if (matched) {
    if (principal === 'account' && effect === 'Allow') {
      return 'allows the account, so that identity-based policies may allow its users and roles';
    }
    const why = matchWords(statement, context);
    return `${effect === 'Deny' ? 'denies it' : 'allows it'}${why ? `: ${why}` : ''}`;
  }
  const elements = mismatch === 'unknown' ? [mismatch] : mismatches;
  return elements.map((element) => MISMATCHES[element](statement, context)).join('; and ');
}

/** What made a Deny match, or an Allow: its conditions, and the elements that name what is spared. */
function matchWords({ written, conditions = [], effect }: StatementTrace, context: StatementContext): string {
  const parts: string[] = [];
  if (written?.actions.not) parts.push(`it covers every action but ${listed(written.actions.patterns)}`);
  if (written?.resources?.not)
    parts.push(`it covers every resource but ${listed(written.resources.patterns)}`);
  if (written?.principals?.not) parts.push(notPrincipalWords(written.principals.patterns, context, effect));
  parts.push(...conditions.map((condition) => conditionReason(condition, context)));
  return parts.join('; ');
}

type Patterns = NonNullable<NonNullable<StatementTrace['written']>['principals']>['patterns'];

function notPrincipalWords(patterns: Patterns, { names, request }: StatementContext, effect: string): string {
  const spared = listed(patterns.map(({ value }) => names.of(value)));
  if (effect !== 'Deny' || request.principal.kind !== 'role-session')
    return `it covers everybody but ${spared}`;
  const { arn, roleArn, account } = request.principal;
  const isNamed = patterns.some(
    ({ value }) =>
      names.of(value) === names.of(request.principal.kind === 'role-session' ? request.principal.roleId : ''),
  );
  return isNamed
    ? `it covers everybody but ${spared}; a Deny with NotPrincipal spares a session only if it lists the role (${roleArn}), the session (${arn}) and the account (${account})`
    : `it covers everybody but ${spared}`;
}

/** So many values are shown. */
const MAX_SHOWN = 4;

function listed(values: readonly string[]): string {
  const shown = values.slice(0, MAX_SHOWN).map((value) => `"${value}"`);
  const rest = values.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(' and ') || 'nothing';
}

const MISMATCHES: Readonly<
  Record<
    NonNullable<StatementTrace['mismatch']>,
    (statement: StatementTrace, context: StatementContext) => string
  >
> = {
  action: ({ shorterAction }, { request }) =>
    shorterAction
      ? `it says ${shorterAction}, which does not cover ${request.action}`
      : `it does not cover ${request.action}`,
  principal: ({ written }, context) => principalReason(written?.principals?.patterns ?? [], context),
  resource: ({ written }, { request }) => resourceReason(written?.resources, request.resource),
  condition: ({ conditions = [], effect }, context) => {
    const failed = conditions.filter(({ holds }) => holds === false);
    const reasons = failed.map((condition) => conditionReason(condition, context)).join('; ');
    return effect === 'Deny'
      ? `does not deny this call, which does not meet ${reasons}`
      : `asks that ${reasons}`;
  },
  unknown: ({ conditions = [], effect }) => {
    const open = conditions.filter(({ holds }) => holds === 'unknown');
    const what = open.length > 0 ? `where ${allInWords(open)}` : 'where it covers the resource';
    return `${effect === 'Deny' ? 'denies it' : 'allows it'} ${what}, which is not known for this call`;
  },
};

function principalReason(patterns: Patterns, { request, names }: StatementContext): string {
  const named = listed(patterns.map(({ value }) => names.of(value)));
  const remark = principalRemark(patterns, request.principal, names);
  return `it names ${named}, not the caller${remark ? `: ${remark}` : ''}`;
}

/** What the caller has in common with somebody who is named. */
function principalRemark(patterns: Patterns, principal: PolicyPrincipal, names: Names): string | undefined {
  for (const { value } of patterns) {
    const former = names.former(value);
    const own =
      principal.kind === 'role-session' ? principal.roleArn : 'arn' in principal ? principal.arn : '';
    if (former && former.arn === own) {
      const id = principal.kind === 'role-session' ? principal.roleId : 'id' in principal ? principal.id : '';
      return `${former.id} was ${own} until it was deleted${former.deletedAt ? ` at ${former.deletedAt}` : ''}; the one that has the name today is ${id}, a different principal`;
    }
    const named = names.arnOf(value);
    if (principal.kind === 'role-session' && value.startsWith(`${principal.roleId}:`)) {
      return `that is the session ${value.split(':')[1]} of the same role; this one is ${principal.id.split(':')[1]}`;
    }
    if (own && named !== own && named.toLowerCase() === own.toLowerCase())
      return 'the two differ only in case';
    if (own && named !== own && sameName(named, own)) return 'the names are the same, but the paths differ';
  }
  return undefined;
}

function sameName(one: string, other: string): boolean {
  const parts = (arn: string) => [
    arn.split(':')[4],
    parseArn(arn)?.resource.split('/')[0],
    arn.slice(arn.lastIndexOf('/') + 1),
  ];
  return one.includes('/') && parts(one).join() === parts(other).join();
}

function resourceReason(
  written: { not: boolean; patterns: readonly string[] } | undefined,
  resource: string,
): string {
  const patterns = written?.patterns ?? [];
  if (written?.not) return `its NotResource spares ${resource}`;
  return `it is about ${listed(patterns)}${resourceRemark(patterns, resource)}`;
}

function resourceRemark(patterns: readonly string[], resource: string): string {
  if (patterns.some((pattern) => pattern.includes(':alias/')) && resource.includes(':key/')) {
    return ": an alias's ARN stands for the alias itself, never for its key. Name the key's ARN, or use kms:ResourceAliases in a condition";
  }
  const wanted = parseArn(resource);
  for (const pattern of patterns) {
    const other = parseArn(pattern);
    if (!wanted || !other || other.service !== wanted.service) continue;
    if (other.resource === wanted.resource && other.region !== wanted.region)
      return ', which is in another Region';
    if (other.resource === wanted.resource && other.account !== wanted.account)
      return ', which belongs to another account';
    if (other.resource === wanted.resource.split('/')[1])
      return `, which lacks "${wanted.resource.split('/')[0]}/"`;
    if (other.region !== wanted.region || other.account !== wanted.account) continue;
    const separator = wanted.resource.startsWith(other.resource) && wanted.resource.at(other.resource.length);
    if (separator === ':' || separator === '/')
      return `, and not what is below it, which is "${pattern}${separator}*"`;
    if (/[:/]\*$/.test(other.resource) && other.resource.slice(0, -2) === wanted.resource)
      return ', which is what is below this one, and not it itself';
  }
  return resource === '*' ? ': the action has no resource, so it needs "*"' : ', not this one';
}
