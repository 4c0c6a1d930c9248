/**
 * The condition operators of the policy language.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */

export type OperatorFamily = 'string' | 'numeric' | 'date' | 'bool' | 'binary' | 'ip' | 'arn' | 'null';

export interface Operator {
  readonly family: OperatorFamily;
  /** How one value of the key is held against one operand. */
  readonly test:
    | 'equals'
    | 'equals-ignore-case'
    | 'like'
    | 'less'
    | 'less-or-equal'
    | 'greater'
    | 'greater-or-equal';
  /** A negated operator is true where no operand matches, and where the key is missing. */
  readonly negated: boolean;
  /** Whether operands may hold policy variables. */
  readonly variables: boolean;
}

function operator(
  family: OperatorFamily,
  test: Operator['test'],
  options: { negated?: boolean; variables?: boolean } = {},
): Operator {
  return { family, test, negated: options.negated ?? false, variables: options.variables ?? false };
}

const TEXT = { variables: true };
const NOT_TEXT = { variables: true, negated: true };
const NOT = { negated: true };

export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['StringEquals', operator('string', 'equals', TEXT)],
  ['StringNotEquals', operator('string', 'equals', NOT_TEXT)],
  ['StringEqualsIgnoreCase', operator('string', 'equals-ignore-case', TEXT)],
  ['StringNotEqualsIgnoreCase', operator('string', 'equals-ignore-case', NOT_TEXT)],
  ['StringLike', operator('string', 'like', TEXT)],
  ['StringNotLike', operator('string', 'like', NOT_TEXT)],
  ['NumericEquals', operator('numeric', 'equals')],
  ['NumericNotEquals', operator('numeric', 'equals', NOT)],
  ['NumericLessThan', operator('numeric', 'less')],
  ['NumericLessThanEquals', operator('numeric', 'less-or-equal')],
  ['NumericGreaterThan', operator('numeric', 'greater')],
  ['NumericGreaterThanEquals', operator('numeric', 'greater-or-equal')],
  ['DateEquals', operator('date', 'equals')],
  ['DateNotEquals', operator('date', 'equals', NOT)],
  ['DateLessThan', operator('date', 'less')],
  ['DateLessThanEquals', operator('date', 'less-or-equal')],
  ['DateGreaterThan', operator('date', 'greater')],
  ['DateGreaterThanEquals', operator('date', 'greater-or-equal')],
  ['Bool', operator('bool', 'equals', TEXT)],
  ['BinaryEquals', operator('binary', 'equals')],
  ['IpAddress', operator('ip', 'equals')],
  ['NotIpAddress', operator('ip', 'equals', NOT)],
  ['ArnEquals', operator('arn', 'like', TEXT)],
  ['ArnLike', operator('arn', 'like', TEXT)],
  ['ArnNotEquals', operator('arn', 'like', NOT_TEXT)],
  ['ArnNotLike', operator('arn', 'like', NOT_TEXT)],
  ['Null', operator('null', 'equals')],
]);

export interface QualifiedOperator {
  readonly name: string;
  readonly set?: 'ForAllValues' | 'ForAnyValue';
  readonly ifExists: boolean;
}

/** Splits `ForAllValues:StringLikeIfExists`; undefined where AWS knows no such operator (`NullIfExists` among them). */
export function parseOperator(text: string): QualifiedOperator | undefined {
  const colon = text.indexOf(':');
  const prefix = colon < 0 ? undefined : text.slice(0, colon);
  if (prefix !== undefined && prefix !== 'ForAllValues' && prefix !== 'ForAnyValue') return undefined;
  const rest = text.slice(colon + 1);
  const ifExists = rest.endsWith('IfExists');
  const name = ifExists ? rest.slice(0, -'IfExists'.length) : rest;
  const known = OPERATORS.get(name);
  if (known === undefined || (ifExists && known.family === 'null')) return undefined;
  return prefix === undefined ? { name, ifExists } : { name, set: prefix, ifExists };
}

/**
 * Keys that hold a list whatever the request carries: a scalar operator never matches them, not even with one
 * value, and they cannot be policy variables. Lower-case. (Other keys count as lists when several values came.)
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
const MULTIVALUED_KEYS: ReadonlySet<string> = new Set([
  'aws:calledvia',
  'aws:principalorgpaths',
  'aws:principalservicenameslist',
  'aws:resourceorgpaths',
  'aws:sourceorgpaths',
  'aws:tagkeys',
  'kms:encryptioncontextkeys',
  'kms:grantoperations',
  'kms:resourcealiases',
]);

/** Whether the key always holds a list. `key` is lower-case. */
export function isListKey(key: string): boolean {
  return MULTIVALUED_KEYS.has(key);
}
