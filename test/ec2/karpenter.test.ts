/**
 * Karpenter's calls in their order, with the policy of its controller
 * (https://karpenter.sh/docs/reference/cloudformation/): the image by its parameter, a launch template, an instant fleet,
 * the instances by their tags, and their end. Under a key that its role may not use the nodes are terminated, and only
 * their state says why.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateFleetCommand,
  CreateLaunchTemplateCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSpotPriceHistoryCommand,
  DescribeSubnetsCommand,
  EC2Client,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { CreateGrantCommand } from '@aws-sdk/client-kms';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { ACCOUNT, policy, REGION, rootOf, trust } from '../worlds/account.ts';
import { type FleetWorld, fleetWorld } from '../worlds/fleets.ts';

const CLUSTER = 'kubernetes.io/cluster/blue';
const TAGS = [
  { Key: CLUSTER, Value: 'owned' },
  { Key: 'karpenter.sh/nodepool', Value: 'default' },
  { Key: 'eks:eks-cluster-name', Value: 'blue' },
];
const owned = { StringEquals: { [`aws:RequestTag/${CLUSTER}`]: 'owned' } };
const ec2Arns = (...types: string[]) => types.map((type) => `arn:aws:ec2:${REGION}:*:${type}/*`);
const CONTROLLER = policy(
  {
    Sid: 'AllowScopedEC2InstanceAccessActions',
    Effect: 'Allow',
    Resource: [
      `arn:aws:ec2:${REGION}::image/*`,
      `arn:aws:ec2:${REGION}::snapshot/*`,
      ...ec2Arns('security-group', 'subnet', 'capacity-reservation'),
    ],
    Action: ['ec2:RunInstances', 'ec2:CreateFleet'],
  },
  {
    Sid: 'AllowScopedEC2LaunchTemplateAccessActions',
    Effect: 'Allow',
    Resource: ec2Arns('launch-template'),
    Action: ['ec2:RunInstances', 'ec2:CreateFleet'],
    Condition: { StringEquals: { [`aws:ResourceTag/${CLUSTER}`]: 'owned' } },
  },
  {
    Sid: 'AllowScopedEC2InstanceActionsWithTags',
    Effect: 'Allow',
    Resource: ec2Arns(
      'fleet',
      'instance',
      'volume',
      'network-interface',
      'launch-template',
      'spot-instances-request',
    ),
    Action: ['ec2:RunInstances', 'ec2:CreateFleet', 'ec2:CreateLaunchTemplate'],
    Condition: owned,
  },
  {
    Sid: 'AllowScopedResourceCreationTagging',
    Effect: 'Allow',
    Resource: ec2Arns(
      'fleet',
      'instance',
      'volume',
      'network-interface',
      'launch-template',
      'spot-instances-request',
    ),
    Action: 'ec2:CreateTags',
    Condition: {
      StringEquals: {
        ...owned.StringEquals,
        'ec2:CreateAction': ['RunInstances', 'CreateFleet', 'CreateLaunchTemplate'],
      },
    },
  },
  {
    Sid: 'AllowScopedDeletion',
    Effect: 'Allow',
    Resource: ec2Arns('instance', 'launch-template'),
    Action: ['ec2:TerminateInstances', 'ec2:DeleteLaunchTemplate'],
    Condition: { StringEquals: { [`aws:ResourceTag/${CLUSTER}`]: 'owned' } },
  },
  {
    Sid: 'AllowRegionalReadActions',
    Effect: 'Allow',
    Resource: '*',
    Action: [
      'ec2:DescribeImages',
      'ec2:DescribeInstances',
      'ec2:DescribeInstanceTypeOfferings',
      'ec2:DescribeInstanceTypes',
      'ec2:DescribeLaunchTemplates',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSpotPriceHistory',
      'ec2:DescribeSubnets',
    ],
    Condition: { StringEquals: { 'aws:RequestedRegion': REGION } },
  },
  {
    Sid: 'AllowSSMReadActions',
    Effect: 'Allow',
    Resource: `arn:aws:ssm:${REGION}::parameter/aws/service/*`,
    Action: 'ssm:GetParameter',
  },
);

/** The controller's session. */
async function controller(world: FleetWorld) {
  const { server, iam } = world;
  const { Policy } = await iam.send(
    new CreatePolicyCommand({ PolicyName: 'KarpenterController', PolicyDocument: CONTROLLER }),
  );
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'KarpenterController',
      AssumeRolePolicyDocument: trust({ AWS: rootOf(ACCOUNT) }),
    }),
  );
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'KarpenterController', PolicyArn: Policy!.Arn }));
  const admin = await world.user('admin', { Effect: 'Allow', Action: '*', Resource: '*' });
  const { Credentials: session } = await server
    .client(STSClient, admin.credentials)
    .send(new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: '1731429849551905269' }));
  const credentials = {
    accessKeyId: session!.AccessKeyId!,
    secretAccessKey: session!.SecretAccessKey!,
    sessionToken: session!.SessionToken,
  };
  return {
    arn: Role!.Arn!,
    ec2: server.client(EC2Client, credentials),
    ssm: server.client(SSMClient, credentials),
    iam: server.client(IAMClient, credentials),
  };
}

