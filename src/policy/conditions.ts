/** Condition blocks to closures: everything that the policy text settles is settled here, once. */
import type { AccessRequest } from './decision.ts';
import { compileGlob, type TextMatcher } from './glob.ts';
import { networkContains, parseAddress, parseNetwork } from './ip.ts';
import { compareDecimals, parseBinary, parseDate, parseDecimal } from './literals.ts';
import { isListKey, OPERATORS, type Operator } from './operators.ts';
import type { Condition, Effect } from './policy.ts';
import {
  asStatic,
  type GlobPart,
  parseTemplate,
  type TemplatePart,
  type TemplateSyntax,
} from './template.ts';

export type RequestTest = (request: AccessRequest) => boolean;
/** Whether one value of the key satisfies the condition's operator and its operands, negation included. */
type ValueTest = (value: string, request: AccessRequest) => boolean;
/** Whether one value matches one operand. */
type Operand = (value: string, request: AccessRequest) => boolean;

export interface PolicyContext {
  /** Whether the policy's version has policy variables. */
  readonly variables: boolean;
  readonly effect: Effect;
}

/** Values of the variable, or undefined where it has none: absent, or a list, which cannot be a variable. */
export function resolveParts(parts: readonly TemplatePart[], request: AccessRequest): GlobPart[] | undefined {
  const resolved: GlobPart[] = [];
  for (const part of parts) {
    if (typeof part !== 'object') {
      resolved.push(part);
      continue;
    }
    const values = request.condition(part.key);
    if (values !== undefined && (values.length !== 1 || isListKey(part.key))) return undefined;
    const value = values?.[0] ?? part.fallback;
    if (value === undefined) return undefined;
    resolved.push(value);
  }
  return resolved;
}

/** A matcher of text against a template; one with an unresolved variable matches nothing. */
export function compileTemplate(
  text: string,
  syntax: TemplateSyntax,
  compile: (parts: readonly GlobPart[]) => TextMatcher,
): Operand {
  const parts = parseTemplate(text, syntax);
  if (parts === undefined) return () => false;
  const fixed = asStatic(parts);
  if (fixed !== undefined) return compile(fixed);
  return (value, request) => {
    const resolved = resolveParts(parts, request);
    return resolved !== undefined && compile(resolved)(value);
  };
}

export function compileCondition(condition: Condition, context: PolicyContext): RequestTest {
  const operator = OPERATORS.get(condition.operator);
  const key = condition.key.toLowerCase();
  // The parser refuses unknown operators; a normal form from elsewhere fails closed.
  if (operator === undefined) return () => context.effect === 'Deny';
  if (operator.family === 'null') return compileNull(key, condition.values);
  const test = compileValueTest(operator, condition.values, context);
  const { ifExists } = condition;
  if (condition.set === 'ForAllValues') {
    return (request) => {
      const values = request.condition(key);
      if (values === undefined) return true;
      for (const value of values) if (!test(value, request)) return false;
      return true;
    };
  }
  if (condition.set === 'ForAnyValue') {
    return (request) => {
      const values = request.condition(key);
      if (values === undefined) return ifExists;
      for (const value of values) if (test(value, request)) return true;
      return false;
    };
  }
  const whenMissing = ifExists || operator.negated;
  // A list never satisfies a scalar operator, be it negated or IfExists.
  if (isListKey(key)) return (request) => request.condition(key) === undefined && whenMissing;
  return (request) => {
    const values = request.condition(key);
    if (values === undefined) return whenMissing;
    return values.length === 1 && test(values[0] as string, request);
  };
}

/** `Null: true` asks that the key be absent. */
function compileNull(key: string, operands: readonly string[]): RequestTest {
  const whenAbsent = operands.some((operand) => operand.toLowerCase() === 'true');
  const whenPresent = operands.some((operand) => operand.toLowerCase() === 'false');
  return (request) => (request.condition(key) === undefined ? whenAbsent : whenPresent);
}

function compileValueTest(
  operator: Operator,
  operands: readonly string[],
  context: PolicyContext,
): ValueTest {
  if (operator.family === 'arn') return compileArnTest(operator, operands, context);
  if (operator.family === 'ip') return compileIpTest(operator, operands);
  const compile = OPERAND_COMPILERS[operator.family as keyof typeof OPERAND_COMPILERS];
  return anyOperand(
    operands.map((operand) => compile(operand, operator, context)),
    operator.negated,
  );
}

function anyOperand(tests: readonly Operand[], negated: boolean): ValueTest {
  if (tests.length === 1) {
    const [only] = tests as [Operand];
    return negated ? (value, request) => !only(value, request) : only;
  }
  return (value, request) => {
    for (const test of tests) if (test(value, request)) return !negated;
    return negated;
  };
}

const never: Operand = () => false;

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  equals: (order) => order === 0,
  less: (order) => order < 0,
  'less-or-equal': (order) => order <= 0,
  greater: (order) => order > 0,
  'greater-or-equal': (order) => order >= 0,
};

