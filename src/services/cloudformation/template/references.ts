/** What a template's values refer to: whether it is there, and in which order resources depend on each other. */
import { validationError } from '../cloudformation.ts';
import { findResourceType } from '../resource-type/resource-types.ts';
import { type Reference, referencesOf } from './contents.ts';
import type { ResourceDefinition, Template } from './definition.ts';
import { isObject, type Json, valuesOf } from './json.ts';
import { isPseudoParameter } from './pseudo-parameters.ts';

/** Everything of a resource that may refer to others. */
const referencesOfDefinition = ({ Properties, Metadata, CreationPolicy, UpdatePolicy }: ResourceDefinition) =>
  [Properties, Metadata, CreationPolicy, UpdatePolicy].flatMap((part) =>
    part === undefined ? [] : referencesOf(part),
  );

/** By definition, of the resources that were asked about last: each step of an operation asks for all. */
const needed = new WeakMap<
  ResourceDefinition,
  { readonly resources: Template['resources']; readonly names: ReadonlySet<string> }
>();

/** The resources that a resource needs to be there before it. */
export function dependenciesOf(
  definition: ResourceDefinition,
  resources: Template['resources'],
): ReadonlySet<string> {
  const known = needed.get(definition);
  if (known?.resources === resources) return known.names;
  const names = dependenciesIn(definition, resources);
  needed.set(definition, { resources, names });
  return names;
}

function dependenciesIn(
  definition: ResourceDefinition,
  resources: Template['resources'],
): ReadonlySet<string> {
  const names = new Set(definition.DependsOn);
  for (const reference of referencesOfDefinition(definition)) {
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
  for (const condition of Object.values(conditions)) requireKnownParameters(template, condition);
  requireConditionsWithoutCircles(conditions);
  requireBlockReferences(template, 'Resources', Object.values(resources).flatMap(referencesOfDefinition));
  const dependsOn = Object.values(resources).flatMap(({ DependsOn }) => DependsOn);
  requireResolved(
    'Resources',
    dependsOn.filter((name) => !Object.hasOwn(resources, name)),
  );
  requireBlockReferences(
    template,
    'Outputs',
    Object.values(outputs)
      .flatMap(({ Value, Export }) => [Value, Export?.Name ?? ''])
      .flatMap(referencesOf),
  );
  for (const [block, members] of Object.entries({ Resources: resources, Outputs: outputs })) {
    for (const { Condition } of Object.values(members)) {
      if (Condition !== undefined) requireCondition(template, Condition, block);
    }
  }
  requireNoCircles(resources);
}

function requireKnownParameters({ parameters }: Checked, condition: Json): void {
  for (const reference of referencesOf(condition)) {
    if (reference.to === 'condition') continue;
    if (Object.hasOwn(parameters, reference.name) || isPseudoParameter(reference.name)) continue;
    throw validationError(
      `Template format error: Unresolved dependencies [${reference.name}]. Cannot reference resources in the Conditions ` +
        'block of the template',
    );
  }
}

function requireConditionsWithoutCircles(conditions: Checked['conditions']): void {
  const needs = new Map(
    Object.entries(conditions).map(([name, condition]) => [name, new Set(namedConditions(condition))]),
  );
  for (const others of needs.values()) {
    for (const other of others) requireCondition({ conditions }, other, 'Conditions');
  }
  const left = withoutEnds(withoutEnds(needs));
  const circular = [...needs.keys()].find((name) => left.has(name) && leadsBack(needs, name));
  if (circular === undefined) return;
  throw validationError(`Template error: Found circular condition dependency with ${circular}`);
}

function leadsBack(needs: Arrows, name: string): boolean {
  const reached = new Set(needs.get(name));
  for (const each of reached) for (const other of needs.get(each) ?? []) reached.add(other);
  return reached.has(name);
}

function* namedConditions(value: Json): Generator<string> {
  for (const each of valuesOf(value))
    if (isObject(each) && typeof each.Condition === 'string') yield each.Condition;
}

function requireCondition({ conditions }: Pick<Checked, 'conditions'>, name: string, block: string): void {
  if (Object.hasOwn(conditions, name)) return;
  throw validationError(
    `Template format error: Unresolved condition dependency ${name} in the ${block} block of the template`,
  );
}

function requireBlockReferences(template: Checked, block: string, references: readonly Reference[]): void {
  const { parameters, resources } = template;
  const unresolved: string[] = [];
  for (const reference of references) {
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

/** What neither depends on nothing that is left nor is needed by nothing left, however much of that is taken away: circles. */
function requireNoCircles(resources: Template['resources']): void {
  const needs = new Map(
    Object.entries(resources).map(([id, definition]) => [id, dependenciesOf(definition, resources)]),
  );
  const left = withoutEnds(withoutEnds(needs));
  if (left.size === 0) return;
  const circle = [...needs.keys()].filter((id) => left.has(id));
  throw validationError(`Circular dependency between resources: [${circle.join(', ')}]`);
}

type Arrows = ReadonlyMap<string, ReadonlySet<string>>;

/** The other way round, without what has no arrow to anything, nor to anything but such. */
function withoutEnds(arrows: Arrows): Arrows {
  const reversed = new Map([...arrows.keys()].map((id) => [id, new Set<string>()]));
  for (const [id, others] of arrows) for (const other of others) reversed.get(other)?.add(id);
  const counts = new Map(
    [...arrows].map(([id, others]) => [id, [...others].filter((other) => arrows.has(other)).length]),
  );
  const ends = [...counts].filter(([, count]) => count === 0).map(([id]) => id);
  for (const end of ends) {
    for (const id of reversed.get(end) ?? []) {
      const count = (counts.get(id) as number) - 1;
      counts.set(id, count);
      if (count === 0) ends.push(id);
    }
    reversed.delete(end);
  }
  return reversed;
}