type Controller = Awaited<ReturnType<typeof controller>>;

/** What it does for a pod that fits nowhere. */
async function launchNode({ ec2, ssm }: Controller, KmsKeyId: string) {
  const { Parameter: image } = await ssm.send(
    new GetParameterCommand({
      Name: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
    }),
  );
  const Filters = [{ Name: 'instance-type', Values: ['m5.large', 'm5.xlarge'] }];
  await ec2.send(new DescribeInstanceTypesCommand({ Filters }));
  await ec2.send(new DescribeInstanceTypeOfferingsCommand({ LocationType: 'availability-zone', Filters }));
  await ec2.send(
    new DescribeSpotPriceHistoryCommand({ InstanceTypes: ['m5.large'], ProductDescriptions: ['Linux/UNIX'] }),
  );
  const { Subnets: subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  const { SecurityGroups: groups } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  const tagged = (...types: ('fleet' | 'instance' | 'launch-template' | 'network-interface' | 'volume')[]) =>
    types.map((ResourceType) => ({ ResourceType, Tags: TAGS }));
  const { LaunchTemplate: template } = await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: `karpenter.k8s.aws/${KmsKeyId.slice(-12)}`,
      LaunchTemplateData: {
        ImageId: image!.Value,
        SecurityGroupIds: [groups![0]!.GroupId!],
        BlockDeviceMappings: [
          { DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId, VolumeSize: 20 } },
        ],
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        TagSpecifications: tagged('network-interface'),
      },
      TagSpecifications: tagged('launch-template'),
    }),
  );
  return ec2.send(
    new CreateFleetCommand({
      Type: 'instant',
      LaunchTemplateConfigs: [
        {
          LaunchTemplateSpecification: {
            LaunchTemplateName: template!.LaunchTemplateName,
            Version: '$Latest',
          },
          Overrides: ['m5.large', 'm5.xlarge'].flatMap((type) =>
            subnets!.slice(0, 2).map(({ SubnetId, AvailabilityZone }) => ({
              InstanceType: type as 'm5.large',
              SubnetId,
              AvailabilityZone,
            })),
          ),
        },
      ],
      SpotOptions: { AllocationStrategy: 'price-capacity-optimized' },
      TargetCapacitySpecification: { DefaultTargetCapacityType: 'spot', TotalTargetCapacity: 1 },
      TagSpecifications: tagged('instance', 'volume', 'fleet'),
    }),
  );
}

/** The nodes that it knows by their tags. */
async function nodes(world: FleetWorld, { ec2 }: Controller) {
  await world.server.settled();
  const { Reservations } = await ec2.send(
    new DescribeInstancesCommand({
      Filters: [
        { Name: 'tag-key', Values: ['karpenter.sh/nodepool'] },
        { Name: `tag:${CLUSTER}`, Values: ['owned'] },
        {
          Name: 'instance-state-name',
          Values: ['pending', 'running', 'shutting-down', 'stopped', 'stopping'],
        },
      ],
    }),
  );
  return Reservations!.flatMap(({ Instances: all = [] }) => all);
}

test("Karpenter's calls launch a node on the Spot market, find it and end it", async (t) => {
  const world = await fleetWorld(t);
  await world.run({ InstanceMarketOptions: { MarketType: 'spot' } });
  const karpenter = await controller(world);
  const keyArn = await world.newKey();

  // Its role may not use the key: the fleet has no error, the node ends, and its state says why (karpenter#1407).
  const failed = await launchNode(karpenter, keyArn);
  assert.deepEqual(failed.Errors, []);
  const [lost] = failed.Instances![0]!.InstanceIds!;
  assert.deepEqual(await nodes(world, karpenter), []);
  assert.equal((await world.instance(lost!)).StateReason!.Code, 'Client.InvalidKMSKey.InvalidState');
  const denied = (await world.trail()).find(({ errorCode }) => errorCode === 'AccessDenied')!;
  assert.match(String(denied.userIdentity.arn), /:assumed-role\/KarpenterController\//);
  const explained = await world.server.ask<{ text: string; remediesVerified: boolean }>('explain', {
    subject: lost,
  });
  assert.match(explained.text, /KarpenterController/);
  assert.ok(explained.remediesVerified);

  const second = await world.newKey();
  await world.kms.send(
    new CreateGrantCommand({
      KeyId: second,
      GranteePrincipal: karpenter.arn,
      Operations: ['CreateGrant', 'Decrypt', 'DescribeKey', 'GenerateDataKeyWithoutPlaintext', 'Encrypt'],
    }),
  );
  await world.server.advance(300_000);
  const { Errors, Instances } = await launchNode(karpenter, second);
  assert.deepEqual(Errors, []);
  const [made] = Instances!;
  assert.deepEqual([made!.Lifecycle, made!.InstanceType], ['spot', 'm5.large']);
  const [node] = await nodes(world, karpenter);
  assert.equal(node!.InstanceId, made!.InstanceIds![0]);
  assert.equal(node!.State!.Name, 'running');
  await karpenter.ec2.send(new TerminateInstancesCommand({ InstanceIds: [node!.InstanceId!] }));
  assert.deepEqual(await nodes(world, karpenter), []);
});
