/**
 * What is in a value of a template, found in one walk and kept beside it: a template is looked through for references, for
 * functions and for what is not served, as it is written and with its parameters, and may hold a megabyte.
 */
import { asText } from '../../../aws/as-text.ts';
import { unservedStores } from './dynamic-references.ts';
import { attributeParts } from './functions.ts';
import { functionOf, isObject, isScalar, type Json, type JsonObject, valuesOf } from './json.ts';
import { variablesOf } from './substitution.ts';

export type Reference =
  | { readonly to: 'name'; readonly name: string }
  | { readonly to: 'attribute'; readonly name: string; readonly attribute: Json }
  | { readonly to: 'condition'; readonly name: string };

interface Contents {
  readonly references: readonly Reference[];
  /** Calls of functions, the outer before the inner. */
  readonly calls: readonly { readonly name: string; readonly value: JsonObject }[];
  /** Of other stores than Parameter Store. */
  readonly unservedStores: readonly string[];
}

const known = new WeakMap<object, Contents>();

export function contentsOf(value: Json): Contents {
  if (isScalar(value)) return contentsIn(value);
  const contents = known.get(value) ?? contentsIn(value);
  known.set(value, contents);
  return contents;
}

export const referencesOf = (value: Json): readonly Reference[] => contentsOf(value).references;

function contentsIn(whole: Json): Contents {
  const references: Reference[] = [];
  const calls: { name: string; value: JsonObject }[] = [];
  const stores: string[] = [];
  for (const value of valuesOf(whole)) {
    if (typeof value === 'string') {
      for (const store of unservedStores(value)) stores.push(store);
      continue;
    }
    const call = functionOf(value);
    if (!call) continue;
    calls.push({ name: call.name, value: value as JsonObject });
    for (const reference of referencesOfCall(call)) references.push(reference);
  }
  return { references, calls, unservedStores: stores };
}

/** Of the function itself, without what is in its argument. */
function* referencesOfCall({ name, argument }: { name: string; argument: Json }): Generator<Reference> {
  if (name === 'Ref' && typeof argument === 'string') yield { to: 'name', name: argument };
  if (name === 'Fn::GetAtt') {
    const [of, attribute] = attributeParts(argument);
    // A function that gives the name refers to a resource once the parameters are known.
    if (typeof of === 'string') yield { to: 'attribute', name: of, attribute };
  }
  if (name === 'Fn::Sub') yield* substituted(argument);
  if (name === 'Fn::If' && Array.isArray(argument)) {
    yield { to: 'condition', name: asText((argument as readonly Json[])[0] ?? '') };
  }
}

function* substituted(argument: Json): Generator<Reference> {
  const [text, given] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof text !== 'string') return;
  for (const variable of variablesOf(text)) {
    if (isObject(given) && Object.hasOwn(given, variable)) continue;
    const dot = variable.indexOf('.');
    if (dot < 0) yield { to: 'name', name: variable };
    else yield { to: 'attribute', name: variable.slice(0, dot), attribute: variable.slice(dot + 1) };
  }
}
