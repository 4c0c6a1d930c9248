/**
 * AutoScalingInstanceRefresh: Auto Scaling replaces the instances of a group that was changed, and the stack waits for it
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html, aws-facts H36).
 */
import type { AutoScalingGroup, RefreshPreferences } from '../../../shapes/generated/autoscaling.ts';
import { isObject, type JsonObject, sameValue } from '../template/json.ts';
import { ResourceFailure, StillBusy, unlessGone } from './failure.ts';
import { conform, ofInput, type Properties } from './properties.ts';
import type { ResourceContext } from './resource-type.ts';

/** The properties whose change begins one. */
const REFRESHED = [
  'AvailabilityZoneIds',
  'AvailabilityZones',
  'LaunchTemplate',
  'MixedInstancesPolicy',
  'PlacementGroup',
  'VPCZoneIdentifier',
];

const POLICY: Properties = {
  Strategy: { type: 'String', required: true },
  Preferences: { type: ofInput('autoscaling', 'StartInstanceRefresh', 'Preferences') },
};

interface RefreshPolicy {
  readonly Strategy: 'Rolling';
  readonly Preferences?: RefreshPreferences;
}

/** Begins it, and comes back when it has succeeded. */
export async function refreshInstances(
  ctx: ResourceContext,
  policy: RefreshPolicy,
  group: AutoScalingGroup,
  { from, to }: { readonly from: JsonObject; readonly to: JsonObject },
): Promise<void> {
  if (REFRESHED.every((name) => sameValue(from[name], to[name]))) return;
  const AutoScalingGroupName = group.AutoScalingGroupName as string;
  const known = ctx.progress?.refreshId as string | undefined;
  if (known === undefined) {
    const { InstanceRefreshId: refreshId = '' } = await ctx.call('autoscaling', 'StartInstanceRefresh', {
      AutoScalingGroupName,
      Strategy: policy.Strategy,
      Preferences: preferencesOf(policy, group),
    });
    throw new StillBusy({ refreshId });
  }
  const { InstanceRefreshes: [refresh] = [] } = await ctx.call('autoscaling', 'DescribeInstanceRefreshes', {
    AutoScalingGroupName,
    InstanceRefreshIds: [known],
  });
  const { Status: status = 'Failed', StatusReason: reason = '' } = refresh ?? {};
  if (['Pending', 'InProgress', 'Baking', 'Cancelling'].includes(status)) throw new StillBusy();
  if (status !== 'Successful')
    throw new ResourceFailure(`Instance refresh ${known} is ${status}. ${reason}`.trimEnd());
}

/** At once, since the rollback begins another one. */
export async function cancelRefresh({ call }: ResourceContext, AutoScalingGroupName: string): Promise<void> {
  const request = { AutoScalingGroupName, WaitForTransitioningInstances: false };
  await unlessGone(call('autoscaling', 'CancelInstanceRefresh', request));
}

/** Throws what the update fails with that has such a policy and a rolling one. */
export function refreshPolicyOf({ updatePolicy = {} }: ResourceContext): RefreshPolicy | undefined {
  const { AutoScalingInstanceRefresh: policy, AutoScalingRollingUpdate: rolling } = updatePolicy;
  if (!isObject(policy)) return undefined;
  if (isObject(rolling)) {
    throw new ResourceFailure(
      'AutoScalingInstanceRefresh and AutoScalingRollingUpdate cannot be specified together.',
    );
  }
  const { values, problems } = conform(POLICY, policy, '#/AutoScalingInstanceRefresh');
  if (problems.length > 0) throw new ResourceFailure(`Invalid UpdatePolicy: ${problems.join(', ')}`);
  return values as unknown as RefreshPolicy;
}

/** Other defaults than the API's: of the range 100 and 110 percent, which may not be further apart than 100. */
function preferencesOf(
  { Preferences = {} }: RefreshPolicy,
  { InstanceMaintenancePolicy: maintenance }: AutoScalingGroup,
): RefreshPreferences {
  const { MinHealthyPercentage = 100 } = Preferences;
  const range = { MinHealthyPercentage, MaxHealthyPercentage: Math.min(110, MinHealthyPercentage + 100) };
  return { SkipMatching: true, ...(!maintenance && range), ...Preferences };
}
