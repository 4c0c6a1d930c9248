/**
 * The executable specification of one statement: does it speak of this request? Written to be read beside the IAM
 * reference, sharing only the readers of literals (numbers, dates, networks) with the serving evaluator. It may take
 * quadratic time, so nothing serves requests with it.
 */
import type { AccessRequest, PolicyPrincipal } from './decision.ts';
import { networkContains, parseAddress, parseNetwork } from './ip.ts';
import { compareDecimals, parseBinary, parseDate, parseDecimal } from './literals.ts';
import type { Condition, Effect, Policy, PrincipalPattern, Statement } from './policy.ts';

/** A character of a pattern: itself, or any one character, or any run of them. */
type Token = { readonly char: string } | 'one' | 'run';

/** How strongly a resource policy names a caller; 0 is not at all, then account, role, and exactly. */
export type NaiveStrength = 0 | 1 | 2 | 3;

/** The statement's match: its principal strength, 3 where it has no Principal element, 0 where it does not match. */
export function matchStatement(statement: Statement, policy: Policy, request: AccessRequest): NaiveStrength {
  const matches =
    matchesAction(statement, request.action) &&
    matchesResource(statement, policy, request) &&
    statement.conditions.every((condition) => matchesCondition(condition, statement.effect, policy, request));
  if (!matches) return 0;
  return statement.principals === undefined ? 3 : matchPrincipals(statement, request.principal);
}

function matchesAction({ actions }: Statement, action: string): boolean {
  const listed = actions.patterns.some((pattern) =>
    matchesTokens(wildcardTokens(pattern.toLowerCase()), action.toLowerCase()),
  );
  return listed !== actions.not;
}

function matchesResource({ resources }: Statement, policy: Policy, request: AccessRequest): boolean {
  if (resources === undefined) return true;
  const listed = resources.patterns.some((pattern) => {
    if (pattern === '*') return true;
    const tokens = templateTokens(pattern, policy, request, true);
    if (tokens === undefined) return false;
    if (!tokens.some((token) => token === 'run' || token === 'one'))
      return matchesTokens(tokens, request.resource);
    const fields = splitTokens(tokens);
    const reachesOverColons = fields.slice(0, 5).some((field) => field.at(-1) === 'run');
    return (
      (reachesOverColons && matchesTokens(tokens, request.resource)) ||
      matchesArnFields(fields, request.resource)
    );
  });
  return listed !== resources.not;
}

// Patterns

function wildcardTokens(text: string): Token[] {
  return text.split('').map((char) => (char === '*' ? 'run' : char === '?' ? 'one' : { char }));
}

function literalTokens(text: string): Token[] {
  return text.split('').map((char) => ({ char }));
}

/** The pattern with its variables filled in; undefined where one of them has no value. */
function templateTokens(
  text: string,
  policy: Policy,
  request: AccessRequest,
  wildcards: boolean,
): Token[] | undefined {
  const plain = wildcards ? wildcardTokens : literalTokens;
  const start = policy.version === '2012-10-17' ? text.indexOf('${') : -1;
  if (start < 0) return plain(text);
  const end = text.indexOf('}', start);
  const value = end < 0 ? undefined : variableValue(text.slice(start + 2, end), request);
  const rest = templateTokens(text.slice(end + 1), policy, request, wildcards);
  if (value === undefined || rest === undefined) return undefined;
  return [...plain(text.slice(0, start)), ...literalTokens(value), ...rest];
}

function variableValue(body: string, request: AccessRequest): string | undefined {
  if (['*', '?', '$'].includes(body)) return body;
  const [key = '', ...rest] = body.split(',');
  const values = request.condition(key.trim().toLowerCase());
  if (values === undefined) return rest.length > 0 ? rest.join(',').trim().slice(1, -1) : undefined;
  return isList(key.trim(), values) ? undefined : values[0];
}

