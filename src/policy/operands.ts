/** One value of a condition key against the operands of its condition, family by family. */
import { compileFields, matchParts, splitArn, splitAtColons } from './arn-pattern.ts';
import type { AccessRequest } from './decision.ts';
import { compileGlob, type TextMatcher } from './glob.ts';
import { networkContains, parseAddress, parseNetwork } from './ip.ts';
import { compareDecimals, parseBinary, parseDate, parseDecimal } from './literals.ts';
import { isListKey, type Operator } from './operators.ts';
import type { Effect } from './policy.ts';
import {
  asStatic,
  type GlobPart,
  parseTemplate,
  type TemplatePart,
  type TemplateSyntax,
} from './template.ts';

/** Whether one value of the key satisfies the condition's operator and its operands, negation included. */
export type ValueTest = (value: string, request: AccessRequest) => boolean;
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

/** The same, field by field. */
export function resolveFields(
  fields: readonly (readonly TemplatePart[])[],
  request: AccessRequest,
): GlobPart[][] | undefined {
  const resolved: GlobPart[][] = [];
  for (const field of fields) {
    const parts = resolveParts(field, request);
    if (parts === undefined) return undefined;
    resolved.push(parts);
  }
  return resolved;
}

/** A matcher of text against a template; one with an unresolved variable matches nothing. */
function compileTemplate(
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

/** Compiles the operands; `operator` is of any family but `null`. */
export function compileValueTest(
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

const OPERAND_COMPILERS = {
  string: (text: string, { test }: Operator, { variables }: PolicyContext): Operand => {
    const syntax = { variables, wildcards: test === 'like' };
    if (test !== 'equals-ignore-case') return compileTemplate(text, syntax, compileGlob);
    // Lower-casing is contextual (a final sigma), so the operand is folded whole, not part by part.
    return compileTemplate(text, syntax, (parts) => {
      const folded = foldCase(parts.join(''));
      return (value) => foldCase(value) === folded;
    });
  },
  numeric: ordered(parseDecimal, compareDecimals),
  date: ordered(parseDate, (a, b) => a - b),
  // Whatever is not "true" is false to IAM.
  bool: (text: string, _operator: Operator, { variables }: PolicyContext): Operand =>
    compileTemplate(text, { variables, wildcards: false }, (parts) => {
      const wanted = parts.join('').toLowerCase() === 'true';
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

/**
 * ARNs are compared part by part; only the last part may span colons. A value that is no ARN matches nothing, not
 * even negated. An invalid operand (session policies may hold such) ends the comparison: against the caller.
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
    const matchers = compileFields(splitAtColons(fixed));
    return matchers && ((parts) => matchParts(matchers, parts));
  }
  const fields = splitAtColons(template);
  return (parts, request) => {
    const resolved = resolveFields(fields, request);
    const matchers = resolved && compileFields(resolved);
    return matchers !== undefined && matchParts(matchers, parts);
  };
}

const SURROGATES = /[\uD800-\uDFFF]/;

/** Letters beyond the Basic Multilingual Plane keep their case (aws-facts G2.7). */
const foldCase = (text: string): string =>
  SURROGATES.test(text)
    ? text.replace(/[^\uD800-\uDFFF]+/g, (plain) => plain.toLowerCase())
    : text.toLowerCase();
