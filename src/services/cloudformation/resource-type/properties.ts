/**
 * The properties of a type of resource: what they are, and what a change of them means. Values that are written as
 * another type (`"8"`, `"true"`) are taken for what they must be, as CloudFormation takes them.
 */
import { asText } from '../../../aws/as-text.ts';
import { type ServiceId, serviceShapes } from '../../../shapes/services.ts';
import type { Shape, StructureShape } from '../../../shapes/shape.ts';
import { isObject, isScalar, type Json, type JsonObject, sameValue } from '../template/json.ts';

export type PropertyType =
  | 'String'
  | 'Integer'
  | 'Number'
  | 'Boolean'
  /** A text, or the empty object that stands for the empty text (`NoDevice: {}`). */
  | 'Marker'
  /** An object, or its text. */
  | 'Json'
  /** The same, whose numbers and booleans CloudFormation turns into text (`Sid: 1`, an account id). */
  | 'PolicyDocument'
  | { readonly list: PropertyType }
  | { readonly object: Properties }
  /** What it is comes of a table that is not read before it is needed. */
  | { readonly form: () => PropertyType };

/** What the type's schema bounds a value by, in its keywords. */
export interface Bounds {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: RegExp;
  readonly enum?: readonly string[];
}

export interface Property {
  readonly type: PropertyType;
  readonly required?: boolean;
  readonly bounds?: Bounds;
  /** What a change does: in place unless said otherwise; `refused` fails the update. Some depend on what changes. */
  readonly change?: ChangeEffect | ((from: Json | undefined, to: Json | undefined) => ChangeEffect);
}

export type Properties = Readonly<Record<string, Property>>;

export const TAGS: Property = {
  type: {
    list: { object: { Key: { type: 'String', required: true }, Value: { type: 'String', required: true } } },
  },
};

export const strings: PropertyType = { list: 'String' };

/**
 * The values as the types want them, and what is wrong with them in the words of the schema validator that AWS uses
 * (`#/Size: expected type: Integer, found: String`).
 */
export function conform(
  properties: Properties,
  given: JsonObject,
  path = '#',
): { readonly values: JsonObject; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const values: Record<string, Json> = {};
  for (const [name, { required }] of Object.entries(properties)) {
    if (required && given[name] === undefined) problems.push(`${path}: required key [${name}] not found`);
  }
  for (const [name, value] of Object.entries(given)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (!property) {
      problems.push(`${path}: extraneous key [${name}] is not permitted`);
      continue;
    }
    const before = problems.length;
    const conformed = conformValue(property.type, value, `${path}/${name}`, problems);
    if (property.bounds && problems.length === before) {
      problems.push(...outOfBounds(property.bounds, conformed, `${path}/${name}`));
    }
    values[name] = conformed;
  }
  return { values, problems };
}

function conformValue(type: PropertyType, value: Json, path: string, problems: string[]): Json {
  if (typeof type === 'string') {
    const expected = EXPECTED[type] ?? type;
    return SCALARS[type](value) ?? mismatch(expected, value, path, problems);
  }
  if ('form' in type) return conformValue(type.form(), value, path, problems);
  if ('list' in type) {
    const { list } = type;
    if (!Array.isArray(value)) return mismatch('JSONArray', value, path, problems);
    return value.map((each, index) => conformValue(list, each, `${path}/${index}`, problems));
  }
  if (!isObject(value)) return mismatch('JSONObject', value, path, problems);
  const inner = conform(type.object, value, path);
  problems.push(...inner.problems);
  return inner.values;
}

/** What the validator calls a type, where that is another name. */
const EXPECTED: Partial<Record<Extract<PropertyType, string>, string>> = {
  Json: 'JSONObject',
  Marker: 'String',
  PolicyDocument: 'JSONObject',
};

const SCALARS: Record<Extract<PropertyType, string>, (value: Json) => Json | undefined> = {
  String: (value) => (isScalar(value) ? String(value) : undefined),
  Integer: (value) => (isScalar(value) && /^-?\d+$/.test(String(value)) ? Number(value) : undefined),
  Number: (value) => (isScalar(value) && !Number.isNaN(Number(value)) ? Number(value) : undefined),
  Boolean: (value) =>
    /^(true|false)$/i.test(asText(value)) ? asText(value).toLowerCase() === 'true' : undefined,
  Marker: (value) => (isObject(value) && Object.keys(value).length === 0 ? '' : SCALARS.String(value)),
  Json: jsonObject,
  PolicyDocument(value) {
    const document = jsonObject(value);
    return document && asTexts(document);
  },
};