/** By dynamic programming: reachable[i] says whether the tokens so far can have consumed i characters. */
function matchesTokens(tokens: readonly Token[], text: string): boolean {
  let reachable = Array.from({ length: text.length + 1 }, (_, i) => i === 0);
  for (const token of tokens) {
    const next: boolean[] = [];
    for (let i = 0; i <= text.length; i++) {
      if (token === 'run') next[i] = reachable[i] === true || (i > 0 && next[i - 1] === true);
      else next[i] = i > 0 && reachable[i - 1] === true && (token === 'one' || token.char === text[i - 1]);
    }
    reachable = next;
  }
  return reachable[text.length] === true;
}

/** The six fields of an ARN pattern; fewer where it has fewer colons. */
function splitTokens(tokens: readonly Token[]): Token[][] {
  const fields: Token[][] = [[]];
  for (const token of tokens) {
    const isColon = typeof token === 'object' && token.char === ':';
    if (isColon && fields.length < 6) fields.push([]);
    else fields.at(-1)?.push(token);
  }
  return fields;
}

function arnFields(text: string): string[] | undefined {
  const [first, ...rest] = text.split(':');
  if (first !== 'arn' || rest.length < 5) return undefined;
  return [first, ...rest.slice(0, 4), rest.slice(4).join(':')];
}

function matchesArnFields(pattern: readonly Token[][], text: string): boolean {
  const fields = arnFields(text);
  if (fields === undefined || pattern.length < 6) return false;
  return pattern.every((tokens, i) => matchesTokens(tokens, fields[i] ?? ''));
}

// Principals

/** The caller's own names of each strength, weakest first. */
function namesOf(principal: PolicyPrincipal): {
  type: PrincipalPattern['type'];
  levels: [NaiveStrength, string[]][];
} {
  const account = (id: string, arn: string): string[] => [id, `arn:${arn.split(':')[1]}:iam::${id}:root`];
  switch (principal.kind) {
    case 'anonymous':
      return { type: 'AWS', levels: [] };
    case 'service':
      return { type: 'Service', levels: [[3, [principal.service]]] };
    case 'web-identity':
      return { type: 'Federated', levels: [[3, [principal.provider]]] };
    case 'root':
      return { type: 'AWS', levels: [[3, account(principal.account, principal.arn)]] };
    case 'user':
      return {
        type: 'AWS',
        levels: [
          [1, account(principal.account, principal.arn)],
          [3, [principal.arn, principal.id]],
        ],
      };
    case 'role-session':
    case 'federated-user': {
      const behind =
        principal.kind === 'role-session'
          ? [principal.roleArn, principal.roleId]
          : [principal.issuerArn, principal.issuerId];
      return {
        type: 'AWS',
        levels: [
          [1, account(principal.account, principal.arn)],
          [2, behind],
          [3, [principal.arn, principal.id]],
        ],
      };
    }
  }
}

function matchPrincipals({ principals, effect }: Statement, principal: PolicyPrincipal): NaiveStrength {
  if (principals === undefined) return 0;
  const { type, levels } = namesOf(principal);
  const lists = (name: string): boolean =>
    principals.patterns.some((pattern) => pattern.type === type && pattern.value === name);
  const everybody = principals.patterns.some(
    ({ type: listed, value }) => value === '*' && (listed === 'AWS' || listed === type),
  );
  let strength: NaiveStrength = everybody ? 3 : 0;
  for (const [level, names] of levels) if (level > strength && names.some(lists)) strength = level;
  if (!principals.not) return strength;
  if (effect === 'Allow') return strength === 0 ? 3 : 0;
  // A denial spares only whom it lists in full: the account, the role, and the session or user.
  const spared = everybody || (levels.length > 0 && levels.every(([, names]) => names.some(lists)));
  return spared ? 0 : 3;
}

/** The strength with which a KMS grantee's name stands for the caller. */
export function matchGrantee(grantee: string, principal: PolicyPrincipal): NaiveStrength {
  return namesOf(principal).levels.findLast(([, names]) => names.includes(grantee))?.[0] ?? 0;
}

// Conditions

const LISTS = [
  'aws:calledvia',
  'aws:principalorgpaths',
  'aws:principalservicenameslist',
  'aws:resourceorgpaths',
  'aws:sourceorgpaths',
  'aws:tagkeys',
  'kms:encryptioncontextkeys',
  'kms:grantoperations',
  'kms:resourcealiases',
];

