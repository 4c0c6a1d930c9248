/**
 * What may be brought into a stack that stands outside of stacks: the property by which a resource of each type is known, and
 * the physical id of the one that there is
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-supported-resources.html). AWS takes more types.
 */
import { parseArn } from '../../../aws/arn.ts';
import type { Call, InputOf } from '../../../invoke/context.ts';
import type { Ec2Operations } from '../../../shapes/generated/ec2.ts';

export interface Importable {
  readonly identifier: string;
  /** Rejects where there is none, or gives undefined. */
  find(call: Call, value: string): Promise<string | undefined>;
}

const IMPORTABLE: Readonly<Record<string, Importable>> = {
  'AWS::AutoScaling::AutoScalingGroup': {
    identifier: 'AutoScalingGroupName',
    async find(call, name) {
      const { AutoScalingGroups: [found] = [] } = await call('autoscaling', 'DescribeAutoScalingGroups', {
        AutoScalingGroupNames: [name],
      });
      return found?.AutoScalingGroupName;
    },
  },
  'AWS::AutoScaling::LaunchConfiguration': {
    identifier: 'LaunchConfigurationName',
    async find(call, name) {
      const { LaunchConfigurations: [found] = [] } = await call(
        'autoscaling',
        'DescribeLaunchConfigurations',
        { LaunchConfigurationNames: [name] },
      );
      return found?.LaunchConfigurationName;
    },
  },
  'AWS::CloudWatch::Alarm': {
    identifier: 'AlarmName',
    async find(call, name) {
      const { MetricAlarms: [found] = [] } = await call('cloudwatch', 'DescribeAlarms', {
        AlarmNames: [name],
      });
      return found?.AlarmName;
    },
  },
  'AWS::EC2::Instance': {
    identifier: 'InstanceId',
    async find(call, id) {
      const { Reservations: [reservation] = [] } = await call('ec2', 'DescribeInstances', {
        InstanceIds: [id],
      });
      const [found] = reservation?.Instances ?? [];
      return found?.State?.Name === 'terminated' ? undefined : found?.InstanceId;
    },
  },
  'AWS::EC2::InternetGateway': inEc2('InternetGatewayId', 'DescribeInternetGateways', (id) => ({
    InternetGatewayIds: [id],
  })),
  'AWS::EC2::KeyPair': inEc2('KeyName', 'DescribeKeyPairs', (name) => ({ KeyNames: [name] })),
  'AWS::EC2::LaunchTemplate': inEc2('LaunchTemplateId', 'DescribeLaunchTemplates', (id) => ({
    LaunchTemplateIds: [id],
  })),
  'AWS::EC2::NatGateway': inEc2('NatGatewayId', 'DescribeNatGateways', (id) => ({ NatGatewayIds: [id] })),
  'AWS::EC2::NetworkAcl': inEc2('Id', 'DescribeNetworkAcls', (id) => ({ NetworkAclIds: [id] })),
  'AWS::EC2::NetworkInterface': inEc2('Id', 'DescribeNetworkInterfaces', (id) => ({
    NetworkInterfaceIds: [id],
  })),
  'AWS::EC2::PlacementGroup': inEc2('GroupName', 'DescribePlacementGroups', (name) => ({
    GroupNames: [name],
  })),
  'AWS::EC2::RouteTable': inEc2('RouteTableId', 'DescribeRouteTables', (id) => ({ RouteTableIds: [id] })),
  'AWS::EC2::SecurityGroup': inEc2('Id', 'DescribeSecurityGroups', (id) => ({ GroupIds: [id] })),
  'AWS::EC2::Subnet': inEc2('SubnetId', 'DescribeSubnets', (id) => ({ SubnetIds: [id] })),
  'AWS::EC2::Volume': inEc2('VolumeId', 'DescribeVolumes', (id) => ({ VolumeIds: [id] })),
  'AWS::EC2::VPC': inEc2('VpcId', 'DescribeVpcs', (id) => ({ VpcIds: [id] })),
  'AWS::EC2::VPCEndpoint': inEc2('Id', 'DescribeVpcEndpoints', (id) => ({ VpcEndpointIds: [id] })),
  'AWS::Events::EventBus': {
    identifier: 'Name',
    find: async (call, Name) => (await call('events', 'DescribeEventBus', { Name })).Name,
  },
  'AWS::Events::Rule': {
    identifier: 'Arn',
    async find(call, arn) {
      const [, ...path] = (parseArn(arn)?.resource ?? arn).split('/');
      const [name = '', bus] = path.reverse();
      await call('events', 'DescribeRule', { Name: name, EventBusName: bus });
      return bus === undefined ? name : `${bus}|${name}`;
    },
  },
  'AWS::IAM::Group': {
    identifier: 'GroupName',
    find: async (call, GroupName) => (await call('iam', 'GetGroup', { GroupName })).Group.GroupName,
  },
  'AWS::IAM::InstanceProfile': {
    identifier: 'InstanceProfileName',
    find: async (call, InstanceProfileName) =>
      (await call('iam', 'GetInstanceProfile', { InstanceProfileName })).InstanceProfile.InstanceProfileName,
  },
  'AWS::IAM::ManagedPolicy': {
    identifier: 'PolicyArn',
    find: async (call, PolicyArn) => (await call('iam', 'GetPolicy', { PolicyArn })).Policy?.Arn,
  },
  'AWS::IAM::Role': {
    identifier: 'RoleName',
    find: async (call, RoleName) => (await call('iam', 'GetRole', { RoleName })).Role.RoleName,
  },
  'AWS::IAM::User': {
    identifier: 'UserName',
    find: async (call, UserName) => (await call('iam', 'GetUser', { UserName })).User.UserName,
  },
  'AWS::KMS::Alias': { identifier: 'AliasName', find: findAlias },
  'AWS::KMS::Key': { identifier: 'KeyId', find: findKey },
  'AWS::KMS::ReplicaKey': { identifier: 'KeyId', find: findKey },
  'AWS::Logs::LogGroup': {
    identifier: 'LogGroupName',
    async find(call, logGroupNamePrefix) {
      const { logGroups = [] } = await call('logs', 'DescribeLogGroups', { logGroupNamePrefix });
      // Names are sorted: that of the group itself is the first that begins so.
      return logGroups.map(({ logGroupName }) => logGroupName).find((name) => name === logGroupNamePrefix);
    },
  },
  'AWS::SSM::Parameter': {
    identifier: 'Name',
    find: async (call, Name) => (await call('ssm', 'GetParameter', { Name })).Parameter?.Name,
  },
};

export const importableOf = (type: string): Importable | undefined =>
  Object.hasOwn(IMPORTABLE, type) ? IMPORTABLE[type] : undefined;

/** What EC2 describes by its id, and refuses to describe where it is not there. */
function inEc2<O extends keyof Ec2Operations & string>(
  identifier: string,
  operation: O,
  inputFor: (value: string) => InputOf<'ec2', O>,
): Importable {
  return {
    identifier,
    async find(call, value) {
      await call('ec2', operation, inputFor(value));
      return value;
    },
  };
}

/** By its id: a key that goes counts as gone. */
async function findKey(call: Call, KeyId: string): Promise<string | undefined> {
  const { KeyMetadata } = await call('kms', 'DescribeKey', { KeyId });
  return KeyMetadata?.KeyState === 'PendingDeletion' ? undefined : KeyMetadata?.KeyId;
}

async function findAlias(call: Call, name: string): Promise<string | undefined> {
  let Marker: string | undefined;
  do {
    const page = await call('kms', 'ListAliases', { Marker });
    if (page.Aliases?.some(({ AliasName }) => AliasName === name)) return name;
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  return undefined;
}