function jsonObject(value: Json): JsonObject | undefined {
  if (isObject(value)) return value;
  try {
    const parsed = JSON.parse(String(value));
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function asTexts(value: Json): Json {
  if (isScalar(value)) return String(value);
  if (Array.isArray(value)) return value.map(asTexts);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asTexts(inner)]));
}

function mismatch(expected: string, value: Json, path: string, problems: string[]): Json {
  problems.push(`${path}: expected type: ${expected}, found: ${foundType(value)}`);
  return value;
}

/** Values are left out of the sentences, since they may be secrets; of lengths the validator says which it is (aws-facts H34). */
function outOfBounds(bounds: Bounds, value: Json, path: string): string[] {
  const { minimum = -Infinity, maximum = Infinity, minLength = 0, maxLength = Infinity } = bounds;
  const failed = (keyword: keyof Bounds) => `${path}: failed validation constraint for keyword [${keyword}]`;
  const text = asText(value);
  const { length } = text;
  return [
    ...(Number(text) < minimum ? [failed('minimum')] : []),
    ...(Number(text) > maximum ? [failed('maximum')] : []),
    ...(length < minLength ? [`${path}: expected minLength: ${minLength}, actual: ${length}`] : []),
    ...(length > maxLength ? [`${path}: expected maxLength: ${maxLength}, actual: ${length}`] : []),
    ...(bounds.pattern?.test(text) === false ? [failed('pattern')] : []),
    ...(bounds.enum?.includes(text) === false
      ? [`${path}: #: only 1 subschema matches out of 2`, failed('enum')]
      : []),
  ];
}

function foundType(value: Json): string {
  if (Array.isArray(value)) return 'JSONArray';
  if (typeof value === 'object') return 'JSONObject';
  if (typeof value === 'number') return Number.isInteger(value) ? 'Integer' : 'BigDecimal';
  return typeof value === 'boolean' ? 'Boolean' : 'String';
}

/** The names of properties that differ. */
export function changedProperties(from: JsonObject, to: JsonObject): string[] {
  const names = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...names].filter((name) => !sameValue(from[name], to[name]));
}

export type ChangeEffect = 'in-place' | 'replacement' | 'refused';

export function effectOfChange(
  properties: Properties,
  from: JsonObject,
  to: JsonObject,
  changed: readonly string[] = changedProperties(from, to),
): ChangeEffect {
  const effects = changed.map((name) => {
    const change = properties[name]?.change;
    return typeof change === 'function' ? change(from[name], to[name]) : change;
  });
  if (effects.includes('refused')) return 'refused';
  return effects.includes('replacement') ? 'replacement' : 'in-place';
}

/** A property that has the form of a member of an API operation's input, or of one within it: `ofInput('ec2', …)`. */
export function ofInput(
  service: ServiceId,
  operation: string,
  ...path: readonly [string, ...string[]]
): { readonly form: () => PropertyType } {
  let known: PropertyType | undefined;
  const form = () => {
    known ??= ofShape(shapeOfInput(service, operation, path));
    return known;
  };
  return { form };
}

/** The same type, but for these members of it, or of what it lists. */
export function withMembers(type: PropertyType, members: Properties): PropertyType {
  if (typeof type === 'string') throw new Error(`${type} has no members`);
  if ('form' in type) return { form: () => withMembers(type.form(), members) };
  if ('list' in type) return { list: withMembers(type.list, members) };
  return { object: { ...type.object, ...members } };
}

function shapeOfInput(service: ServiceId, operation: string, path: readonly string[]): Shape {
  let shape: Shape | undefined = serviceShapes(service).operation(operation)?.input;
  for (const member of path) {
    const within: Shape | undefined = shape?.type === 'list' ? shape.member : shape;
    const members: StructureShape['members'] = within?.type === 'structure' ? within.members : [];
    shape = members.find(({ name }) => name === member)?.shape;
  }
  if (!shape) throw new Error(`${service}:${operation} has no ${path.join('.')}`);
  return shape;
}

function ofShape(shape: Shape): PropertyType {
  switch (shape.type) {
    case 'boolean':
      return 'Boolean';
    case 'integer':
    case 'long':
      return 'Integer';
    case 'float':
    case 'double':
      return 'Number';
    case 'list':
      return { list: ofShape(shape.member) };
    case 'structure':
      return { object: ofMembers(shape) };
    case 'map':
    case 'document':
      return 'Json';
    default:
      return 'String';
  }
}

const ofMembers = ({ members }: StructureShape): Properties =>
  Object.fromEntries(members.map(({ name, shape, required }) => [name, { type: ofShape(shape), required }]));
