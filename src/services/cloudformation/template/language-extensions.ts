/**
 * AWS::LanguageExtensions: loops, and functions where the plain language takes none
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-languageextensions.html). The
 * loops are unrolled when a template is read, with the parameters that it was given; the rest is in functions.ts.
 */
import { evaluate, NO_VALUE, type Resolver, templateError } from './functions.ts';
import { functionOf, isObject, isScalar, type Json, type JsonObject } from './json.ts';
import { MAX_BODY } from './template-url.ts';

export const LANGUAGE_EXTENSIONS = 'AWS::LanguageExtensions';

/** What is there only with the transform. */
export const EXTENSION_FUNCTIONS = /^Fn::(ForEach(::.*)?|Length|ToJsonString)$/;

/** More turns than a template of the greatest size could have members. */
const MAX_TURNS = 20_000;
/** What the turns copy: some times what the longest template has. */
const MAX_COPIED_CHARS = 2 * MAX_BODY;
/** Of text, what any value costs about as much as. */
const CHARS_PER_VALUE = 8;

/** The template with each `Fn::ForEach::NAME` replaced by what its turns give. */
export function unrollLoops(root: JsonObject, ref: (name: string) => Json | undefined): JsonObject {
  let turns = 0;
  let copied = 0;
  const count = (chars: number) => {
    copied += chars;
    if (copied > MAX_COPIED_CHARS)
      throw templateError(`the loops of the template come to more than ${MAX_COPIED_CHARS} characters.`);
  };
  const resolver: Resolver = {
    ref: (name) => ref(name) ?? [],
    attribute: () => notYet('Fn::GetAtt'),
    condition: () => notYet('Fn::If'),
    mappings: isObject(root.Mappings) ? root.Mappings : {},
    zones: () => notYet('Fn::GetAZs'),
    imported: () => notYet('Fn::ImportValue'),
  };

  const turn = (name: string, loop: Json): (readonly [string, Json])[] => {
    const [identifier, collection, fragment, ...others] = Array.isArray(loop) ? loop : [];
    if (typeof identifier !== 'string' || !isObject(fragment) || others.length > 0) {
      throw templateError(`${name} requires a list of an identifier, a collection, and an object.`);
    }
    const items = evaluate(collection as Json, resolver);
    if (items === NO_VALUE || !Array.isArray(items))
      throw templateError(`the collection of ${name} is not a list.`);
    return items.flatMap((item) => {
      if (!isScalar(item)) throw templateError(`the collection of ${name} is not a list of strings.`);
      if (++turns > MAX_TURNS)
        throw templateError(`the loops of the template take more than ${MAX_TURNS} turns.`);
      return Object.entries(unroll(withValue(fragment, identifier, String(item), count)) as JsonObject);
    });
  };

  const unroll = (value: Json): Json => {
    if (isScalar(value)) return value;
    if (Array.isArray(value)) return value.map(unroll);
    const members = Object.entries(value).flatMap(([name, inner]) =>
      name.startsWith('Fn::ForEach::') ? turn(name, inner) : [[name, unroll(inner)] as const],
    );
    return Object.fromEntries(members);
  };
  return unroll(root) as JsonObject;
}

function notYet(name: string): never {
  throw templateError(`${name} cannot be used in the collection of a Fn::ForEach.`);
}

/** The fragment of one turn: `${Name}` and `{Ref: Name}` stand for the value, `&{Name}` for its letters and digits. */
function withValue(fragment: Json, identifier: string, item: string, count: (chars: number) => void): Json {
  const plain = item.replaceAll(/[^A-Za-z0-9]/g, '');
  const put = (text: string, variable: string, meaning: string) => {
    const parts = text.split(variable);
    count((parts.length - 1) * meaning.length);
    return parts.join(meaning);
  };
  const inText = (text: string) => {
    count(text.length);
    return put(put(text, `\${${identifier}}`, item), `&{${identifier}}`, plain);
  };
  const substituted = (value: Json): Json => {
    count(CHARS_PER_VALUE);
    if (typeof value === 'string') return inText(value);
    if (isScalar(value)) return value;
    if (Array.isArray(value)) return value.map(substituted);
    const call = functionOf(value);
    if (call?.name === 'Ref' && call.argument === identifier) return item;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [inText(name), substituted(inner)]),
    );
  };
  return substituted(fragment);
}
