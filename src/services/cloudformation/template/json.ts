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
  const [entry, more] = Object.entries(value);
  if (!entry || more) return undefined;
  const [name, argument] = entry;
  return name === 'Ref' || name.startsWith('Fn::') ? { name, argument } : undefined;
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

/** Each value within a value, itself first. */
export function* valuesOf(value: Json): Generator<Json> {
  yield value;
  if (isScalar(value)) return;
  for (const inner of Array.isArray(value) ? value : Object.values(value)) yield* valuesOf(inner);
}
