/** The specification of conditions. See naive-statement.ts. */
import type { AccessRequest } from '../../../src/policy/decision.ts';
import { networkContains, parseAddress, parseNetwork } from '../../../src/policy/ip.ts';
import { compareDecimals, parseBinary, parseDate, parseDecimal } from '../../../src/policy/literals.ts';
import type { Condition, Effect, Policy } from '../../../src/policy/policy.ts';
import {
  arnFields,
  isList,
  matchesArnFields,
  matchesTokens,
  splitTokens,
  type Token,
  templateTokens,
} from './pattern.ts';

export function matchesCondition(
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
  // What is not an address or ARN matches nothing, however asked.
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
      return lowered(textOf(text(false))) === lowered(value);
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

/** In lower case, but for letters beyond the Basic Multilingual Plane. */
const lowered = (text: string | undefined): string | undefined =>
  text
    ?.split(/([\uD800-\uDFFF]+)/)
    .map((part, index) => (index % 2 === 0 ? part.toLowerCase() : part))
    .join('');
