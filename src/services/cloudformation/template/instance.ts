/**
 * A template with the parameters of one stack: which conditions hold, and which resources and outputs there are.
 * Every Fn::If is decided, so that what is referred to in a branch not taken is not referred to.
 */
import { asText } from '../../../aws/as-text.ts';
import { validationError } from '../cloudformation.ts';
import type { OutputDefinition, ResourceDefinition, Template } from './definition.ts';
import type { ReferenceValues } from './dynamic-references.ts';
import {
  attributeParts,
  evaluate,
  evaluateCondition,
  NO_VALUE,
  type Resolver,
  type Value,
} from './functions.ts';
import { functionOf, isScalar, type Json, withInner } from './json.ts';
import { type ParameterValues, referredValue } from './parameters.ts';
import { requirePolicies } from './policies.ts';
import { pseudoParameter, type StackIdentity } from './pseudo-parameters.ts';
import { requireReferences } from './references.ts';

export interface TemplateInstance {
  readonly template: Template;
  readonly conditions: Readonly<Record<string, boolean>>;
  readonly resources: Readonly<Record<string, ResourceDefinition>>;
  readonly outputs: Readonly<Record<string, OutputDefinition>>;
  /** What dynamic references stand for. */
  readonly references: ReferenceValues;
  /** What a Ref to a parameter or pseudo parameter stands for; undefined for other names. */
  refersTo(name: string): Value | undefined;
}

/** The last of each template: one call works it out several times, and so does what follows. */
const latest = new WeakMap<Template, { readonly key: string; readonly instance: TemplateInstance }>();

export function instantiate(
  template: Template,
  values: ParameterValues,
  stack: StackIdentity,
  references: ReferenceValues = {},
): TemplateInstance {
  const key = JSON.stringify([values, stack, references]);
  const known = latest.get(template);
  if (known?.key === key) return known.instance;
  const instance = makeInstance(template, values, stack, references);
  latest.set(template, { key, instance });
  return instance;
}

function makeInstance(
  template: Template,
  values: ParameterValues,
  stack: StackIdentity,
  references: ReferenceValues,
): TemplateInstance {
  const refersTo = meaningsOf(template, values, stack);
  // A condition may be called as what every object has (`constructor`).
  const decided: Record<string, boolean> = Object.create(null);
  const resolverIn = (place: string): Resolver => {
    const outOfReach = (what: string): never => {
      throw validationError(`Template format error: ${what} cannot be used in ${place}`);
    };
    return {
      mappings: template.mappings,
      ref: (name) => refersTo(name) ?? outOfReach(`Ref to ${name}`),
      condition(name) {
        decided[name] ??= evaluateCondition(template.conditions[name] as Json, resolver);
        return decided[name];
      },
      attribute: () => outOfReach('Fn::GetAtt'),
      zones: () => outOfReach('Fn::GetAZs'),
      imported: () => outOfReach('Fn::ImportValue'),
    };
  };
  const resolver = resolverIn('the Conditions block of the template');
  const namesResolver = resolverIn('the name that a Ref or Fn::GetAtt refers to');
  for (const name of Object.keys(template.conditions)) resolver.condition(name);

  const present = <T extends { readonly Condition?: string }>(members: Readonly<Record<string, T>>) =>
    Object.fromEntries(
      Object.entries(members)
        .filter(([, { Condition: name }]) => name === undefined || decided[name])
        .map(([id, member]) => [id, decide(member as unknown as Json, namesResolver) as unknown as T]),
    );
  const outputs = present(template.outputs);
  const all = present(template.resources);
  // DependsOn on a resource whose condition does not hold is no dependency.
  const resources = Object.fromEntries(
    Object.entries(all).map(([id, definition]) => [
      id,
      {
        ...definition,
        DependsOn: definition.DependsOn.filter((name) => Object.hasOwn(all, name)),
        ...decidedPolicies(definition, resolver),
      },
    ]),
  );
  requirePolicies({ resources });
  requireReferences({ ...template, resources, outputs });
  return { template, conditions: decided, resources, outputs, references, refersTo };
}

/** Each is worked out once: a long list may be asked for in thousands of places. */
function meaningsOf(
  { parameters }: Template,
  values: ParameterValues,
  stack: StackIdentity,
): TemplateInstance['refersTo'] {
  const known = new Map<string, Value | undefined>();
  const meaningOf = (name: string): Value | undefined => {
    const declaration = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (!declaration) return pseudoParameter(stack, name);
    const value = (Object.hasOwn(values, name) ? values[name] : undefined) ?? '';
    // A default that is written so acts as the pseudo parameter does.
    return value === 'AWS::NoValue' ? NO_VALUE : referredValue(declaration, value);
  };
  return (name) => {
    if (!known.has(name)) known.set(name, meaningOf(name));
    return known.get(name);
  };
}

/** What becomes of a resource may depend on the parameters. */
function decidedPolicies(
  { DeletionPolicy, UpdateReplacePolicy, CreationPolicy, UpdatePolicy }: ResourceDefinition,
  resolver: Resolver,
): Partial<ResourceDefinition> {
  const policies = { DeletionPolicy, UpdateReplacePolicy, CreationPolicy, UpdatePolicy };
  const decided = Object.entries(policies).flatMap(([name, policy]) => {
    if (policy === undefined || typeof policy === 'string') return [];
    const value = evaluate(policy, resolver);
    return [[name, value === NO_VALUE ? undefined : value] as const];
  });
  return Object.fromEntries(decided);
}

/** The value with each Fn::If replaced by its branch, and each function that gives a name by the name. */
function decide(value: Json, resolver: Resolver): Json {
  if (isScalar(value)) return value;
  const call = functionOf(value);
  if (call?.name === 'Fn::If' && Array.isArray(call.argument) && call.argument.length === 3) {
    const [name, whenTrue, whenFalse] = call.argument;
    return decide((resolver.condition(asText(name as Json)) ? whenTrue : whenFalse) as Json, resolver);
  }
  const named = (name: Json) => (isScalar(name) ? name : (evaluate(name, resolver) as Json));
  if (call?.name === 'Ref') return isScalar(call.argument) ? value : { Ref: named(call.argument) };
  if (call?.name === 'Fn::GetAtt') return { 'Fn::GetAtt': attributeParts(call.argument).map(named) };
  return withInner(value, (inner) => decide(inner, resolver));
}
