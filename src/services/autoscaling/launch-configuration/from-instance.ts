/**
 * A launch configuration made after an instance: what EC2 says of the instance, as the group's service-linked role sees it,
 * under what the request says. Block devices come from the image, and tags are not taken over
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/create-launch-config.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Call, CallContext } from '../../../invoke/context.ts';
import type { CreateLaunchConfigurationType } from '../../../shapes/generated/autoscaling.ts';
import type { Instance } from '../../../shapes/generated/ec2.ts';
import { validationError } from '../errors.ts';
import { describeInstance } from '../instance/describe-instance.ts';
import type { Placement } from '../instance/placement.ts';
import { refusalOf } from '../instance/refusal.ts';

export interface InstanceModel {
  readonly settings: Omit<CreateLaunchConfigurationType, 'LaunchConfigurationName'> & {
    readonly ImageId: string;
    readonly InstanceType: string;
  };
  readonly placement: Placement;
}

const GONE = ['shutting-down', 'terminated'];

/** `call` looks the instance up; the caller must be allowed to launch one like it, and so to pass on its role. */
export async function modelOf(ctx: CallContext, call: Call, instanceId: string): Promise<InstanceModel> {
  const seen = await describeInstance(call, instanceId);
  if (!seen || GONE.includes(seen.State?.Name ?? '')) {
    throw validationError(`Invalid Instance ID(s): [${instanceId}].`);
  }
  const { UserData } = await call('ec2', 'DescribeInstanceAttribute', {
    InstanceId: instanceId,
    Attribute: 'userData',
  });
  if (seen.IamInstanceProfile) await tryLaunch(ctx, seen);
  return {
    settings: settingsOf(seen, UserData?.Value),
    placement: { zone: seen.Placement?.AvailabilityZone as string, subnetId: seen.SubnetId },
  };
}

/** Nobody gets a role by naming an instance that has it. */
async function tryLaunch(ctx: CallContext, seen: Instance): Promise<void> {
  const refusal = await refusalOf(
    ctx.call('ec2', 'RunInstances', {
      ImageId: seen.ImageId,
      InstanceType: seen.InstanceType,
      SubnetId: seen.SubnetId,
      IamInstanceProfile: { Arn: seen.IamInstanceProfile?.Arn },
      MinCount: 1,
      MaxCount: 1,
      DryRun: true,
    }),
  );
  if (!refusal || refusal.code === 'DryRunOperation') return;
  if (refusal.code !== 'UnauthorizedOperation') throw validationError(refusal.message);
  throw new AwsError(
    'AccessDenied',
    `You are not authorized to launch instances like ${seen.InstanceId}.`,
    403,
  );
}

const settingsOf = (seen: Instance, userData: string | undefined): InstanceModel['settings'] => ({
  ImageId: seen.ImageId as string,
  InstanceType: seen.InstanceType as string,
  KeyName: seen.KeyName,
  SecurityGroups: seen.SecurityGroups?.map(({ GroupId }) => GroupId as string),
  UserData: userData || undefined,
  IamInstanceProfile: seen.IamInstanceProfile?.Arn,
  InstanceMonitoring: { Enabled: seen.Monitoring?.State === 'enabled' },
  EbsOptimized: seen.EbsOptimized,
  PlacementTenancy: seen.Placement?.Tenancy === 'default' ? undefined : seen.Placement?.Tenancy,
});
