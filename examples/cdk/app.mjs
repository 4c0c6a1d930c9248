/**
 * A CDK app that needs no assets, and so no bootstrap: a network, and in the account's default VPC a volume, an instance
 * and an Auto Scaling group under one key.
 */
import { App, CfnOutput, LegacyStackSynthesizer, Size, Stack } from 'aws-cdk-lib';
import { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';

class Shop extends Stack {
  constructor(scope, id, props) {
    super(scope, id, props);
    const key = new Key(this, 'Key', { alias: 'shop', enableKeyRotation: true });
    letAutoScalingUse(key);
    const vpc = ec2.Vpc.fromLookup(this, 'Vpc', { isDefault: true });
    const machine = {
      machineImage: ec2.MachineImage.latestAmazonLinux2023(),
      instanceType: new ec2.InstanceType(this.node.tryGetContext('instanceType') ?? 't3.micro'),
      blockDevices: [
        {
          deviceName: '/dev/xvda',
          volume: ec2.BlockDeviceVolume.ebs(8, { encrypted: true, kmsKey: key }),
        },
      ],
    };
    new ec2.Volume(this, 'Volume', {
      availabilityZone: vpc.availabilityZones[0],
      size: Size.gibibytes(1),
      encrypted: true,
      encryptionKey: key,
    });
    const instance = new ec2.Instance(this, 'Instance', {
      ...machine,
      vpc,
      requireImdsv2: this.node.tryGetContext('imdsv2') === 'required',
    });
    const launchTemplate = new ec2.LaunchTemplate(this, 'Template', {
      ...machine,
      securityGroup: new ec2.SecurityGroup(this, 'Group', { vpc }),
      role: new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }),
    });
    new AutoScalingGroup(this, 'Workers', { vpc, launchTemplate, minCapacity: 1, maxCapacity: 2 });
    new CfnOutput(this, 'KeyArn', { value: key.keyArn });
    new CfnOutput(this, 'InstanceId', { value: instance.instanceId });
  }
}

/** Without these statements the group launches nothing: take them out, deploy, and ask `latchkey explain`. */
function letAutoScalingUse(key) {
  const principals = [
    new iam.ArnPrincipal(
      key.stack.formatArn({
        service: 'iam',
        region: '',
        resource: 'role',
        resourceName: 'aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
      }),
    ),
  ];
  const resources = ['*'];
  const actions = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
  key.addToResourcePolicy(new iam.PolicyStatement({ principals, actions, resources }));
  const conditions = { Bool: { 'kms:GrantIsForAWSResource': true } };
  key.addToResourcePolicy(
    new iam.PolicyStatement({ principals, actions: ['kms:CreateGrant'], resources, conditions }),
  );
}

const app = new App();
const props = {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
  synthesizer: new LegacyStackSynthesizer(),
};
const network = new Stack(app, 'Network', { ...props });
new ec2.Vpc(network, 'Vpc');
new Shop(app, 'Shop', { ...props, synthesizer: new LegacyStackSynthesizer() });
