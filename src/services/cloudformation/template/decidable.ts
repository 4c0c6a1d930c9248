/**
 * Functions whose outcome the parameters alone decide: AWS evaluates them when it is given the template, so that a key
 * that is missing from a mapping is no failure of a resource.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { evaluate, type Resolver } from './functions.ts';
import type { TemplateInstance } from './instance.ts';
import { functionOf, type Json, valuesOf } from './json.ts';

class NotKnownYet extends Error {}

const notKnownYet = (): never => {
  throw new NotKnownYet();
};

/** Throws AWS's ValidationError for the first of them that fails. */
export function requireDecidable({
  template,
  conditions,
  resources,
  outputs,
  refersTo,
}: TemplateInstance): void {
  const resolver: Resolver = {
    mappings: template.mappings,
    condition: (name) => conditions[name] === true,
    ref: (name) => refersTo(name) ?? notKnownYet(),
    attribute: notKnownYet,
    zones: notKnownYet,
    imported: notKnownYet,
  };
  for (const value of valuesOf([resources, outputs] as unknown as Json)) {
    const name = functionOf(value)?.name;
    if (name !== 'Fn::FindInMap' && name !== 'Fn::Select') continue;
    try {
      evaluate(value, resolver);
    } catch (error) {
      if (error instanceof AwsError) throw error;
      if (!(error instanceof NotKnownYet)) throw error;
    }
  }
}
