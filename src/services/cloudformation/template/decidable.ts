/**
 * Functions whose outcome the parameters alone decide: AWS evaluates them when it is given the template, so that a key
 * that is missing from a mapping is no failure of a resource.
 */
import { contentsOf } from './contents.ts';
import { evaluate, type Resolver, type Value } from './functions.ts';
import type { TemplateInstance } from './instance.ts';
import type { Json } from './json.ts';
import { requireServedInstance } from './unserved.ts';

class NotKnownYet extends Error {}

const notKnownYet = (): never => {
  throw new NotKnownYet();
};

/** Throws AWS's ValidationError for the first of them that fails, and for what is not served. */
export function requireDecidable(instance: TemplateInstance): void {
  const { resources, outputs } = instance;
  const resolver = knownByParameters(instance);
  requireServedInstance(instance, instance.template.kept, (value) => valueIfKnown(value, resolver));
  const parts = [...Object.values(resources), ...Object.values(outputs)].flatMap(
    (definition) => Object.values(definition) as Json[],
  );
  for (const { name, value } of parts.flatMap((part) => contentsOf(part).calls)) {
    if (name === 'Fn::FindInMap' || name === 'Fn::Select') valueIfKnown(value, resolver);
  }
}

export const knownByParameters = ({ template, conditions, refersTo }: TemplateInstance): Resolver => ({
  mappings: template.mappings,
  condition: (name) => conditions[name] === true,
  ref: (name) => refersTo(name) ?? notKnownYet(),
  attribute: notKnownYet,
  zones: notKnownYet,
  imported: notKnownYet,
});

/** Undefined where it depends on more than the parameters. */
function valueIfKnown(value: Json, resolver: Resolver): Value | undefined {
  try {
    return evaluate(value, resolver);
  } catch (error) {
    if (error instanceof NotKnownYet) return undefined;
    throw error;
  }
}
