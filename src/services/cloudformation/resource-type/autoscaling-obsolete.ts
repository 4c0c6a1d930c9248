/** Whether an instance is no longer what its group would launch. */
import type {
  AutoScalingGroup,
  Instance,
  LaunchTemplateSpecification,
} from '../../../shapes/generated/autoscaling.ts';
import type { ResourceContext } from './resource-type.ts';

export async function isObsolete(
  { call }: ResourceContext,
  group: AutoScalingGroup,
  instance: Instance,
): Promise<boolean> {
  if (!group.AvailabilityZones?.includes(instance.AvailabilityZone as string)) return true;
  const template = templateOf(group);
  if (!template) return instance.LaunchConfigurationName !== group.LaunchConfigurationName;
  const of = instance.LaunchTemplate;
  if (of?.LaunchTemplateId !== template.LaunchTemplateId) return true;
  const { Version: version = '$Default' } = template;
  if (!version.startsWith('$')) return of?.Version !== version;
  const { LaunchTemplates: [found] = [] } = await call('ec2', 'DescribeLaunchTemplates', {
    LaunchTemplateIds: [template.LaunchTemplateId as string],
  });
  const number = version === '$Latest' ? found?.LatestVersionNumber : found?.DefaultVersionNumber;
  return of?.Version !== String(number);
}

const templateOf = (group: AutoScalingGroup): LaunchTemplateSpecification | undefined =>
  group.LaunchTemplate ?? group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
