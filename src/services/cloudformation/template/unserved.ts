/**
 * What of a template Latchkey does not serve. It is refused by name and all at once, so that a user has the whole list;
 * what the parameters decide against (a resource whose condition does not hold, a branch not taken) is not asked for.
 */
import { asText } from '../../../aws/as-text.ts';
import { notServed, validationError } from '../cloudformation.ts';
import { findResourceType } from '../resource-type/resource-types.ts';
import { contentsOf, referencesOf } from './contents.ts';
import type { KeptByName, ResourceDefinition, Template } from './definition.ts';
import { NO_VALUE, type Value } from './functions.ts';
import { functionOf, isObject, isScalar, type Json, type JsonObject, valuesOf, withInner } from './json.ts';
import { LANGUAGE_EXTENSIONS } from './language-extensions.ts';
import { unservedPolicies } from './policies.ts';

const UNSERVED_SECTIONS = ['Hooks', 'Globals'];

/** Throws for what is asked for whatever the values of the parameters are. The structure is not checked yet. */
export function requireServed(root: JsonObject, kept: KeptByName = {}): void {
  const others = [
    ...transformsOf(root)
      .filter((name) => name !== LANGUAGE_EXTENSIONS)
      .map((name) => `the transform ${typeof name === 'string' ? name : JSON.stringify(name)}`),
    ...UNSERVED_SECTIONS.filter((name) => Object.hasOwn(root, name)).map(
      (name) => `the ${name} section of templates`,
    ),
  ];
  for (const value of valuesOf(root)) {
    if (isObject(value) && Object.hasOwn(value, 'Fn::Transform')) others.push('the function Fn::Transform');
  }
  const parameters = Object.keys(membersOf(root.Parameters));
  const resources = unconditional(root.Resources, kept);
  const isAsked = (value: Json) =>
    !referencesOf(value).some(({ name }) => parameters.includes(name)) && !isOff(withoutBranches(value));
  const asked = [...resources, ...unconditional(root.Outputs)].map(withoutBranches) as JsonObject[];
  refuse(
    resources.map(({ Type }) => Type).filter((type) => typeof type === 'string'),
    [
      ...others,
      ...resources.flatMap((definition) => unservedProperties(definition, isAsked)),
      ...resources.flatMap((definition) => unservedPolicies(definition)),
      ...unservedAttributes(asked, (name) => typeNamed(root.Resources, name)),
      ...storesIn(asked),
    ],
  );
}

/** Throws for what a stack with its parameters asks for. `known` gives a value that the parameters alone decide. */
export function requireServedInstance(
  { resources, outputs }: Pick<Template, 'resources' | 'outputs'>,
  kept: KeptByName,
  known: (value: Json) => Value | undefined,
): void {
  const present = Object.entries(resources).flatMap(([id, each]) => (Object.hasOwn(kept, id) ? [] : [each]));
  const asked = [...present, ...Object.values(outputs)] as unknown as readonly JsonObject[];
  const isAsked = (value: Json) => {
    const evaluated = known(value);
    return evaluated === undefined || (evaluated !== NO_VALUE && !isOff(evaluated));
  };
  refuse(
    present.map(({ Type }) => Type),
    [
      ...present.flatMap((definition) => unservedProperties(definition, isAsked)),
      ...present.flatMap((definition) => unservedPolicies(definition)),
      ...unservedAttributes(asked, (name) => resources[name]?.Type),
      ...storesIn(asked),
    ],
  );
}

/** What of a resource is not served, whatever the parameters are; undefined where all is. */
export function whyUnserved(definition: JsonObject): string | undefined {
  const type = asText(definition.Type ?? '');
  const others = [
    ...unservedProperties(definition, (value) => !isOff(value)),
    ...unservedPolicies(definition),
    ...storesIn([definition]),
  ];
  if (!findResourceType(type)) return `Latchkey does not serve resources of type ${type}`;
  return others.length > 0 ? `Latchkey does not serve ${others.join(', ')}` : undefined;
}

/** Macros run before anything else is looked at. */
export const transformsOf = ({ Transform: transform = [] }: JsonObject): readonly Json[] =>
  Array.isArray(transform) ? transform : [transform];

/** What is written, and asks for nothing (`HibernationOptions: {Configured: false}`). */
const isOff = (value: Json): boolean =>
  isScalar(value) ? /^(false)?$/i.test(String(value)) : Object.values(value).every(isOff);

function typeNamed(resources: Json | undefined, name: string): string | undefined {
  const definition = membersOf(resources)[name];
  return isObject(definition ?? null) ? asText((definition as JsonObject).Type ?? '') : undefined;
}

const membersOf = (section: Json | undefined): JsonObject => (isObject(section) ? section : {});

const unconditional = (section: Json | undefined, kept: KeptByName = {}): JsonObject[] =>
  Object.entries(membersOf(section))
    .filter(([id]) => !Object.hasOwn(kept, id))
    .map(([, definition]) => definition)
    .filter(
      (definition): definition is JsonObject => isObject(definition) && definition.Condition === undefined,
    );

/** The value without what an Fn::If may decide against. */
function withoutBranches(value: Json): Json {
  if (isScalar(value)) return value;
  return functionOf(value)?.name === 'Fn::If' ? {} : withInner(value, withoutBranches);
}

function unservedProperties(
  { Type, Properties }: JsonObject | ResourceDefinition,
  isAsked: (value: Json) => boolean,
): string[] {
  const { unserved = [] } = findResourceType(asText(Type ?? '')) ?? {};
  return Object.entries(membersOf(Properties))
    .filter(([name, value]) => unserved.includes(name) && isAsked(value))
    .map(([name]) => `the property ${name} of ${Type}`);
}

/** Of what refers to a resource of that name. */
const unservedAttributes = (
  definitions: readonly JsonObject[],
  typeOf: (logicalId: string) => string | undefined,
): string[] =>
  partsOf(definitions)
    .flatMap(referencesOf)
    .flatMap((reference) => {
      if (reference.to !== 'attribute') return [];
      const { name, attribute } = reference;
      const type = findResourceType(typeOf(name) ?? '');
      return type?.unservedAttributes?.some((each) => each === attribute)
        ? [`the attribute ${attribute} of ${type.name}`]
        : [];
    });

const storesIn = (definitions: readonly JsonObject[]): string[] =>
  partsOf(definitions).flatMap((part) => contentsOf(part).unservedStores);

/** Their members, most of which stand as they are written, with what was found in them. */
const partsOf = (definitions: readonly JsonObject[]): Json[] =>
  definitions.flatMap((definition) => Object.values(definition)).filter((part) => part !== undefined);

function refuse(types: readonly string[], others: readonly string[]): void {
  const unknown = [...new Set(types)].filter((type) => !findResourceType(type));
  const rest = [...new Set(others)].join(', ');
  if (unknown.length > 0) {
    throw validationError(
      `Template format error: Unrecognized resource types: [${unknown.join(', ')}]. AWS may know them; Latchkey does not ` +
        `serve them${rest && `, nor ${rest}`}. A resource whose Condition does not hold is passed over, whatever its type.`,
    );
  }
  if (rest) throw notServed(rest);
}
