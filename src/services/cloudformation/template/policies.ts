/**
 * The attributes of resources that say what becomes of them
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-product-attribute-reference.html).
 */
import { asText } from '../../../aws/as-text.ts';
import { validationError } from '../cloudformation.ts';
import { findResourceType } from '../resource-type/resource-types.ts';
import type { Template } from './definition.ts';
import { functionOf, isObject, type Json } from './json.ts';

const VALUES: Readonly<Record<'DeletionPolicy' | 'UpdateReplacePolicy', readonly string[]>> = {
  DeletionPolicy: ['Delete', 'Retain', 'Snapshot', 'RetainExceptOnCreate'],
  UpdateReplacePolicy: ['Delete', 'Retain', 'Snapshot'],
};

/** Those of groups; AWS ignores them elsewhere. */
const UPDATE_POLICIES = [
  'AutoScalingInstanceRefresh',
  'AutoScalingReplacingUpdate',
  'AutoScalingRollingUpdate',
  'AutoScalingScheduledAction',
];

/** Throws AWS's error for policies that there are not. */
export function requirePolicies({ resources }: Pick<Template, 'resources'>): void {
  for (const [logicalId, definition] of Object.entries(resources)) {
    const type = findResourceType(definition.Type);
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
      if (value === 'Snapshot' && type && !type.snapshot) {
        throw validationError(
          `Template error: resource type ${type.name} does not support deletion policy Snapshot`,
        );
      }
    }
  }
}

/** What Latchkey does not serve of them. */
export function unservedPolicies({ Type, CreationPolicy, UpdatePolicy }: PolicyHolder): string[] {
  const type = findResourceType(asText(Type ?? ''));
  if (!type) return [];
  const policies = [
    ['CreationPolicy', CreationPolicy, type.creationPolicies ?? []],
    ['UpdatePolicy', UpdatePolicy, UPDATE_POLICIES],
  ] as const;
  return policies.flatMap(([attribute, policy, served]) =>
    isObject(policy) && !functionOf(policy)
      ? Object.keys(policy)
          .filter((name) => !served.includes(name))
          .map((name) => `${attribute} ${name} of ${type.name}`)
      : [],
  );
}

type PolicyHolder = { readonly [member in 'Type' | 'CreationPolicy' | 'UpdatePolicy']?: Json };
