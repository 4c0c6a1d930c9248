/** Templates of what stacks wait for: instances, groups and signals. */
import { ZONE } from './account.ts';
import { encryptedRoot } from './ec2.ts';

export const launched = (ImageId: string, KmsKeyId: string) => ({
  ImageId,
  InstanceType: 't3.micro' as const,
  ...encryptedRoot(KmsKeyId),
});

export const volumeOf = (KmsKeyId: string) => ({
  Type: 'AWS::EC2::Volume',
  Properties: { AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId },
});

/** Its instances are waited for, and then a signal of one. */
export const groupTemplate = (LaunchTemplateData: object) => ({
  Parameters: { Purpose: { Type: 'String', Default: 'web' } },
  Resources: {
    Template: { Type: 'AWS::EC2::LaunchTemplate', Properties: { LaunchTemplateData } },
    Group: {
      Type: 'AWS::AutoScaling::AutoScalingGroup',
      CreationPolicy: { ResourceSignal: { Timeout: 'PT2H' } },
      Properties: {
        AvailabilityZones: [ZONE],
        LaunchTemplate: {
          LaunchTemplateId: { Ref: 'Template' },
          Version: { 'Fn::GetAtt': ['Template', 'LatestVersionNumber'] },
        },
        MinSize: 1,
        MaxSize: 2,
        Tags: [{ Key: 'purpose', Value: { Ref: 'Purpose' }, PropagateAtLaunch: false }],
      },
    },
  },
});

/** A condition that nobody meets. */
export const WAIT = {
  Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
  Wait: {
    Type: 'AWS::CloudFormation::WaitCondition',
    Properties: { Handle: { Ref: 'Handle' }, Timeout: '3600' },
  },
};
