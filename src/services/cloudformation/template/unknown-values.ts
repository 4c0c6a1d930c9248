/**
 * Values of a real account's stack that nobody has read: secrets that were left out, and what resources give that are here
 * by name alone. In texts a mark stands for them.
 */
import { isLeftOut, LEFT_OUT } from '../../../aws/left-out.ts';
import { isObject, isScalar, type Json, valuesOf } from './json.ts';

/** Of a parameter that NoEcho hides (`Password`), or an attribute (`Function.Arn`). */
export const unknownValue = (name: string): string => `{{latchkey:unknown ${name}}}`;

const UNKNOWN = /\{\{latchkey:[^{}]*\}\}/;

/** The first of them in a value. */
export function unknownIn(value: Json | undefined): string | undefined {
  for (const each of value === undefined ? [] : valuesOf(value)) {
    const [found] = typeof each === 'string' ? (UNKNOWN.exec(each) ?? []) : [];
    if (found) return found;
  }
  return undefined;
}

export const whyUnknown = (mark: string): string =>
  mark === LEFT_OUT
    ? 'a value that was left out when the account was read, since it may be a secret'
    : `${mark.replace(/^\{\{latchkey:unknown |\}\}$/g, '')}, which was not read from the account`;

/** With what was left out, then or now, taken to be what is asked for: nobody can say that it is another. */
export function filledIn(from: Json, to: Json | undefined): Json {
  if (to === undefined) return from;
  if (isScalar(from)) return isLeftOut(from) || isLeftOut(to) ? to : from;
  if (Array.isArray(from))
    return from.map((each, at) => filledIn(each, Array.isArray(to) ? to[at] : undefined));
  return Object.fromEntries(
    Object.entries(from).map(([name, each]) => [name, filledIn(each, isObject(to) ? to[name] : undefined)]),
  );
}
