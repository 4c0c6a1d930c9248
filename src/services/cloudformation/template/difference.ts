/** What is different between two templates with their parameters. */
import type { Tag } from '../../../shapes/generated/cloudformation.ts';
import { validationError } from '../cloudformation.ts';
import { changedProperties } from '../resource-type/properties.ts';
import type { TemplateInstance } from './instance.ts';
import { type Json, sameValue } from './json.ts';
import { symbolicProperties, symbolicValue } from './symbolic.ts';

export function isUnchanged(
  before: TemplateInstance,
  after: TemplateInstance,
  tagsBefore: readonly Tag[],
  tagsAfter: readonly Tag[],
): boolean {
  if (!sameValue(tagsBefore as unknown as Json, tagsAfter as unknown as Json)) return false;
  const names = new Set([...Object.keys(before.resources), ...Object.keys(after.resources)]);
  if ([...names].some((name) => isResourceChanged(before, after, name))) return false;
  return sameValue(outputs(before), outputs(after));
}

/** A change of policies alone (DeletionPolicy, UpdatePolicy, CreationPolicy) is no change, as on AWS. */
function isResourceChanged(before: TemplateInstance, after: TemplateInstance, name: string): boolean {
  const [from, to] = [before.resources[name], after.resources[name]];
  if (!from || !to) return true;
  return (
    !sameValue(from.Metadata, to.Metadata) ||
    changedProperties(symbolicProperties(before, name), symbolicProperties(after, name)).length > 0
  );
}

const outputs = (instance: TemplateInstance): Json =>
  symbolicValue(instance, instance.outputs as unknown as Json);

export function requireSameTypes(before: TemplateInstance, after: TemplateInstance): void {
  const changed = Object.keys(after.resources).filter((name) => {
    const type = before.resources[name]?.Type;
    return type !== undefined && type !== after.resources[name]?.Type;
  });
  if (changed.length === 0) return;
  throw validationError(
    'Update of resource type is not permitted. The new template modifies resource type of the following resources: ' +
      `[${changed.join(', ')}]`,
  );
}
