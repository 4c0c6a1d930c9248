/**
 * The intrinsic functions
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html).
 */
import { asText } from '../../../aws/as-text.ts';
import { isLeftOut } from '../../../aws/left-out.ts';
import { validationError } from '../cloudformation.ts';
import { cidrBlocks } from './cidr.ts';
import { type ReferenceValues, withReferences } from './dynamic-references.ts';
import { EvaluationBounds } from './evaluation-bounds.ts';
import {
  AND,
  CIDR,
  CONTAINS,
  EACH_MEMBER_EQUALS,
  EACH_MEMBER_IN,
  EQUALS,
  FIND_IN_MAP,
  GET_ATT,
  IF,
  JOIN,
  NOT,
  OR,
  REF,
  SELECT,
  SPLIT,
  SUB,
} from './function-sentences.ts';
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
  /** What dynamic references stand for, as far as that is known. */
  readonly references?: ReferenceValues;
}

export const templateError = (message: string) => validationError(`Template error: ${message}`);

export function evaluate(value: Json, resolver: Resolver): Value {
  const evaluated = new Evaluation(resolver).value(value);
  const { references = {} } = resolver;
  return evaluated === NO_VALUE || isEmpty(references) ? evaluated : withReferences(evaluated, references);
}

const isEmpty = (object: object): boolean => Object.keys(object).length === 0;

class Evaluation extends EvaluationBounds {
  readonly resolver: Resolver;

  constructor(resolver: Resolver) {
    super();
    this.resolver = resolver;
  }

  value(value: Json): Value {
    this.count(1);
    const call = functionOf(value);
    if (call) return this.counted(functionNamed(call.name)(call.argument, this));
    if (isScalar(value)) return value;
    if (Array.isArray(value))
      return value.map((each) => this.value(each)).filter((each) => each !== NO_VALUE);
    const members = Object.entries(value).flatMap(([name, inner]) => {
      const evaluated = this.value(inner);
      return evaluated === NO_VALUE ? [] : [[name, evaluated] as const];
    });
    return Object.fromEntries(members);
  }
}

type IntrinsicFunction = (argument: Json, evaluation: Evaluation) => Value;

function functionNamed(name: string): IntrinsicFunction {
  const found = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!found) throw templateError(`Unknown function ${name}.`);
  return found;
}

const FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = {
  Ref: (argument, within) => within.resolver.ref(textOf(within.value(argument), REF)),

  'Fn::GetAtt'(argument, within) {
    const [logicalId, name] = attributeParts(argument).map((part) => textOf(within.value(part), GET_ATT));
    return within.resolver.attribute(logicalId!, name!);
  },

  'Fn::Sub'(argument, within) {
    const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
    if (typeof text !== 'string' || !isObject(variables)) throw templateError(SUB);
    const meanings = new Map<string, string>();
    let { length } = text;
    return substitute(text, (name) => {
      const known = meanings.get(name) ?? meaningOf(name, variables, within);
      meanings.set(name, known);
      length += known.length;
      within.requireRoom(length);
      return known;
    });
  },

  'Fn::Join'(argument, within) {
    const [delimiter, items] = listOf(argument, 2, JOIN);
    const list = within.value(items as Json);
    if (typeof delimiter !== 'string' || !Array.isArray(list)) throw templateError(JOIN);
    const texts = list.map((item) => textOf(item, JOIN));
    within.requireRoom(texts.reduce((sum, text) => sum + text.length + delimiter.length, 0));
    return texts.join(delimiter);
  },

  'Fn::Split'(argument, within) {
    const [delimiter, source] = listOf(argument, 2, SPLIT);
    if (typeof delimiter !== 'string' || delimiter === '') throw templateError(SPLIT);
    return textOf(within.value(source as Json), SPLIT).split(delimiter);
  },

  'Fn::Select'(argument, within) {
    const [position, items] = listOf(argument, 2, SELECT);
    const index = Number(textOf(within.value(position as Json), SELECT));
    const list = within.value(items as Json);
    if (!Array.isArray(list) || !Number.isInteger(index) || index < 0) throw templateError(SELECT);
    const selected = list[index];
    if (selected === undefined) throw templateError(SELECT);
    return selected;
  },

  'Fn::If'(argument, within) {
    const [name, whenTrue, whenFalse] = listOf(argument, 3, IF);
    return within.value((within.resolver.condition(textOf(name, IF)) ? whenTrue : whenFalse) as Json);
  },

  'Fn::FindInMap'(argument, within) {
    const [, , , otherwise] = Array.isArray(argument) ? argument : [];
    const keys = isObject(otherwise) ? (argument as readonly Json[]).slice(0, 3) : argument;
    const [map, first, second] = listOf(keys, 3, FIND_IN_MAP).map((each) =>
      textOf(within.value(each), FIND_IN_MAP),
    ) as [string, string, string];
    const mapping = member(within.resolver.mappings, map);
    const found = isObject(mapping) ? member(member(mapping, first) ?? {}, second) : undefined;
    if (found !== undefined) return found;
    if (isObject(otherwise) && otherwise.DefaultValue !== undefined)
      return within.value(otherwise.DefaultValue);
    if (!isObject(mapping)) {
      throw templateError(`Mapping named '${map}' is not present in the 'Mappings' section of template.`);
    }
    throw templateError(`Unable to get mapping for ${map}::${first}::${second}`);
  },

  'Fn::ImportValue': (argument, within) =>
    within.resolver.imported(
      textOf(within.value(argument), 'the attribute in Fn::ImportValue must be a string'),
    ),

  'Fn::Base64'(argument, within) {
    const text = textOf(within.value(argument), 'every Fn::Base64 object must have a String-typed value.');
    return isLeftOut(text) ? text : Buffer.from(text).toString('base64');
  },

  'Fn::Cidr'(argument, within) {
    const parts = (Array.isArray(argument) ? argument : []).map((each) => within.value(each));
    const [block, count, bits = 8] = parts.map((each) => textOf(each, CIDR));
    if (block === undefined || count === undefined || parts.length > 3) throw templateError(CIDR);
    const blocks = cidrBlocks(block, Number(count), Number(bits));
    if (!blocks)
      throw templateError(`Fn::Cidr: [${block}, ${count}, ${bits}] is not a valid division of a block.`);
    return blocks;
  },

  'Fn::GetAZs'(argument, within) {
    const region = textOf(within.value(argument), 'Fn::GetAZs argument must be a string');
    return [...within.resolver.zones(region || (within.resolver.ref('AWS::Region') as string))];
  },

  // Of the AWS::LanguageExtensions transform.
  'Fn::Length'(argument, within) {
    const list = within.value(argument);
    if (!Array.isArray(list)) throw templateError('Fn::Length requires a list.');
    return list.length;
  },
  'Fn::ToJsonString': (argument, within) => {
    const value = within.value(argument);
    if (value === NO_VALUE || isScalar(value))
      throw templateError('Fn::ToJsonString requires an object or a list.');
    return JSON.stringify(value);
  },

  'Fn::Equals'(argument, within) {
    const [left, right] = listOf(argument, 2, EQUALS).map((each) => textOf(within.value(each), EQUALS));
    return left === right;
  },
  // Of the Rules section.
  'Fn::Contains'(argument, within) {
    const [list, value] = listOf(argument, 2, CONTAINS).map((each) => textsOf(within.value(each), CONTAINS));
    return (value ?? []).every((each) => list?.includes(each));
  },
  'Fn::EachMemberIn'(argument, within) {
    const [members, list] = listOf(argument, 2, EACH_MEMBER_IN).map((each) =>
      textsOf(within.value(each), EACH_MEMBER_IN),
    );
    return (members ?? []).every((each) => list?.includes(each));
  },
  'Fn::EachMemberEquals'(argument, within) {
    const [members, value] = listOf(argument, 2, EACH_MEMBER_EQUALS).map((each) =>
      textsOf(within.value(each), EACH_MEMBER_EQUALS),
    );
    return (members ?? []).every((each) => each === value?.[0]);
  },

  'Fn::Not': (argument, within) => !truths(argument, within, 1, 1, NOT)[0],
  'Fn::And': (argument, within) => truths(argument, within, 2, 10, AND).every(Boolean),
  'Fn::Or': (argument, within) => truths(argument, within, 2, 10, OR).some(Boolean),
};

