/**
 * The intrinsic functions
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html).
 */
import { validationError } from '../cloudformation.ts';
import { cidrBlocks } from './cidr.ts';
import { functionOf, isObject, isScalar, type Json, type JsonObject } from './json.ts';
import { substitute } from './substitution.ts';

/** What `AWS::NoValue` stands for: the property, or the item of a list, is as if it were not written. */
export const NO_VALUE = Symbol('AWS::NoValue');
export type Value = Json | typeof NO_VALUE;

/** What a template's names stand for where a value is evaluated. Each throws for a name that stands for nothing. */
export interface Resolver {
  ref(name: string): Value;
  attribute(logicalId: string, name: string): Json;
  condition(name: string): boolean;
  readonly mappings: JsonObject;
  /** Availability zones of a region. */
  zones(region: string): readonly string[];
  imported(exportName: string): Json;
}

const templateError = (message: string) => validationError(`Template error: ${message}`);

export function evaluate(value: Json, resolver: Resolver): Value {
  const call = functionOf(value);
  if (call) return functionNamed(call.name)(call.argument, resolver);
  if (isScalar(value)) return value;
  if (Array.isArray(value))
    return value.map((each) => evaluate(each, resolver)).filter((each) => each !== NO_VALUE);
  const members = Object.entries(value).flatMap(([name, inner]) => {
    const evaluated = evaluate(inner, resolver);
    return evaluated === NO_VALUE ? [] : [[name, evaluated] as const];
  });
  return Object.fromEntries(members);
}

type IntrinsicFunction = (argument: Json, resolver: Resolver) => Value;

function functionNamed(name: string): IntrinsicFunction {
  const found = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!found) throw templateError(`Unknown function ${name}.`);
  return found;
}

const FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = {
  Ref: (argument, resolver) =>
    resolver.ref(textOf(argument, 'every Ref object must have a single String value.')),

  'Fn::GetAtt'(argument, resolver) {
    const [logicalId, name] = attributeParts(argument);
    return resolver.attribute(logicalId, textOf(evaluate(name, resolver), GET_ATT));
  },

  'Fn::Sub'(argument, resolver) {
    const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
    if (typeof text !== 'string' || !isObject(variables)) throw templateError(SUB);
    return substitute(text, (name) => {
      const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
      if (given !== undefined) return textOf(evaluate(given, resolver), SUB);
      const dot = name.indexOf('.');
      const value =
        dot < 0 ? resolver.ref(name) : resolver.attribute(name.slice(0, dot), name.slice(dot + 1));
      return textOf(Array.isArray(value) ? value.join(',') : value, SUB);
    });
  },

  'Fn::Join'(argument, resolver) {
    const [delimiter, items] = listOf(argument, 2, JOIN);
    const list = evaluate(items as Json, resolver);
    if (typeof delimiter !== 'string' || !Array.isArray(list)) throw templateError(JOIN);
    return list.map((item) => textOf(item, JOIN)).join(delimiter);
  },

  'Fn::Split'(argument, resolver) {
    const [delimiter, source] = listOf(argument, 2, SPLIT);
    if (typeof delimiter !== 'string' || delimiter === '') throw templateError(SPLIT);
    return textOf(evaluate(source as Json, resolver), SPLIT).split(delimiter);
  },

  'Fn::Select'(argument, resolver) {
    const [position, items] = listOf(argument, 2, SELECT);
    const index = Number(textOf(evaluate(position as Json, resolver), SELECT));
    const list = evaluate(items as Json, resolver);
    if (!Array.isArray(list) || !Number.isInteger(index)) throw templateError(SELECT);
    const selected = list[index];
    if (selected === undefined) {
      throw templateError(`Fn::Select cannot select nonexistent value at index ${index}`);
    }
    return selected;
  },

  'Fn::If'(argument, resolver) {
    const [name, whenTrue, whenFalse] = listOf(argument, 3, IF);
    return evaluate((resolver.condition(textOf(name, IF)) ? whenTrue : whenFalse) as Json, resolver);
  },

  'Fn::FindInMap'(argument, resolver) {
    const [map, first, second] = listOf(argument, 3, FIND_IN_MAP).map((each) =>
      textOf(evaluate(each, resolver), FIND_IN_MAP),
    ) as [string, string, string];
    const mapping = member(resolver.mappings, map);
    if (!isObject(mapping)) {
      throw templateError(`Mapping named '${map}' is not present in the 'Mappings' section of template.`);
    }
    const found = member(member(mapping, first) ?? {}, second);
    if (found === undefined) throw templateError(`Unable to get mapping for ${map}::${first}::${second}`);
    return found;
  },

  'Fn::ImportValue': (argument, resolver) =>
    resolver.imported(
      textOf(evaluate(argument, resolver), 'the attribute in Fn::ImportValue must be a string'),
    ),

  'Fn::Base64': (argument, resolver) =>
    Buffer.from(
      textOf(evaluate(argument, resolver), 'every Fn::Base64 object must have a String-typed value.'),
    ).toString('base64'),

  'Fn::Cidr'(argument, resolver) {
    const parts = (Array.isArray(argument) ? argument : []).map((each) => evaluate(each, resolver));
    const [block, count, bits = 8] = parts.map((each) => textOf(each, CIDR));
    if (block === undefined || count === undefined || parts.length > 3) throw templateError(CIDR);
    const blocks = cidrBlocks(block, Number(count), Number(bits));
    if (!blocks)
      throw templateError(`Fn::Cidr: [${block}, ${count}, ${bits}] is not a valid division of a block.`);
    return blocks;
  },

  'Fn::GetAZs'(argument, resolver) {
    const region = textOf(evaluate(argument, resolver), 'Fn::GetAZs argument must be a string');
    return [...resolver.zones(region || (resolver.ref('AWS::Region') as string))];
  },

  'Fn::Equals'(argument, resolver) {
    const [left, right] = listOf(argument, 2, EQUALS).map((each) => textOf(evaluate(each, resolver), EQUALS));
    return left === right;
  },
  'Fn::Not': (argument, resolver) => !truths(argument, resolver, 1, 1, NOT)[0],
  'Fn::And': (argument, resolver) => truths(argument, resolver, 2, 10, AND).every(Boolean),
  'Fn::Or': (argument, resolver) => truths(argument, resolver, 2, 10, OR).some(Boolean),
};

