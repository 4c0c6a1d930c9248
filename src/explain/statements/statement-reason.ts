/** Why a statement matched a request or did not, in words. */
import { parseArn } from '../../aws/arn.ts';
import type { AccessRequest, PolicyPrincipal } from '../../policy/decision.ts';
import type { StatementTrace } from '../../policy/trace.ts';
import { allInWords } from '../words/condition-words.ts';
import { principalDifference } from '../words/principal-difference.ts';
import type { Names } from '../words/principal-names.ts';
import { isSameService } from '../words/same-service.ts';
import { conditionReason, type RequestFacts } from './condition-reason.ts';
import { resourceRemark } from './resource-remark.ts';

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
  const reasons = elements.map((element) => MISMATCHES[element](statement, context)).join('; and ');
  return `${reasons}${literalRemark(statement)}`;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html */
function literalRemark({ literals = [], mismatches = [] }: StatementTrace): string {
  if (literals.length === 0 || !mismatches.some((element) => /condition|resource/.test(element))) return '';
  return `; ${listed(literals)} is text and no variable there, since the policy does not say "Version": "2012-10-17"`;
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
  resource: ({ written }, { request }) => resourceReason(written?.resources, request),
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

function principalReason(patterns: Patterns, context: StatementContext): string {
  const { request, names } = context;
  const named = listed(patterns.map(({ value }) => nameWithAccount(value, context)));
  const remark = principalRemark(patterns, request.principal, names);
  return `it names ${named}, not the caller${remark ? `: ${remark}` : ''}`;
}

/** Where it is another's than the caller's. */
function nameWithAccount(value: string, { names, request: { principal } }: StatementContext): string {
  const name = names.of(value);
  const account = parseArn(names.arnOf(value))?.account;
  const isAbroad = account && 'account' in principal && account !== principal.account;
  return isAbroad && !name.includes(account) ? `${name} of account ${account}` : name;
}

/** What the caller has in common with somebody who is named. */
function principalRemark(patterns: Patterns, principal: PolicyPrincipal, names: Names): string | undefined {
  for (const { value } of patterns) {
    if (principal.kind === 'service' && isSameService(value, principal.service))
      return `it is the same service ${value.split('.').length > 3 ? 'in another Region' : 'without its Region'}`;
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
    const difference = own && named !== own ? principalDifference(named, own) : undefined;
    if (difference) return difference;
  }
  return undefined;
}

function resourceReason(
  written: { not: boolean; patterns: readonly string[] } | undefined,
  { action, resource }: Pick<AccessRequest, 'action' | 'resource'>,
): string {
  const patterns = written?.patterns ?? [];
  if (written?.not) return `its NotResource spares ${resource}`;
  return `it is about ${listed(patterns)}${resourceRemark(patterns, { action, resource })}`;
}
