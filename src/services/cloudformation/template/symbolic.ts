/**
 * Values worked out as far as the template and its parameters go: what resources give stands as a name. Two templates
 * whose values are the same so far are the same, whatever was written.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { evaluate, NO_VALUE, type Resolver } from './functions.ts';
import type { TemplateInstance } from './instance.ts';
import type { Json, JsonObject } from './json.ts';
import { filledIn } from './unknown-values.ts';

const ABSENT = `\${AWS::NoValue}`;
/** As many as Fn::Select may ask for. */
const ZONES = Array.from({ length: 16 }, (_, index) => index);

export function symbolicValue(instance: TemplateInstance, value: Json): Json {
  const { template, conditions, references, refersTo } = instance;
  const resolver: Resolver = {
    mappings: template.mappings,
    references,
    condition: (name) => conditions[name] === true,
    ref: (name) => refersTo(name) ?? `\${${name}}`,
    attribute: (logicalId, name) => `\${${logicalId}.${name}}`,
    zones: (region) => ZONES.map((index) => `\${zone ${index} of ${region}}`),
    imported: (name) => `\${export ${name}}`,
  };
  try {
    const evaluated = evaluate(value, resolver);
    return evaluated === NO_VALUE ? ABSENT : evaluated;
  } catch (error) {
    // A function of what is not known yet (the third item of an attribute that is a list).
    if (error instanceof AwsError) return value;
    throw error;
  }
}

/** Of a resource before and after an update; nothing of what is not in both. */
export function symbolicChange(
  before: TemplateInstance,
  after: TemplateInstance,
  logicalId: string,
): readonly [from: JsonObject, to: JsonObject] {
  const to = symbolicProperties(after, logicalId);
  return [filledIn(symbolicProperties(before, logicalId), to) as JsonObject, to];
}

const symbolicProperties = (instance: TemplateInstance, logicalId: string): JsonObject =>
  Object.fromEntries(
    Object.entries(instance.resources[logicalId]?.Properties ?? {})
      .map(([name, value]) => [name, symbolicValue(instance, value)] as const)
      .filter(([, value]) => value !== ABSENT),
  );
