/** Values of templates. There is no null: CloudFormation refuses it wherever it stands. */
export type Json = string | number | boolean | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** The name and argument of a function (`Ref`, `Condition`, `Fn::Join`): the only member of its object. */
export function functionOf(value: Json): { readonly name: string; readonly argument: Json } | undefined {
  if (!isObject(value)) return undefined;
  const name = onlyName(value);
  if (name === undefined || !(name === 'Ref' || name.startsWith('Fn::'))) return undefined;
  return { name, argument: value[name] as Json };
}

/** With what `change` makes of each value directly in it: the same value where that changes none. */
export function withInner(value: readonly Json[] | JsonObject, change: (inner: Json) => Json): Json {
  let isChanged = false;
  const changed = (inner: Json) => {
    const now = change(inner);
    isChanged ||= now !== inner;
    return now;
  };
  const made = isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, changed(inner)]))
    : (value as readonly Json[]).map(changed);
  return isChanged ? made : value;
}

/** Looks at no more than two names: it is asked of every object of a template, many times over. */
function onlyName(value: JsonObject): string | undefined {
  let only: string | undefined;
  for (const name in value) {
    if (only !== undefined) return undefined;
    only = name;
  }
  return only;
}

/** Whether two values are the same for CloudFormation, to which `"true"` and true, `"1"` and 1 are. */
export function sameValue(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (isScalar(a) || isScalar(b)) return isScalar(a) && isScalar(b) && String(a) === String(b);
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((each, index) => sameValue(each, b[index]));
  }
  const [left, right] = [a as JsonObject, b as JsonObject];
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].every((name) => sameValue(left[name], right[name]));
}

/** Each value within a value, itself first. Not by a generator for each level: each value would go through all above it. */
export function* valuesOf(value: Json): Generator<Json> {
  const left = [value];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    yield next;
    if (isScalar(next)) continue;
    const inner = Array.isArray(next) ? next : Object.values(next);
    for (let at = inner.length - 1; at >= 0; at--) left.push(inner[at]);
  }
}
