/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-launchconfiguration.html */
import type { CreateLaunchConfigurationType } from '../../../shapes/generated/autoscaling.ts';
import { ofInput, strings } from './properties.ts';
import type { ResourceType } from './resource-type.ts';

const ofCreate = (member: string) => ofInput('autoscaling', 'CreateLaunchConfiguration', member);

export const launchConfiguration: ResourceType = {
  name: 'AWS::AutoScaling::LaunchConfiguration',
  nameProperty: 'LaunchConfigurationName',
  // Nothing of it can be changed: there is no `update`, so that every change replaces it.
  properties: {
    AssociatePublicIpAddress: { type: 'Boolean' },
    BlockDeviceMappings: { type: ofCreate('BlockDeviceMappings') },
    EbsOptimized: { type: 'Boolean' },
    IamInstanceProfile: { type: 'String' },
    ImageId: { type: 'String', required: true },
    InstanceId: { type: 'String' },
    InstanceMonitoring: { type: 'Boolean' },
    InstanceType: { type: 'String', required: true },
    KeyName: { type: 'String' },
    LaunchConfigurationName: { type: 'String' },
    MetadataOptions: { type: ofCreate('MetadataOptions') },
    PlacementTenancy: { type: 'String' },
    SecurityGroups: { type: strings },
    SpotPrice: { type: 'String' },
    UserData: { type: 'String' },
  },
  unserved: ['ClassicLinkVPCId', 'ClassicLinkVPCSecurityGroups', 'KernelId', 'RamDiskId'],
  attributes: [],

  async create(ctx, { InstanceMonitoring: monitoring, ...properties }) {
    const name = (properties.LaunchConfigurationName as string) ?? ctx.physicalName(255);
    const request = {
      ...(properties as unknown as CreateLaunchConfigurationType),
      LaunchConfigurationName: name,
      InstanceMonitoring: monitoring === undefined ? undefined : { Enabled: monitoring === true },
    };
    await ctx.call('autoscaling', 'CreateLaunchConfiguration', request);
    return name;
  },

  async delete({ call }, { physicalId: LaunchConfigurationName }) {
    await call('autoscaling', 'DeleteLaunchConfiguration', { LaunchConfigurationName });
  },
};