/** An operand of an ordered family; what cannot be read, on either side, is unequal and in no order. */
function ordered<T>(
  read: (text: string) => T | undefined,
  compare: (a: T, b: T) => number,
): (operand: string, operator: Operator) => Operand {
  return (text, { test }) => {
    const operand = read(text);
    const holds = COMPARISONS[test];
    if (operand === undefined || holds === undefined) return never;
    return (value) => {
      const actual = read(value);
      return actual !== undefined && holds(compare(actual, operand));
    };
  };
}

const lower = (text: string): string => text.toLowerCase();
const lowerParts = (parts: readonly GlobPart[]): GlobPart[] =>
  parts.map((part) => (typeof part === 'string' ? part.toLowerCase() : part));

const OPERAND_COMPILERS = {
  string: (text: string, { test }: Operator, { variables }: PolicyContext): Operand => {
    const syntax = { variables, wildcards: test === 'like' };
    if (test !== 'equals-ignore-case') return compileTemplate(text, syntax, compileGlob);
    // Lower-casing is contextual (a final sigma), so the operand is folded whole, not part by part.
    return compileTemplate(text, syntax, (parts) => {
      const folded = parts.join('').toLowerCase();
      return (value) => value.toLowerCase() === folded;
    });
  },
  numeric: ordered(parseDecimal, compareDecimals),
  date: ordered(parseDate, (a, b) => a - b),
  // Whatever is not "true" is false to IAM.
  bool: (text: string, _operator: Operator, { variables }: PolicyContext): Operand =>
    compileTemplate(text, { variables, wildcards: false }, (parts) => {
      const wanted = lower(lowerParts(parts).join('')) === 'true';
      return (value) => (value.toLowerCase() === 'true') === wanted;
    }),
  binary: (text: string): Operand => {
    const operand = parseBinary(text);
    return operand === undefined ? never : (value) => parseBinary(value) === operand;
  },
};

/** An address that cannot be read matches nothing, not even negated. */
function compileIpTest({ negated }: Operator, operands: readonly string[]): ValueTest {
  const networks = operands.flatMap((operand) => parseNetwork(operand) ?? []);
  return (value) => {
    const address = parseAddress(value);
    if (address === undefined) return false;
    for (const network of networks) if (networkContains(network, address)) return !negated;
    return negated;
  };
}

const ARN_PARTS = 6;

/**
 * ARNs are compared part by part; only the last part may span colons. A value that is no ARN matches nothing, not
 * even negated. An operand that is none (session policies may hold such) ends the comparison: against the caller.
 */
function compileArnTest(
  { negated }: Operator,
  operands: readonly string[],
  context: PolicyContext,
): ValueTest {
  const tests = operands.map((operand) => compileArnOperand(operand, context));
  const onMalformed = context.effect === 'Deny';
  return (value, request) => {
    const parts = splitArn(value);
    if (parts === undefined) return false;
    for (const test of tests) {
      if (test === undefined) return onMalformed;
      if (test(parts, request)) return !negated;
    }
    return negated;
  };
}

type ArnOperand = (parts: readonly string[], request: AccessRequest) => boolean;

function compileArnOperand(text: string, { variables }: PolicyContext): ArnOperand | undefined {
  if (text === '*') return () => true;
  const template = parseTemplate(text, { variables, wildcards: true });
  if (template === undefined) return undefined;
  const fixed = asStatic(template);
  if (fixed !== undefined) {
    const matchers = compileArnParts(fixed);
    return matchers && ((parts) => matchParts(matchers, parts));
  }
  return (parts, request) => {
    const resolved = resolveParts(template, request);
    const matchers = resolved && compileArnParts(resolved);
    return matchers !== undefined && matchParts(matchers, parts);
  };
}

/** One matcher for each of the six parts, or undefined where the pattern has fewer. */
export function compileArnParts(parts: readonly GlobPart[]): TextMatcher[] | undefined {
  const fields = splitAtColons(parts);
  return fields.length < ARN_PARTS ? undefined : fields.map(compileGlob);
}

/** The pattern's fields, the last with all colons that follow. */
export function splitAtColons(parts: readonly GlobPart[]): GlobPart[][] {
  const fields: GlobPart[][] = [[]];
  const push = (part: GlobPart): void => {
    if (part !== '') (fields[fields.length - 1] as GlobPart[]).push(part);
  };
  for (const part of parts) {
    if (typeof part !== 'string') {
      push(part);
      continue;
    }
    let from = 0;
    while (fields.length < ARN_PARTS) {
      const colon = part.indexOf(':', from);
      if (colon < 0) break;
      push(part.slice(from, colon));
      fields.push([]);
      from = colon + 1;
    }
    push(part.slice(from));
  }
  return fields;
}

export function matchParts(matchers: readonly TextMatcher[], parts: readonly string[]): boolean {
  for (let i = 0; i < ARN_PARTS; i++) {
    if (!(matchers[i] as TextMatcher)(parts[i] as string)) return false;
  }
  return true;
}

/** The six parts of an ARN, or undefined where the text is none. */
export function splitArn(text: string): string[] | undefined {
  if (!text.startsWith('arn:')) return undefined;
  const parts: string[] = [];
  let from = 0;
  while (parts.length < ARN_PARTS - 1) {
    const colon = text.indexOf(':', from);
    if (colon < 0) return undefined;
    parts.push(text.slice(from, colon));
    from = colon + 1;
  }
  parts.push(text.slice(from));
  return parts;
}
