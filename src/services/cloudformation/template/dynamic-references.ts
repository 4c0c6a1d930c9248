/**
 * `{{resolve:…}}` in the values of a template
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html).
 */
import { notServed, validationError } from '../cloudformation.ts';
import { isObject, isScalar, type Json } from './json.ts';

export interface DynamicReference {
  /** As it is written: `{{resolve:ssm:/app/size:3}}`. */
  readonly text: string;
  readonly isSecure: boolean;
  /** As Parameter Store takes it: `/app/size:3`. */
  readonly selected: string;
  readonly name: string;
  /** Where it stands: names of members, without positions in lists. */
  readonly path: readonly string[];
}

/** What references stand for, by their text. */
export type ReferenceValues = Readonly<Record<string, string>>;

const REFERENCE = /\{\{resolve:[^{}]*\}\}/g;
const PARAMETER = /^\{\{resolve:ssm(-secure)?:(([a-zA-Z0-9_.\-/]+)(?::\d+)?)\}\}$/;

/** References to other stores than Parameter Store, as far as they can be seen before functions are evaluated. */
export const unservedStores = (text: string): string[] =>
  [...text.matchAll(/\{\{resolve:([^:{}]*)/g)]
    .filter(([, service]) => service !== 'ssm' && service !== 'ssm-secure')
    .map(([whole]) => `dynamic references to other stores than Parameter Store (${whole}…)`);

/** Those of a value that is evaluated. What stands in for something not known yet (`${Resource}`) is none. */
export function* dynamicReferences(value: Json, path: readonly string[] = []): Generator<DynamicReference> {
  if (typeof value === 'string') {
    const [unserved] = unservedStores(value);
    if (unserved) throw notServed(unserved);
    for (const [text] of value.matchAll(REFERENCE)) yield reference(text, path);
  } else if (Array.isArray(value)) {
    for (const each of value) yield* dynamicReferences(each, path);
  } else if (isObject(value)) {
    for (const [name, inner] of Object.entries(value)) yield* dynamicReferences(inner, [...path, name]);
  }
}

function reference(text: string, path: readonly string[]): DynamicReference {
  const [, secure, selected, name] = PARAMETER.exec(text) ?? [];
  if (!selected || !name) {
    throw validationError(`Incorrect format is used in the following SSM reference: [${text}]`);
  }
  return { text, isSecure: secure !== undefined, selected, name, path };
}

/** The value with the references that are known replaced. */
export function withReferences(value: Json, known: ReferenceValues): Json {
  if (typeof value === 'string') return value.replace(REFERENCE, (text) => known[text] ?? text);
  if (isScalar(value)) return value;
  if (Array.isArray(value)) return value.map((each) => withReferences(each, known));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withReferences(inner, known)]),
  );
}
