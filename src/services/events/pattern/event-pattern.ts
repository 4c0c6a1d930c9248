/**
 * Event patterns: what an event must be like for a rule to catch it. Fields are joined by and, the values of a field by
 * or; `$or` joins groups of fields by or. An array of the event matches where one of its elements does, and fields that
 * speak of one array speak of one element of it
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html).
 *
 * The work of a match is bounded by the size of the pattern times that of the event.
 */
import { isObject } from '../../../platform/is-object.ts';
import {
  DEEPEST,
  describeFault,
  JsonFault,
  type JsonMember,
  type JsonNode,
  readJson,
  tooDeep,
} from './json-text.ts';
import type { Scalar, ValueTest } from './test.ts';
import { ABSENT, valueTest } from './value-test.ts';

export interface EventPattern {
  matches(event: object): boolean;
}

interface Fields {
  readonly kind: 'fields';
  readonly fields: readonly { readonly name: string; readonly node: Fields | Leaf }[];
  /** Each of these must hold, and of each one alternative. */
  readonly choices: readonly (readonly Fields[])[];
}

interface Leaf {
  readonly kind: 'leaf';
  readonly tests: readonly ValueTest[];
  /** Set where the field may be missing: its place among those whose absence is looked for first. */
  readonly absence?: number;
}

/** Throws a JsonFault whose message is the reason that EventBridge gives. */
export function compilePattern(text: string): EventPattern {
  try {
    const root = readJson(text);
    if (root.kind !== 'object') throw new JsonFault('Filter is not an object', root.at);
    const compiler = new Compiler();
    const fields = compiler.fields(root, []);
    const { absences } = compiler;
    return {
      matches(event) {
        const absent = absences.map((path) => scalarsAt([event], path).length === 0);
        return matchesFields(fields, [event], absent);
      },
    };
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    throw new JsonFault(describeFault(error, text));
  }
}

const OR = '$or';

class Compiler {
  /** Paths of the fields that may be missing. */
  readonly absences: (readonly string[])[] = [];

  fields(node: Extract<JsonNode, { kind: 'object' }>, path: readonly string[]): Fields {
    if (node.members.length === 0) throw new JsonFault('Empty objects are not allowed', node.end);
    return {
      kind: 'fields',
      fields: node.members.filter(({ name }) => name !== OR).map((member) => this.#field(member, path)),
      choices: node.members.filter(({ name }) => name === OR).map(({ value }) => this.#choice(value, path)),
    };
  }

  /** A dot in a name goes one object deeper, in the event too. */
  #field({ name, value }: JsonMember, path: readonly string[]): Fields['fields'][number] {
    const steps = name.split('.');
    if (path.length + steps.length > DEEPEST) throw tooDeep(value.at);
    let node = this.#node(name, value, [...path, ...steps]);
    for (const step of steps.slice(1).reverse()) {
      node = { kind: 'fields', fields: [{ name: step, node }], choices: [] };
    }
    return { name: steps[0] as string, node };
  }

  #node(name: string, value: JsonNode, path: readonly string[]): Fields | Leaf {
    if (value.kind === 'object') return this.fields(value, path);
    if (value.kind !== 'array') throw new JsonFault(`"${name}" must be an object or an array`, value.at);
    if (value.items.length === 0) throw new JsonFault('Empty arrays are not allowed', value.end);
    const all = value.items.map(valueTest);
    const tests = all.filter((test) => test !== ABSENT);
    if (tests.length === all.length) return { kind: 'leaf', tests };
    return { kind: 'leaf', tests, absence: this.absences.push(path) - 1 };
  }

  #choice(value: JsonNode, path: readonly string[]): Fields[] {
    if (value.kind !== 'array') throw new JsonFault(`It must be an Array followed with ${OR}.`, value.at);
    const alternatives = value.items.map((item) => {
      if (item.kind === 'object') return this.fields(item, path);
      throw new JsonFault(`Only JSON object is allowed in array of ${OR} relationship.`, item.at);
    });
    if (alternatives.length >= 2) return alternatives;
    throw new JsonFault(`There must have at least 2 Objects in ${OR} relationship.`, value.end);
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Stands for what is not there, where a field may be missing. */
const NOTHING: JsonObject = {};

/** Whether one of the values, or of the elements of arrays among them, has all that the fields ask. */
function matchesFields(node: Fields, values: readonly unknown[], absent: readonly boolean[]): boolean {
  const objects = flat(values).filter(isObject);
  return (objects.length > 0 ? objects : [NOTHING]).some(
    (object) =>
      node.fields.every(({ name, node: inner }) => {
        const found = step(object, name);
        return inner.kind === 'fields'
          ? matchesFields(inner, found, absent)
          : matchesLeaf(inner, found, absent);
      }) &&
      node.choices.every((choice) =>
        choice.some((alternative) => matchesFields(alternative, [object], absent)),
      ),
  );
}

function matchesLeaf(leaf: Leaf, values: readonly unknown[], absent: readonly boolean[]): boolean {
  if (leaf.absence !== undefined && absent[leaf.absence]) return true;
  return flat(values).some((value) => isScalar(value) && leaf.tests.some((test) => test(value)));
}

function scalarsAt(values: readonly unknown[], path: readonly string[]): readonly unknown[] {
  let found = values;
  for (const name of path) found = flat(found).flatMap((each) => (isObject(each) ? step(each, name) : []));
  return flat(found).filter(isScalar);
}

/** What an object has under a name, and what stands deeper, under a name with dots. */
function step(object: JsonObject, name: string): unknown[] {
  const found: unknown[] = Object.hasOwn(object, name) ? [object[name]] : [];
  for (const key in object) {
    if (key.startsWith(name) && key[name.length] === '.') {
      found.push({ [key.slice(name.length + 1)]: object[key] });
    }
  }
  return found;
}

const flat = (values: readonly unknown[]): readonly unknown[] =>
  values.some(Array.isArray) ? values.flat(Number.POSITIVE_INFINITY) : values;

const isScalar = (value: unknown): value is Scalar => value === null || typeof value !== 'object';
