/**
 * Nobody but AWS's services sets, changes or deletes a tag whose key begins with `aws:`, and such tags do not count
 * (https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html). The stack gives some to all that it makes.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as autoscaling from '@aws-sdk/client-auto-scaling';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as ec2 from '@aws-sdk/client-ec2';
import * as events from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as organizations from '@aws-sdk/client-organizations';
import * as ssm from '@aws-sdk/client-ssm';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';
import { type Stacks, stacksOf } from '../worlds/stacks.ts';

const KEY = 'aws:cloudformation:stack-name';
let server: TestServer;
let stacks: Stacks;
before(async () => {
  server = await startServerFor(undefined);
  stacks = stacksOf(server);
  const Resources = {
    Key: { Type: 'AWS::KMS::Key', Properties: { Tags: [{ Key: 'mine', Value: '' }] } },
    Volume: { Type: 'AWS::EC2::Volume', Properties: { AvailabilityZone: 'us-east-1a', Size: 1 } },
    Log: { Type: 'AWS::Logs::LogGroup' },
    Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: 'v' } },
    Rule: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 day)' } },
  };
  const { StackStatus } = await stacks.create('s', { Resources });
  assert.equal(StackStatus, 'CREATE_COMPLETE', (await stacks.story('s')).join('\n'));
});
after(() => server.close());

const id = (logicalId: string) => stacks.physicalId('s', logicalId);
const refusedAs = async (call: Promise<unknown>, code: string, message: RegExp) => {
  const error = await refusal(call);
  assert.equal(error.code, code);
  assert.match(error.message, message);
};

test('a key keeps them', async () => {
  const client = server.client(kms.KMSClient);
  const KeyId = await id('Key');
  const untag = (...TagKeys: string[]) => client.send(new kms.UntagResourceCommand({ KeyId, TagKeys }));
  await refusedAs(untag('mine', KEY), 'TagException', /aws:/);
  const names = async () =>
    (await client.send(new kms.ListResourceTagsCommand({ KeyId }))).Tags!.map(({ TagKey }) => TagKey);
  assert.ok((await names()).includes(KEY) && (await names()).includes('mine'));
  await untag('mine');
  assert.ok(!(await names()).includes('mine'));
});

test('resources of EC2 keep them, also where all tags are to go', async () => {
  const client = server.client(ec2.EC2Client);
  const Resources = [await id('Volume')];
  const deleted = (...Keys: string[]) =>
    client.send(new ec2.DeleteTagsCommand({ Resources, Tags: Keys.map((Key) => ({ Key })) }));
  const sentence =
    /^Value \( aws:cloudformation:stack-name \) for parameter key is invalid\. Tag keys starting with 'aws:' are reserved for internal use$/;
  await refusedAs(deleted('mine', KEY), 'InvalidParameterValue', sentence);
  const created = (Key: string) =>
    client.send(new ec2.CreateTagsCommand({ Resources, Tags: [{ Key, Value: '' }] }));
  await refusedAs(created(KEY), 'InvalidParameterValue', sentence);
  await created('mine');
  await client.send(new ec2.DeleteTagsCommand({ Resources }));
  const names = async () => {
    const { Volumes } = await client.send(new ec2.DescribeVolumesCommand({ VolumeIds: Resources }));
    return Volumes![0]!.Tags!.map(({ Key }) => Key!);
  };
  const own = await names();
  assert.ok(own.includes(KEY) && own.every((name) => name.startsWith('aws:')), own.join());
  // They do not count among the fifty.
  for (let n = 0; n < 50; n++) await created(`n${n}`);
  await refusedAs(created('one more'), 'TagLimitExceeded', /maximum/);
});

test('log groups, parameters, rules and alarms keep them', async () => {
  const log = server.client(logs.CloudWatchLogsClient);
  const logGroupName = await id('Log');
  const ofLog = async () => (await log.send(new logs.ListTagsLogGroupCommand({ logGroupName }))).tags!;
  await refusedAs(
    log.send(new logs.UntagLogGroupCommand({ logGroupName, tags: [KEY] })),
    'InvalidParameterException',
    /aws:/,
  );
  assert.equal((await ofLog())[KEY], 's');
  const parameter = { ResourceType: 'Parameter', ResourceId: await id('Parameter') } as const;
  const store = server.client(ssm.SSMClient);
  await refusedAs(
    store.send(new ssm.RemoveTagsFromResourceCommand({ ...parameter, TagKeys: [KEY] })),
    'ValidationException',
    /aws:/,
  );
  const eventBridge = server.client(events.EventBridgeClient);
  const { Arn: ResourceARN } = await eventBridge.send(
    new events.DescribeRuleCommand({ Name: await id('Rule') }),
  );
  await refusedAs(
    eventBridge.send(new events.UntagResourceCommand({ ResourceARN, TagKeys: [KEY] })),
    'ValidationException',
    /aws:/,
  );
  const watch = server.client(cloudwatch.CloudWatchClient);
  await watch.send(new cloudwatch.PutCompositeAlarmCommand({ AlarmName: 'a', AlarmRule: 'TRUE' }));
  const { CompositeAlarms } = await watch.send(
    new cloudwatch.DescribeAlarmsCommand({ AlarmTypes: ['CompositeAlarm'] }),
  );
  await refusedAs(
    watch.send(
      new cloudwatch.UntagResourceCommand({ ResourceARN: CompositeAlarms![0]!.AlarmArn, TagKeys: [KEY] }),
    ),
    'ValidationError',
    /aws:/,
  );
});

test('users, policies of organizations and groups of instances are untagged of none', async () => {
  const identities = server.client(iam.IAMClient);
  await identities.send(new iam.CreateUserCommand({ UserName: 'u', Tags: [{ Key: 'Mine', Value: '' }] }));
  const untag = (...TagKeys: string[]) =>
    identities.send(new iam.UntagUserCommand({ UserName: 'u', TagKeys }));
  await refusedAs(untag('Mine', 'AWS:x'), 'InvalidInput', /aws:/);
  await untag('mINE');
  assert.deepEqual((await identities.send(new iam.ListUserTagsCommand({ UserName: 'u' }))).Tags, []);

  const client = server.client(organizations.OrganizationsClient);
  await client.send(new organizations.CreateOrganizationCommand({}));
  const { Roots } = await client.send(new organizations.ListRootsCommand({}));
  await refusedAs(
    client.send(new organizations.UntagResourceCommand({ ResourceId: Roots![0]!.Id, TagKeys: [KEY] })),
    'InvalidInputException',
    /You can't add, edit, or delete system tags/,
  );

  const scaling = server.client(autoscaling.AutoScalingClient);
  await scaling.send(
    new autoscaling.CreateLaunchConfigurationCommand({
      LaunchConfigurationName: 'c',
      ImageId: 'ami-00000000000000000',
      InstanceType: 't3.micro',
    }),
  );
  await scaling.send(
    new autoscaling.CreateAutoScalingGroupCommand({
      AutoScalingGroupName: 'g',
      LaunchConfigurationName: 'c',
      AvailabilityZones: ['us-east-1a'],
      MinSize: 0,
      MaxSize: 0,
    }),
  );
  const tag = { ResourceId: 'g', ResourceType: 'auto-scaling-group', Key: KEY };
  await refusedAs(
    scaling.send(new autoscaling.DeleteTagsCommand({ Tags: [tag] })),
    'ValidationError',
    /aws: are reserved/,
  );
});
