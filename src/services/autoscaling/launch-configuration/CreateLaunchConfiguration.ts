/**
 * Of an image and a type, or after an instance. Whoever gives instances a profile must be allowed to pass its role.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateLaunchConfiguration.html
 */
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check } from '../../../invoke/verdict.ts';
import { passRoleCheck } from '../../../service-kit/pass-role.ts';
import type { CreateLaunchConfigurationType } from '../../../shapes/generated/autoscaling.ts';
import { autoscaling } from '../autoscaling.ts';
import { notServed, requireServed, validationError } from '../errors.ts';
import { modelOf } from './from-instance.ts';
import { configurationCheck, putConfiguration, requireNewConfiguration } from './launch-configuration.ts';

const NOT_SERVED = ['KernelId', 'RamdiskId', 'ClassicLinkVPCId', 'ClassicLinkVPCSecurityGroups'] as const;

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
  async preconditions(context, input) {
    await requireNewConfiguration(context.tx, context, input.LaunchConfigurationName);
    requireServed(input, NOT_SERVED);
    requireSpotPrice(input);
    const { IamInstanceProfile: profile } = input;
    if (profile && !(await instanceProfile(context, profile)))
      throw validationError(`Invalid IamInstanceProfile: ${profile}`);
    if (!input.InstanceId && (!input.ImageId || !input.InstanceType)) {
      throw validationError(
        'Valid requests must contain either the InstanceID parameter or both the ImageId and InstanceType parameters.',
      );
    }
    // Unlike launch templates, it takes no parameter that holds an image's id (aws-facts F31).
    if (input.ImageId !== undefined && !/^ami-[0-9a-f]{8,17}$/.test(input.ImageId)) {
      throw validationError(
        `AMI ${input.ImageId} is invalid: Invalid id: "${input.ImageId}" (expecting "ami-...")`,
      );
    }
    // https://github.com/aws/amazon-ecs-ami/issues/188
    if (input.InstanceType !== undefined && !context.ports.instanceTypes.exists(input.InstanceType))
      throw validationError(`The specified instance type ${input.InstanceType} is not valid`);
  },
  /** An instance is looked up with the caller's rights: no group has a role for it yet. */
  async calls(ctx, { InstanceId: instanceId }) {
    return instanceId ? modelOf(ctx, ctx.call, instanceId) : undefined;
  },
  execute(context, { InstanceId: _model, ...input }, _verdicts, model) {
    const { ImageId = model?.settings.ImageId ?? '', InstanceType = model?.settings.InstanceType ?? '' } =
      input;
    const settings = { ...model?.settings, ...input, ImageId, InstanceType };
    putConfiguration(context, input.LaunchConfigurationName, settings);
    return {};
  },
  audit: { omit: ['UserData'] },
});

/** EC2's Spot Instance requests have no metadata options. */
function requireSpotPrice({
  SpotPrice: price,
  MetadataOptions: metadata,
}: CreateLaunchConfigurationType): void {
  if (!price) return;
  if (!(Number(price) > 0))
    throw validationError(`Invalid SpotPrice: ${price}. It must be a positive number.`);
  if (metadata) throw notServed('MetadataOptions of a launch configuration with a SpotPrice');
}

const instanceProfile = ({ tx, account, ports }: ResolveContext, named: string) =>
  ports.principals.instanceProfile(tx, account, named.startsWith('arn:') ? { arn: named } : { name: named });

async function passInstanceRoleCheck(
  context: ResolveContext,
  profile: string | undefined,
): Promise<Check<null> | undefined> {
  if (!profile) return undefined;
  const role = (await instanceProfile(context, profile))?.role;
  return role && passRoleCheck(role, 'ec2.amazonaws.com');
}
