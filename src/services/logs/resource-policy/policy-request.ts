/** Which policy a request is about: one of the account, by name, or that of a log group, by ARN. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { invalidParameter, noGroup } from '../errors.ts';
import { groupOfArn, logGroups, namedGroup } from '../group/group.ts';
import { type ResourcePolicyRecord, resourcePolicies } from './resource-policy.ts';

interface PolicyRequest {
  readonly policyName?: string;
  readonly resourceArn?: string;
  readonly expectedRevisionId?: string;
}

export type PolicyKey = Pick<ResourcePolicyRecord, 'account' | 'region' | 'groupName' | 'name'>;

export async function policyKey(context: ResolveContext, request: PolicyRequest): Promise<PolicyKey> {
  const { tx, account, region } = context;
  const { policyName, resourceArn } = request;
  if ((policyName === undefined) === (resourceArn === undefined)) {
    throw invalidParameter('Exactly one of policyName and resourceArn must be specified.');
  }
  if (policyName !== undefined) return { account, region, groupName: '', name: policyName };
  const groupName = requireGroup(context, resourceArn as string);
  if (!(await tx.get(logGroups, [account, region, groupName]))) throw noGroup();
  return { account, region, groupName, name: '' };
}

export function requireGroup(context: ResolveContext, resourceArn: string): string {
  if (!groupOfArn(resourceArn)) throw invalidParameter(`Invalid resourceArn: ${resourceArn}`);
  return namedGroup(context, { logGroupIdentifier: resourceArn });
}

/** A group's policy is changed only by who knows the one that is there. */
export async function existingPolicy(
  { tx }: ResolveContext,
  key: PolicyKey,
  { expectedRevisionId }: PolicyRequest,
): Promise<ResourcePolicyRecord | undefined> {
  const existing = await tx.get(resourcePolicies, resourcePolicies.key(key as ResourcePolicyRecord));
  if (key.groupName !== '' && existing?.revisionId !== expectedRevisionId) {
    throw new AwsError('OperationAbortedException', 'The expected revision ID is not the current one.');
  }
  return existing;
}
