/** How a request names a scaling policy: by its ARN alone, or by its name and its group. */
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, missingFor } from '../../../invoke/verdict.ts';
import { validationError } from '../errors.ts';
import { type GroupRecord, groupCheck } from '../group/group.ts';
import { findPolicy, groupOfPolicyArn, type ScalingPolicyRecord } from './scaling-policy.ts';

interface PolicyName {
  readonly AutoScalingGroupName?: string;
  readonly PolicyName: string;
}

export async function policyGroupCheck(
  context: ResolveContext,
  action: string,
  { AutoScalingGroupName, PolicyName }: PolicyName,
): Promise<Check<GroupRecord>> {
  const groupName = AutoScalingGroupName ?? groupOfPolicyArn(PolicyName);
  const check = await groupCheck(context, action, groupName);
  if (groupName !== undefined) return check;
  return missingFor(
    check,
    validationError('AutoScalingGroupName must be specified where the policy is named by its name.'),
  );
}

export async function requirePolicy(
  { tx }: ResolveContext,
  group: GroupRecord,
  { PolicyName: name }: PolicyName,
): Promise<ScalingPolicyRecord> {
  const policy = await findPolicy(tx, group, name);
  if (!policy)
    throw validationError(`Policy with name ${name} not found for AutoScalingGroup ${group.name}.`);
  return policy;
}