function isList(key: string, values: readonly string[]): boolean {
  return values.length !== 1 || LISTS.includes(key.toLowerCase());
}

function matchesCondition(
  condition: Condition,
  effect: Effect,
  policy: Policy,
  request: AccessRequest,
): boolean {
  const values = request.condition(condition.key.toLowerCase());
  if (condition.operator === 'Null') {
    return condition.values.some((operand) => (operand.toLowerCase() === 'true') === (values === undefined));
  }
  const negated = condition.operator.includes('Not');
  if (values === undefined) {
    if (condition.set === 'ForAllValues') return true;
    return condition.ifExists || (condition.set === undefined && negated);
  }
  const holds = (value: string): boolean => valueHolds(value, condition, negated, effect, policy, request);
  if (condition.set === 'ForAllValues') return values.every(holds);
  if (condition.set === 'ForAnyValue') return values.some(holds);
  return !isList(condition.key, values) && values.every(holds);
}

/** One value of the key against all operands: some must match, or none where the operator is negated. */
function valueHolds(
  value: string,
  { operator, values: operands }: Condition,
  negated: boolean,
  effect: Effect,
  policy: Policy,
  request: AccessRequest,
): boolean {
  // An address or ARN that is none matches nothing, however asked.
  if (operator.includes('IpAddress') && parseAddress(value) === undefined) return false;
  if (operator.startsWith('Arn')) {
    if (arnFields(value) === undefined) return false;
    for (const operand of operands) {
      if (operand !== '*' && operand.split(':').length < 6) return effect === 'Deny';
      if (matchesOperand(operator, operand, value, policy, request)) return !negated;
    }
    return negated;
  }
  const matches = operands.some((operand) => matchesOperand(operator, operand, value, policy, request));
  return matches !== negated;
}

function matchesOperand(
  operator: string,
  operand: string,
  value: string,
  policy: Policy,
  request: AccessRequest,
): boolean {
  const text = (wildcards: boolean): Token[] | undefined =>
    templateTokens(operand, policy, request, wildcards);
  const positive = operator.replace('Not', '');
  if (positive.startsWith('Numeric'))
    return inOrder(positive, parseDecimal(value), parseDecimal(operand), compareDecimals);
  if (positive.startsWith('Date'))
    return inOrder(positive, parseDate(value), parseDate(operand), (a, b) => a - b);
  switch (positive) {
    case 'StringEquals': {
      const tokens = text(false);
      return tokens !== undefined && matchesTokens(tokens, value);
    }
    case 'StringEqualsIgnoreCase':
      return textOf(text(false))?.toLowerCase() === value.toLowerCase();
    case 'StringLike': {
      const tokens = text(true);
      return tokens !== undefined && matchesTokens(tokens, value);
    }
    case 'Bool': {
      const wanted = textOf(text(false));
      return wanted !== undefined && (wanted.toLowerCase() === 'true') === (value.toLowerCase() === 'true');
    }
    case 'BinaryEquals':
      return parseBinary(operand) !== undefined && parseBinary(operand) === parseBinary(value);
    case 'IpAddress': {
      const network = parseNetwork(operand);
      const address = parseAddress(value);
      return network !== undefined && address !== undefined && networkContains(network, address);
    }
    case 'ArnEquals':
    case 'ArnLike': {
      if (operand === '*') return true;
      const tokens = text(true);
      return tokens !== undefined && matchesArnFields(splitTokens(tokens), value);
    }
    default:
      return false;
  }
}

function textOf(tokens: readonly Token[] | undefined): string | undefined {
  return tokens?.map((token) => (typeof token === 'object' ? token.char : '')).join('');
}

function inOrder<T>(
  operator: string,
  value: T | undefined,
  operand: T | undefined,
  compare: (a: T, b: T) => number,
): boolean {
  if (value === undefined || operand === undefined) return false;
  const order = compare(value, operand);
  if (operator.endsWith('LessThan')) return order < 0;
  if (operator.endsWith('LessThanEquals')) return order <= 0;
  if (operator.endsWith('GreaterThan')) return order > 0;
  if (operator.endsWith('GreaterThanEquals')) return order >= 0;
  return order === 0;
}
