/**
 * Spot Instances, and configurations made after an instance, are not served. Whoever gives instances a profile must be
 * allowed to pass its role.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateLaunchConfiguration.html
 */
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check } from '../../../invoke/verdict.ts';
import { uuid } from '../../../platform/identifiers.ts';
import { MAX_LAUNCH_CONFIGURATIONS } from '../account/limits.ts';
import { autoscaling } from '../autoscaling.ts';
import { alreadyExists, limitExceeded, requireServed, validationError } from '../errors.ts';
import { configurationCheck, launchConfigurations } from './launch-configuration.ts';

const NOT_SERVED = [
  'InstanceId',
  'SpotPrice',
  'KernelId',
  'RamdiskId',
  'ClassicLinkVPCId',
  'ClassicLinkVPCSecurityGroups',
] as const;

export default autoscaling.operation('CreateLaunchConfiguration', {
  async checks(context, input) {
    const { MetadataOptions: metadata } = input;
    return {
      configuration: await configurationCheck(
        context,
        'CreateLaunchConfiguration',
        input.LaunchConfigurationName,
        () => ({
          'autoscaling:ImageId': input.ImageId,
          'autoscaling:InstanceType': input.InstanceType,
          'autoscaling:SpotPrice': input.SpotPrice,
          'autoscaling:MetadataHttpEndpoint': metadata?.HttpEndpoint,
          'autoscaling:MetadataHttpPutResponseHopLimit': metadata?.HttpPutResponseHopLimit,
          'autoscaling:MetadataHttpTokens': metadata?.HttpTokens,
        }),
      ),
      passRole: await passInstanceRoleCheck(context, input.IamInstanceProfile),
    };
  },
  async preconditions({ tx, account, region }, input, { configuration }) {
    if (configuration.record) {
      throw alreadyExists(
        `Launch Configuration by this name already exists - A launch configuration already exists with the name ${input.LaunchConfigurationName}`,
      );
    }
    requireServed(input, NOT_SERVED);
    if (!input.ImageId || !input.InstanceType) {
      throw validationError(
        'Valid requests must contain either the InstanceID parameter or both the ImageId and InstanceType parameters.',
      );
    }
    // Unlike launch templates, it takes no parameter that holds an image's id (aws-facts F31).
    if (!/^ami-[0-9a-f]{8,17}$/.test(input.ImageId)) {
      throw validationError(
        `AMI ${input.ImageId} is invalid: Invalid id: "${input.ImageId}" (expecting "ami-...")`,
      );
    }
    const all = await tx.list(launchConfigurations, { prefix: [account, region] });
    if (all.length >= MAX_LAUNCH_CONFIGURATIONS) {
      throw limitExceeded(
        `You have reached the limit of ${MAX_LAUNCH_CONFIGURATIONS} launch configurations.`,
      );
    }
  },
  execute({ tx, account, region, nowMs, entropy }, input) {
    const settings = { ...input, ImageId: input.ImageId ?? '', InstanceType: input.InstanceType ?? '' };
    tx.put(launchConfigurations, {
      account,
      region,
      name: input.LaunchConfigurationName,
      id: uuid(entropy),
      createdAtMs: nowMs,
      settings,
    });
    return {};
  },
  audit: { omit: ['UserData'] },
});

async function passInstanceRoleCheck(
  { tx, account, ports }: ResolveContext,
  profile: string | undefined,
): Promise<Check<null> | undefined> {
  if (!profile) return undefined;
  const by = profile.startsWith('arn:') ? { arn: profile } : { name: profile };
  const role = (await ports.principals.instanceProfile(tx, account, by))?.role;
  if (!role) return undefined;
  return {
    action: 'iam:PassRole',
    resource: role.arn,
    account: role.account,
    record: null,
    conditions: () => ({ 'iam:PassedToService': 'ec2.amazonaws.com' }),
  };
}
