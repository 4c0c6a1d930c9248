/**
 * The attributes of resources that say what becomes of them
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-product-attribute-reference.html).
 */
import { notServed, validationError } from '../cloudformation.ts';
import { requireResourceType } from '../resource-type/resource-types.ts';
import type { Template } from './definition.ts';
import { functionOf, type JsonObject } from './json.ts';

const VALUES: Readonly<Record<'DeletionPolicy' | 'UpdateReplacePolicy', readonly string[]>> = {
  DeletionPolicy: ['Delete', 'Retain', 'Snapshot', 'RetainExceptOnCreate'],
  UpdateReplacePolicy: ['Delete', 'Retain', 'Snapshot'],
};

/** Those of groups; AWS ignores them elsewhere. */
const UPDATE_POLICIES = [
  'AutoScalingReplacingUpdate',
  'AutoScalingRollingUpdate',
  'AutoScalingScheduledAction',
];

/** Throws AWS's error for policies that there are not, and refuses by name those that are not served. */
export function requirePolicies({ resources }: Pick<Template, 'resources'>): void {
  for (const [logicalId, definition] of Object.entries(resources)) {
    const type = requireResourceType(definition.Type);
    for (const [attribute, values] of Object.entries(VALUES)) {
      const value = definition[attribute as keyof typeof VALUES];
      if (value === undefined) continue;
      // Decided with the parameters, in the instance.
      if (functionOf(value)) continue;
      if (typeof value !== 'string' || !values.includes(value)) {
        throw validationError(
          `Template format error: Unrecognized ${attribute} ${JSON.stringify(value)} for resource ${logicalId}`,
        );
      }
      if (value === 'Snapshot' && !type.snapshot) {
        throw validationError(
          `Template error: resource type ${type.name} does not support deletion policy Snapshot`,
        );
      }
    }
    requireOnly('CreationPolicy', definition.CreationPolicy, type.creationPolicies ?? [], type.name);
    requireOnly('UpdatePolicy', definition.UpdatePolicy, UPDATE_POLICIES, type.name);
  }
}

function requireOnly(
  attribute: string,
  given: JsonObject | undefined,
  served: readonly string[],
  typeName: string,
): void {
  if (given && functionOf(given)) return;
  const other = Object.keys(given ?? {}).find((name) => !served.includes(name));
  if (other) throw notServed(`${attribute} ${other} of ${typeName}`);
}
