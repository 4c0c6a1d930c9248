/** What a template's values refer to: whether it is there, and in which order resources depend on each other. */
import { asText } from '../../../aws/as-text.ts';
import { validationError } from '../cloudformation.ts';
import { findResourceType } from '../resource-type/resource-types.ts';
import type { ResourceDefinition, Template } from './definition.ts';
import { attributeParts } from './functions.ts';
import { functionOf, isObject, isScalar, type Json } from './json.ts';
import { isPseudoParameter } from './pseudo-parameters.ts';
import { variablesOf } from './substitution.ts';

export type Reference =
  | { readonly to: 'name'; readonly name: string }
  | { readonly to: 'attribute'; readonly name: string; readonly attribute: Json }
  | { readonly to: 'condition'; readonly name: string };

export function* referencesOf(value: Json): Generator<Reference> {
  if (isScalar(value)) return;
  const call = functionOf(value);
  if (call?.name === 'Ref' && typeof call.argument === 'string') yield { to: 'name', name: call.argument };
  if (call?.name === 'Fn::GetAtt') {
    const [name, attribute] = attributeParts(call.argument);
    // A function that gives the name refers to a resource once the parameters are known.
    if (typeof name === 'string') yield { to: 'attribute', name, attribute };
  }
  if (call?.name === 'Fn::Sub') yield* substituted(call.argument);
  if (call?.name === 'Fn::If' && Array.isArray(call.argument)) {
    yield { to: 'condition', name: asText((call.argument as readonly Json[])[0] ?? '') };
  }
  for (const inner of Array.isArray(value) ? value : Object.values(value)) yield* referencesOf(inner);
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

/** Everything of a resource that may refer to others. */
const referringParts = ({ Properties, Metadata, CreationPolicy, UpdatePolicy }: ResourceDefinition): Json =>
  [Properties, Metadata, CreationPolicy, UpdatePolicy].filter((part) => part !== undefined);

/** The resources that a resource needs to be there before it. */
export function dependenciesOf(
  definition: ResourceDefinition,
  resources: Template['resources'],
): ReadonlySet<string> {
  const names = new Set(definition.DependsOn);
  for (const reference of referencesOf(referringParts(definition))) {
    if (reference.to !== 'condition') names.add(reference.name);
  }
  return new Set([...names].filter((name) => Object.hasOwn(resources, name)));
}

/** Dependencies before what depends on them. */
export function dependencyOrder(resources: Template['resources']): string[] {
  const ordered = new Set<string>();
  const visit = (logicalId: string): void => {
    if (ordered.has(logicalId)) return;
    for (const need of dependenciesOf(resources[logicalId] as ResourceDefinition, resources)) visit(need);
    ordered.add(logicalId);
  };
  for (const logicalId of Object.keys(resources)) visit(logicalId);
  return [...ordered];
}

type Checked = Pick<Template, 'parameters' | 'conditions' | 'resources' | 'outputs'>;

/** Throws AWS's error for references to what is not there, and for resources that depend on each other in a circle. */
export function requireReferences(template: Checked): void {
  const { conditions, resources, outputs } = template;
  for (const [name, condition] of Object.entries(conditions))
    requireValidCondition(template, name, condition);
  requireBlockReferences(template, 'Resources', Object.values(resources).map(referringParts));
  const dependsOn = Object.values(resources).flatMap(({ DependsOn }) => DependsOn);
  requireResolved(
    'Resources',
    dependsOn.filter((name) => !Object.hasOwn(resources, name)),
  );
  requireBlockReferences(
    template,
    'Outputs',
    Object.values(outputs).map(({ Value, Export }) => [Value, Export?.Name ?? '']),
  );
  for (const [block, members] of Object.entries({ Resources: resources, Outputs: outputs })) {
    for (const { Condition } of Object.values(members)) {
      if (Condition !== undefined) requireCondition(template, Condition, block);
    }
  }
  requireNoCircles(resources);
}

function requireValidCondition({ parameters, conditions }: Checked, name: string, condition: Json): void {
  for (const reference of referencesOf(condition)) {
    if (reference.to === 'condition') continue;
    if (Object.hasOwn(parameters, reference.name) || isPseudoParameter(reference.name)) continue;
    throw validationError(
      `Template format error: Unresolved dependencies [${reference.name}]. Cannot reference resources in the Conditions ` +
        'block of the template',
    );
  }
  const reached = new Set<string>();
  const follow = (value: Json): void => {
    for (const other of namedConditions(value)) {
      requireCondition({ conditions }, other, 'Conditions');
      if (other === name) {
        throw validationError(`Template error: Found circular condition dependency with ${name}`);
      }
      if (!reached.has(other)) {
        reached.add(other);
        follow(conditions[other] as Json);
      }
    }
  };
  follow(condition);
}

function* namedConditions(value: Json): Generator<string> {
  if (isScalar(value)) return;
  if (isObject(value) && typeof value.Condition === 'string') yield value.Condition;
  for (const inner of Array.isArray(value) ? value : Object.values(value)) yield* namedConditions(inner);
}

function requireCondition({ conditions }: Pick<Checked, 'conditions'>, name: string, block: string): void {
  if (Object.hasOwn(conditions, name)) return;
  throw validationError(
    `Template format error: Unresolved condition dependency ${name} in the ${block} block of the template`,
  );
}

function requireBlockReferences(template: Checked, block: string, values: Json): void {
  const { parameters, resources } = template;
  const unresolved: string[] = [];
  for (const reference of referencesOf(values)) {
    const { name } = reference;
    if (reference.to === 'condition') {
      if (!Object.hasOwn(template.conditions, name)) {
        throw validationError(`Template error: unresolved condition dependency ${name} in Fn::If`);
      }
    } else if (reference.to === 'attribute') {
      const { Type } = requireResource(template, name);
      // Recorded: what an output asks for is looked at once the resources are there (aws-facts H30).
      if (block !== 'Outputs' && !hasAttribute(Type, reference.attribute)) {
        throw validationError(
          `Template error: resource ${name} does not support attribute type ${reference.attribute} in Fn::GetAtt`,
        );
      }
    } else if (
      ![parameters, resources].some((known) => Object.hasOwn(known, name)) &&
      !isPseudoParameter(name)
    ) {
      unresolved.push(name);
    }
  }
  requireResolved(block, unresolved);
}

function requireResource({ resources }: Checked, name: string): ResourceDefinition {
  const resource = Object.hasOwn(resources, name) ? resources[name] : undefined;
  if (resource) return resource;
  throw validationError(`Template error: instance of Fn::GetAtt references undefined resource ${name}`);
}

/** Of a type that is not served, and of a name that a function makes, nothing is known. */
function hasAttribute(typeName: string, attribute: Json): boolean {
  const type = findResourceType(typeName);
  if (typeof attribute !== 'string' || !type) return true;
  return [...type.attributes, ...(type.unservedAttributes ?? [])].some((known) =>
    known.endsWith('.*') ? attribute.startsWith(known.slice(0, -1)) : known === attribute,
  );
}

/** Throws AWS's error for an output that asks a resource for what its type does not have. */
export function requireOutputAttributes({ resources }: Checked, key: string, value: Json): void {
  for (const reference of referencesOf(value)) {
    if (reference.to !== 'attribute') continue;
    const type = resources[reference.name]?.Type;
    if (type === undefined || hasAttribute(type, reference.attribute)) continue;
    throw validationError(
      `[Error] /Outputs/${key}/Value/Fn::GetAtt: Resource type ${type} does not support attribute {${reference.attribute}}.`,
    );
  }
}

function requireResolved(block: string, names: readonly string[]): void {
  if (names.length === 0) return;
  const list = [...new Set(names)].join(', ');
  throw validationError(
    `Template format error: Unresolved resource dependencies [${list}] in the ${block} block of the template`,
  );
}

/** Takes away what depends on nothing that is left, and what nothing left depends on, until only circles are left. */
function requireNoCircles(resources: Template['resources']): void {
  const left = new Map(
    Object.entries(resources).map(([id, definition]) => [id, dependenciesOf(definition, resources)]),
  );
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const [id, needs] of left) {
      const isNeeded = [...left.values()].some((others) => others.has(id));
      if (!isNeeded || ![...needs].some((need) => left.has(need))) left.delete(id);
    }
  }
  if (left.size > 0) {
    throw validationError(`Circular dependency between resources: [${[...left.keys()].join(', ')}]`);
  }
}