const GET_ATT =
  'every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute';
const SUB =
  "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an " +
  'optional second argument to specify a mapping of values to replace in the string';
const JOIN =
  'every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a ' +
  'function that returns a list of strings (such as Fn::GetAZs) to be joined.';
const SPLIT =
  'every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function ' +
  'that returns a string to be split.';
const SELECT =
  'every Fn::Select object requires two parameters, (1) an integer index and (2) a list of values or a function that ' +
  'returns a list of values (such as Fn::GetAZs).';
const IF = 'Fn::If requires a list argument with the first element being a condition';
const FIND_IN_MAP =
  'every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value';
const CIDR =
  'every Fn::Cidr object requires two or three parameters, (1) ipBlock, (2) count and (3) cidrBits';
const EQUALS = 'every Fn::Equals object requires a list of 2 string parameters.';
const NOT = 'every Fn::Not object requires one boolean parameter.';
const AND = 'every Fn::And object requires a list of at least 2 and at most 10 boolean parameters.';
const OR = 'every Fn::Or object requires a list of at least 2 and at most 10 boolean parameters.';

/** `[resource, attribute]` of a Fn::GetAtt, which YAML may write as `resource.attribute` too. */
export function attributeParts(argument: Json): readonly [string, Json] {
  const dot = typeof argument === 'string' ? argument.indexOf('.') : -1;
  const parts = typeof argument === 'string' ? [argument.slice(0, dot), argument.slice(dot + 1)] : argument;
  if (!Array.isArray(parts) || parts.length < 2 || !parts[0] || !parts[1]) throw templateError(GET_ATT);
  const [logicalId, ...rest] = parts;
  // Attributes may have dots, which some write as further items.
  const name = rest.length === 1 ? rest[0] : rest.join('.');
  return [textOf(logicalId, GET_ATT), name];
}

/** A boolean of the Conditions section: a function of the kind, or `Condition` with the name of another. */
export function evaluateCondition(value: Json, resolver: Resolver): boolean {
  if (isObject(value) && typeof value.Condition === 'string' && Object.keys(value).length === 1) {
    return resolver.condition(value.Condition);
  }
  const call = functionOf(value);
  if (!call || !BOOLEAN_FUNCTIONS.includes(call.name)) {
    throw validationError(
      'Template format error: Conditions can only be boolean operations on parameters and other conditions',
    );
  }
  return functionNamed(call.name)(call.argument, resolver) as boolean;
}

const BOOLEAN_FUNCTIONS = ['Fn::Equals', 'Fn::Not', 'Fn::And', 'Fn::Or'];

function truths(argument: Json, resolver: Resolver, least: number, most: number, words: string): boolean[] {
  if (!Array.isArray(argument) || argument.length < least || argument.length > most)
    throw templateError(words);
  return argument.map((each) => evaluateCondition(each, resolver));
}

function listOf(argument: Json, length: number, words: string): readonly Json[] {
  if (!Array.isArray(argument) || argument.length !== length) throw templateError(words);
  return argument;
}

function textOf(value: Value | undefined, words: string): string {
  if (value === undefined || value === NO_VALUE || !isScalar(value)) throw templateError(words);
  return String(value);
}

const member = (of: Json, name: string): Json | undefined =>
  isObject(of) && Object.hasOwn(of, name) ? of[name] : undefined;
