/**
 * The values of a template's parameters, checked against their declarations
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html).
 */
import { allowedPattern, PatternChecks } from '../../../service-kit/allowed-pattern.ts';
import type { Parameter } from '../../../shapes/generated/cloudformation.ts';
import { notServed, validationError } from '../cloudformation.ts';
import type { ParameterDeclaration, Template } from './definition.ts';
import type { Json } from './json.ts';
import { unknownIn } from './unknown-values.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
export const MAX_VALUE_CHARS = 4096;

/** Values as text, as they were given; lists are separated by commas. */
export type ParameterValues = Readonly<Record<string, string>>;

/** Throws AWS's ValidationError for values that are missing, superfluous or not allowed. */
export function parameterValues(
  template: Template,
  given: readonly Parameter[] = [],
  previous: ParameterValues = {},
): ParameterValues {
  const { parameters } = template;
  const superfluous = given
    .map(({ ParameterKey: key = '' }) => key)
    .filter((key) => !Object.hasOwn(parameters, key));
  if (superfluous.length > 0) {
    throw validationError(`Parameters: [${superfluous.join(', ')}] do not exist in the template`);
  }
  const byKey = new Map(given.map((parameter) => [parameter.ParameterKey, parameter]));
  const missing: string[] = [];
  // One may be called as what every object has (`constructor`).
  const values: Record<string, string> = Object.create(null);
  for (const [key, declaration] of Object.entries(parameters)) {
    const value = givenValue(key, byKey.get(key), previous) ?? defaultOf(declaration);
    if (value === undefined) missing.push(key);
    else values[key] = value;
  }
  if (missing.length > 0) throw validationError(`Parameters: [${missing.join(', ')}] must have values`);
  const patterns = new PatternChecks();
  for (const [key, value] of Object.entries(values)) {
    // What was not read of a real account was valid there.
    if (unknownIn(value) !== undefined) continue;
    if (value.length > MAX_VALUE_CHARS) {
      throw validationError(`Parameter '${key}' value '[****]' length is greater than ${MAX_VALUE_CHARS}.`);
    }
    requireValidValue(key, parameters[key] as ParameterDeclaration, value, patterns);
  }
  return values;
}

function givenValue(
  key: string,
  given: Parameter | undefined,
  previous: ParameterValues,
): string | undefined {
  if (!given?.UsePreviousValue) return given?.ParameterValue;
  if (given.ParameterValue !== undefined) {
    throw validationError(
      `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true and non empty value for a parameter`,
    );
  }
  const value = Object.hasOwn(previous, key) ? previous[key] : undefined;
  if (value !== undefined) return value;
  throw validationError(
    `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true for a parameter key not in the ` +
      'previous template',
  );
}

const defaultOf = ({ Default: value }: ParameterDeclaration): string | undefined =>
  value === undefined ? undefined : String(value);

export const isList = (type: string): boolean => type === 'CommaDelimitedList' || type.startsWith('List<');

/** Whether the value is the name of a parameter of Parameter Store. */
export const isStoredParameter = (type: string): boolean => type.startsWith('AWS::SSM::Parameter::');

/** The type of what such a parameter holds; undefined where what it holds is not taken. */
export const storedValueType = (type: string): string | undefined =>
  /^AWS::SSM::Parameter::Value<(.*)>$/.exec(type)?.[1];

/** What a Ref to the parameter stands for: the text, or the items of a list. */
export function referredValue({ Type: type }: ParameterDeclaration, value: string): Json {
  return isList(storedValueType(type) ?? type) ? itemsOf(value) : value;
}

export const itemsOf = (value: string): string[] =>
  value === '' ? [] : value.split(',').map((item) => item.trim());

export const isHidden = ({ NoEcho: noEcho }: ParameterDeclaration): boolean => String(noEcho) === 'true';

interface Constraint {
  readonly fails: (value: string, declaration: ParameterDeclaration, patterns: PatternChecks) => boolean;
  readonly message: (key: string, declaration: ParameterDeclaration) => string;
}

const below = (a: string, b: Json | undefined) => b !== undefined && Number(a) < Number(b);
const above = (a: string, b: Json | undefined) => b !== undefined && Number(a) > Number(b);

/** Each of thousands of items may be looked for among tens of thousands. */
const allowedTexts = new WeakMap<readonly Json[], ReadonlySet<string>>();

function textsAmong(allowed: readonly Json[]): ReadonlySet<string> {
  const texts = allowedTexts.get(allowed) ?? new Set(allowed.map(String));
  allowedTexts.set(allowed, texts);
  return texts;
}

/** In the order in which AWS complains; list parameters are checked item by item. */
const CONSTRAINTS: readonly Constraint[] = [
  {
    fails: (value, { Type: type }) => /Number/.test(type) && (value === '' || Number.isNaN(Number(value))),
    message: (key) => `Parameter '${key}' must be a number`,
  },
  {
    fails: (value, { AllowedValues: allowed }) => allowed !== undefined && !textsAmong(allowed).has(value),
    message: (key) => `Parameter '${key}' must be one of AllowedValues`,
  },
  {
    fails: (value, { AllowedPattern: pattern }, patterns) =>
      pattern !== undefined && !matchesPattern(value, String(pattern), patterns),
    message: (key, { AllowedPattern: pattern }) => `Parameter '${key}' must match pattern ${pattern}`,
  },
  {
    fails: (value, { MinLength: least }) => below(String(value.length), least),
    message: (key, { MinLength: least }) => `Parameter '${key}' must contain at least ${least} characters`,
  },
  {
    fails: (value, { MaxLength: most }) => above(String(value.length), most),
    message: (key, { MaxLength: most }) => `Parameter '${key}' must contain at most ${most} characters`,
  },
  {
    fails: (value, { MinValue: least }) => below(value, least),
    message: (key, { MinValue: least }) => `Parameter '${key}' must be a number not less than ${least}`,
  },
  {
    fails: (value, { MaxValue: most }) => above(value, most),
    message: (key, { MaxValue: most }) => `Parameter '${key}' must be a number not greater than ${most}`,
  },
];

function matchesPattern(value: string, written: string, patterns: PatternChecks): boolean {
  const pattern = allowedPattern(written);
  if (pattern === 'invalid') throw validationError(`Invalid AllowedPattern '${written}'`);
  if (pattern === 'only in Java') throw notServed(`patterns that only Java reads, such as ${written}`);
  const isMatch = patterns.all(pattern, [value]);
  if (isMatch === undefined) throw notServed(`patterns that take too long to match, such as ${written}`);
  return isMatch;
}

function requireValidValue(
  key: string,
  declaration: ParameterDeclaration,
  value: string,
  patterns: PatternChecks,
): void {
  const { ConstraintDescription: description } = declaration;
  for (const item of isList(declaration.Type) ? itemsOf(value) : [value]) {
    const broken = CONSTRAINTS.find(({ fails }) => fails(item, declaration, patterns));
    if (!broken) continue;
    throw validationError(
      description === undefined
        ? broken.message(key, declaration)
        : `Parameter '${key}' failed to satisfy constraint: ${description}`,
    );
  }
}
