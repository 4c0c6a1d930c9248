/**
 * What a group launches from, tested as AWS tests it: with a launch template the caller must be allowed the launch
 * itself, by a dry run that asks nothing of KMS (aws-facts E2.1).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Call, CallContext } from '../../../invoke/context.ts';
import type {
  LaunchTemplateSpecification,
  MixedInstancesPolicy,
} from '../../../shapes/generated/autoscaling.ts';
import type { LaunchTemplateVersion } from '../../../shapes/generated/ec2.ts';
import { notServed, requireServed, validationError } from '../errors.ts';
import { firstType, resolveVersion, templateRequest } from '../instance/launch-request.ts';
import type { Placement } from '../instance/placement.ts';
import type { GroupRequest, LaunchSource } from './group.ts';

const ON_DEMAND_STRATEGIES = ['prioritized', 'lowest-price'];

/** Of a mixed instances policy, the launch template and its instance types are served; Spot Instances are not. */
export function requireMixedPolicy({
  LaunchTemplate: launch,
  InstancesDistribution: distribution = {},
}: MixedInstancesPolicy): void {
  const { LaunchTemplateId: id, LaunchTemplateName: name } = launch?.LaunchTemplateSpecification ?? {};
  if (!id && !name)
    throw validationError('A MixedInstancesPolicy must contain a valid LaunchTemplateSpecification.');
  for (const override of launch?.Overrides ?? []) {
    requireServed(override, [
      'ImageId',
      'InstanceRequirements',
      'LaunchTemplateSpecification',
      'WeightedCapacity',
    ]);
    if (!override.InstanceType) throw validationError('Each override must contain an InstanceType.');
  }
  if ((distribution.OnDemandPercentageAboveBaseCapacity ?? 100) < 100)
    throw notServed('Spot Instances in a MixedInstancesPolicy');
  requireServed(distribution, ['DistributionSegments']);
  const { OnDemandAllocationStrategy: strategy } = distribution;
  if (strategy !== undefined && !ON_DEMAND_STRATEGIES.includes(strategy)) {
    throw validationError(
      `Invalid OnDemandAllocationStrategy. Valid strategies are: [${ON_DEMAND_STRATEGIES.join(', ')}].`,
    );
  }
}

/** The source that a request names, undefined where it names none. A launch configuration has been looked up before. */
export async function resolveSource(
  ctx: CallContext,
  asRole: Call,
  request: GroupRequest,
  placement: Placement,
): Promise<LaunchSource | undefined> {
  const { LaunchConfigurationName, LaunchTemplate, MixedInstancesPolicy: policy } = request;
  if (LaunchConfigurationName) return { kind: 'configuration', name: LaunchConfigurationName };
  const specification = LaunchTemplate ?? policy?.LaunchTemplate?.LaunchTemplateSpecification;
  if (!specification) return undefined;
  const version = await requireVersion(asRole, specification);
  const template = {
    id: version.LaunchTemplateId as string,
    name: version.LaunchTemplateName as string,
    version: specification.Version || '$Default',
  };
  const source: LaunchSource = policy ? { kind: 'mixed', template, policy } : { kind: 'template', template };
  await tryLaunch(ctx, version, source, placement);
  return source;
}

async function requireVersion(
  call: Call,
  named: LaunchTemplateSpecification,
): Promise<LaunchTemplateVersion> {
  const { LaunchTemplateId: id, LaunchTemplateName: name, Version } = named;
  if (Boolean(id) === Boolean(name)) {
    throw validationError('Valid requests must contain either launchTemplateId or LaunchTemplateName');
  }
  try {
    return await resolveVersion(call, { id, name, version: Version || '$Default' });
  } catch (error) {
    throw malformedTemplate(error);
  }
}

async function tryLaunch(
  ctx: CallContext,
  version: LaunchTemplateVersion,
  source: LaunchSource,
  placement: Placement,
): Promise<void> {
  const InstanceType = firstType({ source });
  try {
    await ctx.call('ec2', 'RunInstances', {
      ...templateRequest(version, placement),
      ...(InstanceType && { InstanceType }),
      MinCount: 1,
      MaxCount: 1,
      DryRun: true,
    });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === 'DryRunOperation') return;
    if (error.code !== 'UnauthorizedOperation') throw malformedTemplate(error);
    throw new AwsError(
      'AccessDenied',
      `You are not authorized to use launch template: ${version.LaunchTemplateId}`,
      403,
    );
  }
}

function malformedTemplate(error: unknown): unknown {
  if (!(error instanceof AwsError) || error.fault === 'server') return error;
  return validationError(`You must use a valid fully-formed launch template. ${error.message}`);
}