/** What a variable of Fn::Sub stands for. */
function meaningOf(name: string, variables: JsonObject, within: Evaluation): string {
  const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (given !== undefined) return textOf(within.value(given), SUB);
  const dot = name.indexOf('.');
  const { resolver } = within;
  const value = dot < 0 ? resolver.ref(name) : resolver.attribute(name.slice(0, dot), name.slice(dot + 1));
  return textOf(Array.isArray(value) ? value.join(',') : value, SUB);
}

/** `[resource, attribute]` of a Fn::GetAtt, which YAML may write as `resource.attribute` too. */
export function attributeParts(argument: Json): readonly [Json, Json] {
  const dot = typeof argument === 'string' ? argument.indexOf('.') : -1;
  const parts = typeof argument === 'string' ? [argument.slice(0, dot), argument.slice(dot + 1)] : argument;
  if (!Array.isArray(parts) || parts.length < 2 || !parts[0] || !parts[1]) throw templateError(GET_ATT);
  const [logicalId, ...rest] = parts;
  // Attributes may have dots, which some write as further items.
  const name = rest.length === 1 ? rest[0] : rest.map(asText).join('.');
  return [logicalId, name];
}

/** A boolean of the Conditions section: a function of the kind, or `Condition` with the name of another. */
export const evaluateCondition = (value: Json, resolver: Resolver): boolean =>
  conditionValue(value, new Evaluation(resolver));

function conditionValue(value: Json, within: Evaluation): boolean {
  if (isObject(value) && typeof value.Condition === 'string' && Object.keys(value).length === 1) {
    return within.resolver.condition(value.Condition);
  }
  const call = functionOf(value);
  if (!call || !BOOLEAN_FUNCTIONS.includes(call.name)) {
    throw validationError(
      'Template format error: Conditions can only be boolean operations on parameters and other conditions',
    );
  }
  return functionNamed(call.name)(call.argument, within) as boolean;
}

const BOOLEAN_FUNCTIONS = [
  'Fn::Equals',
  'Fn::Not',
  'Fn::And',
  'Fn::Or',
  'Fn::Contains',
  'Fn::EachMemberIn',
  'Fn::EachMemberEquals',
];

function truths(argument: Json, within: Evaluation, least: number, most: number, words: string): boolean[] {
  if (!Array.isArray(argument) || argument.length < least || argument.length > most)
    throw templateError(words);
  return argument.map((each) => conditionValue(each, within));
}

function listOf(argument: Json, length: number, words: string): readonly Json[] {
  if (!Array.isArray(argument) || argument.length !== length) throw templateError(words);
  return argument;
}

function textOf(value: Value | undefined, words: string): string {
  if (value === undefined || value === NO_VALUE || !isScalar(value)) throw templateError(words);
  return String(value);
}

const textsOf = (value: Value, words: string): string[] =>
  (Array.isArray(value) ? value : [value]).map((each) => textOf(each, words));

const member = (of: Json, name: string): Json | undefined =>
  isObject(of) && Object.hasOwn(of, name) ? of[name] : undefined;
