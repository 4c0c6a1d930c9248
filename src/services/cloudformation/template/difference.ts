/** What is different between two templates with their parameters. */
import type { Tag } from '../../../shapes/generated/cloudformation.ts';
import { validationError } from '../cloudformation.ts';
import { changedProperties } from '../resource-type/properties.ts';
import { findResourceType } from '../resource-type/resource-types.ts';
import type { TemplateInstance } from './instance.ts';
import { type Json, sameValue } from './json.ts';
import { symbolicChange, symbolicValue } from './symbolic.ts';
import { filledIn } from './unknown-values.ts';

export function isUnchanged(
  before: TemplateInstance,
  after: TemplateInstance,
  tagsBefore: readonly Tag[],
  tagsAfter: readonly Tag[],
): boolean {
  if (!sameValue(tagsBefore as unknown as Json, tagsAfter as unknown as Json)) return false;
  const names = new Set([...Object.keys(before.resources), ...Object.keys(after.resources)]);
  if ([...names].some((name) => isResourceChanged(before, after, name))) return false;
  return sameValue(filledIn(outputs(before), outputs(after)), outputs(after));
}

function isResourceChanged(before: TemplateInstance, after: TemplateInstance, name: string): boolean {
  const type = after.resources[name]?.Type;
  return (
    isRewritten(before, after, name) || (type !== undefined && !!findResourceType(type)?.isAlwaysUpdated)
  );
}

/** A change of policies alone (DeletionPolicy, UpdatePolicy, CreationPolicy) is no change, as on AWS. */
export function isRewritten(before: TemplateInstance, after: TemplateInstance, name: string): boolean {
  const [from, to] = [before.resources[name], after.resources[name]];
  return (
    from?.Type !== to?.Type ||
    !sameValue(from?.Metadata && filledIn(from.Metadata, to?.Metadata), to?.Metadata) ||
    changedProperties(...symbolicChange(before, after, name)).length > 0
  );
}

const outputs = (instance: TemplateInstance): Json =>
  symbolicValue(instance, instance.outputs as unknown as Json);

/** Throws for what an update would do to resources that are here by name alone. They may go. */
export function requireKept(before: TemplateInstance, after: TemplateInstance): void {
  for (const [logicalId, why] of Object.entries(before.template.kept)) {
    const [from, to] = [before.resources[logicalId], after.resources[logicalId]];
    if (!to || (from && !isResourceChanged(before, after, logicalId))) continue;
    const names = from ? changedProperties(...symbolicChange(before, after, logicalId)) : [];
    const what = names.length > 0 ? `its ${names.join(', ')}` : from ? 'its Metadata' : 'whether it is there';
    throw validationError(
      `Resource ${logicalId} of type ${to.Type} was read from a real account and is kept by its name alone, and this ` +
        `update changes ${what}. ${why}. Leave it as it is in the template, or out of it.`,
    );
  }
}

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
