/** Tags called as what every object of JavaScript has are tags like others, however a service keeps them. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as ec2 from '@aws-sdk/client-ec2';
import * as events from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as organizations from '@aws-sdk/client-organizations';
import * as ssm from '@aws-sdk/client-ssm';
import { allowing, deny, statement, userWith } from '../worlds/account.ts';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';
import { stacksOf } from '../worlds/stacks.ts';

let server: TestServer;
before(async () => {
  server = await startServerFor(undefined);
});
after(() => server.close());

const NAMES = ['__proto__', 'constructor', 'toString'];
const TAGS = NAMES.map((Key) => ({ Key, Value: `of ${Key}` }));
const asObject = () => Object.fromEntries(TAGS.map(({ Key, Value }) => [Key, Value]));

/** Makes something with these tags, and lists them; `names` are those that are left. */
const TAGGED: Readonly<Record<string, () => Promise<readonly (string | undefined)[]>>> = {
  async keys() {
    const client = server.client(kms.KMSClient);
    const Tags = TAGS.map(({ Key: TagKey, Value: TagValue }) => ({ TagKey, TagValue }));
    const { KeyMetadata } = await client.send(new kms.CreateKeyCommand({ Tags }));
    const { KeyId } = KeyMetadata!;
    await client.send(new kms.TagResourceCommand({ KeyId, Tags }));
    await client.send(new kms.UntagResourceCommand({ KeyId, TagKeys: ['none'] }));
    return (await client.send(new kms.ListResourceTagsCommand({ KeyId }))).Tags!.map(({ TagKey }) => TagKey);
  },
  async users() {
    const client = server.client(iam.IAMClient);
    await client.send(new iam.CreateUserCommand({ UserName: 'tagged', Tags: TAGS }));
    const { Tags } = await client.send(new iam.ListUserTagsCommand({ UserName: 'tagged' }));
    return Tags!.map(({ Key }) => Key);
  },
  async 'key pairs'() {
    const client = server.client(ec2.EC2Client);
    const TagSpecifications = [{ ResourceType: 'key-pair' as const, Tags: TAGS }];
    const { Tags } = await client.send(
      new ec2.CreateKeyPairCommand({ KeyName: 'tagged', TagSpecifications }),
    );
    return Tags!.map(({ Key }) => Key);
  },
  async parameters() {
    const client = server.client(ssm.SSMClient);
    await client.send(
      new ssm.PutParameterCommand({ Name: 'tagged', Value: 'v', Type: 'String', Tags: TAGS }),
    );
    const { TagList } = await client.send(
      new ssm.ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: 'tagged' }),
    );
    return TagList!.map(({ Key }) => Key);
  },
  async 'log groups'() {
    const client = server.client(logs.CloudWatchLogsClient);
    await client.send(new logs.CreateLogGroupCommand({ logGroupName: 'tagged', tags: asObject() }));
    const { tags } = await client.send(new logs.ListTagsLogGroupCommand({ logGroupName: 'tagged' }));
    return Object.keys(tags!);
  },
  async rules() {
    const client = server.client(events.EventBridgeClient);
    const { RuleArn: ResourceARN } = await client.send(
      new events.PutRuleCommand({ Name: 'tagged', ScheduleExpression: 'rate(1 day)', Tags: TAGS }),
    );
    const { Tags } = await client.send(new events.ListTagsForResourceCommand({ ResourceARN }));
    return Tags!.map(({ Key }) => Key);
  },
  async alarms() {
    const client = server.client(cloudwatch.CloudWatchClient);
    await client.send(
      new cloudwatch.PutCompositeAlarmCommand({ AlarmName: 'tagged', AlarmRule: 'TRUE', Tags: TAGS }),
    );
    const { CompositeAlarms } = await client.send(
      new cloudwatch.DescribeAlarmsCommand({ AlarmTypes: ['CompositeAlarm'] }),
    );
    const { Tags } = await client.send(
      new cloudwatch.ListTagsForResourceCommand({ ResourceARN: CompositeAlarms![0]!.AlarmArn }),
    );
    return Tags!.map(({ Key }) => Key);
  },
  async policies() {
    const client = server.client(organizations.OrganizationsClient);
    await client.send(new organizations.CreateOrganizationCommand({}));
    const Content = deny('kms:*');
    const Type = 'SERVICE_CONTROL_POLICY';
    const { Policy } = await client.send(
      new organizations.CreatePolicyCommand({ Name: 'tagged', Description: '', Content, Type, Tags: TAGS }),
    );
    const ResourceId = Policy!.PolicySummary!.Id!;
    const { Tags } = await client.send(new organizations.ListTagsForResourceCommand({ ResourceId }));
    return Tags!.map(({ Key }) => Key);
  },
  async 'stacks, and what they make'() {
    const stacks = stacksOf(server);
    const { Tags } = await stacks.create(
      'tagged',
      { Resources: { K: { Type: 'AWS::KMS::Key' } } },
      { Tags: TAGS },
    );
    const KeyId = await stacks.physicalId('tagged', 'K');
    const ofKey = await server.client(kms.KMSClient).send(new kms.ListResourceTagsCommand({ KeyId }));
    const names = ofKey.Tags!.map(({ TagKey }) => TagKey).filter((name) => !name!.startsWith('aws:'));
    assert.deepEqual(names.sort(), NAMES.toSorted());
    return Tags!.map(({ Key }) => Key);
  },
};

describe('tags called as what every object has', () => {
  for (const [what, listed] of Object.entries(TAGGED)) {
    test(what, async () => {
      assert.deepEqual([...(await listed())].sort(), NAMES.toSorted());
      assert.deepEqual(server.defects, []);
    });
  }

  test('are conditions of the request', async () => {
    const Condition = { StringEquals: { 'aws:RequestTag/__proto__': 'of __proto__' } };
    const denied = statement('kms:CreateKey', { Effect: 'Deny', Condition });
    const allowed = allowing('kms:CreateKey', 'kms:TagResource');
    const credentials = await userWith(server, 'by-tag', allowed, denied);
    const client = server.client(kms.KMSClient, credentials);
    const create = (TagValue: string) =>
      client.send(new kms.CreateKeyCommand({ Tags: [{ TagKey: '__proto__', TagValue }] }));
    await create('another');
    assert.equal((await refusal(create('of __proto__'))).code, 'AccessDeniedException');
  });
});
