/**
 * What a service was refused in the course of somebody's call: whoever made the call is led there by his name, the call's event
 * and its request, on the server and in a snapshot of its account alike.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { AutoScalingClient, CreateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  AssociateKmsKeyCommand,
  CloudWatchLogsClient,
  CreateLogGroupCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateLaunchTemplateCommand } from '@aws-sdk/client-ec2';
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { ExplanationAnswer } from '../../../src/control/explanations.ts';
import { type ImportedWorld, openImportedWorld } from '../../../src/imported-world.ts';
import { ACCOUNT, allowing, trust, ZONE } from '../../worlds/account.ts';
import { ec2World, type World } from '../../worlds/ec2.ts';
import { importedFrom } from '../../worlds/imported.ts';
import { refusal } from '../../worlds/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-course-'));
let world: World;
let snapshot: ImportedWorld;

interface Kind {
  readonly user: string;
  /** What the user did, which was let through or failed in the service's own words. */
  readonly made: string;
  readonly failed?: RegExp;
  /** Who was refused what for it. */
  readonly refused: RegExp;
  readonly remedy: RegExp;
  /** Asked by its event and request, too. */
  readonly isQuick?: true;
  /** Event history has no data events, and no calls of services for what they sent on. */
  readonly isUnrecorded?: true;
}

const KINDS: readonly Kind[] = [
  {
    user: 'nia',
    made: 'logs:CreateLogGroup',
    isQuick: true,
    failed: /is not allowed to be used with Arn/,
    refused:
      /^the service logs\.us-east-1\.amazonaws\.com may not kms:GenerateDataKeyWithoutPlaintext on key /,
    remedy: /^Add this statement to the key policy/,
  },
  {
    user: 'ned',
    made: 'logs:AssociateKmsKey',
    failed: /is not allowed to be used with Arn/,
    refused:
      /^the service logs\.us-east-1\.amazonaws\.com may not kms:GenerateDataKeyWithoutPlaintext on key /,
    remedy: /^Add this statement to the key policy/,
  },
  {
    user: 'gus',
    made: 'autoscaling:CreateAutoScalingGroup',
    refused: /^role AWSServiceRoleForAutoScaling may not kms:GenerateDataKeyWithoutPlaintext on key /,
    remedy: /^Add this statement to the key policy/,
  },
  {
    user: 'eve',
    made: 'events:PutEvents',
    refused: /^the service events\.amazonaws\.com may not logs:CreateLogStream on /,
    remedy: /resource policy of CloudWatch Logs/,
    isUnrecorded: true,
  },
  {
    user: 'sam',
    made: 'cloudformation:CreateStack',
    isQuick: true,
    refused: /^role stacks may not logs:CreateLogGroup on /,
    remedy: /role stacks/,
  },
];

before(async () => {
  world = await ec2World(undefined, { delays: 0 });
  const { server, ec2, iam } = world;
  const key = await world.newKey();
  const [nia, ned, gus, eve, sam] = await Promise.all([
    world.user('nia', allowing('logs:*', 'kms:DescribeKey')),
    world.user('ned', allowing('logs:*', 'kms:DescribeKey')),
    world.user('gus', allowing('autoscaling:*', 'ec2:*', 'iam:*')),
    world.user('eve', allowing('events:*')),
    world.user('sam', allowing('cloudformation:*', 'iam:PassRole')),
    world.user('ida', allowing('logs:*')),
  ]);
  const logGroupName = '/plain';
  await server.client(CloudWatchLogsClient).send(new CreateLogGroupCommand({ logGroupName }));
  const logsOf = ({ credentials }: typeof nia) => server.client(CloudWatchLogsClient, credentials);
  await refusal(logsOf(nia).send(new CreateLogGroupCommand({ logGroupName: '/a', kmsKeyId: key })));
  await refusal(logsOf(ned).send(new AssociateKmsKeyCommand({ logGroupName, kmsKeyId: key })));

  const Ebs = { Encrypted: true, KmsKeyId: key };
  const LaunchTemplateData = {
    ImageId: world.imageId,
    InstanceType: 't3.micro' as const,
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }],
  };
  const LaunchTemplateName = 'sealed';
  await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }));
  const group = { AutoScalingGroupName: 'web', AvailabilityZones: [ZONE], MinSize: 1, MaxSize: 1 };
  await server
    .client(AutoScalingClient, gus.credentials)
    .send(new CreateAutoScalingGroupCommand({ ...group, LaunchTemplate: { LaunchTemplateName } }));

  const events = server.client(EventBridgeClient, eve.credentials);
  await events.send(new PutRuleCommand({ Name: 'kept', EventPattern: '{"source":["app"]}' }));
  const Arn = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${logGroupName}`;
  await events.send(new PutTargetsCommand({ Rule: 'kept', Targets: [{ Id: 'log', Arn }] }));
  await events.send(new PutEventsCommand({ Entries: [{ Source: 'app', DetailType: 'Done', Detail: '{}' }] }));

  const AssumeRolePolicyDocument = trust({ Service: 'cloudformation.amazonaws.com' });
  const role = await iam.send(new CreateRoleCommand({ RoleName: 'stacks', AssumeRolePolicyDocument }));
  const TemplateBody = JSON.stringify({ Resources: { Log: { Type: 'AWS::Logs::LogGroup' } } });
  await server
    .client(CloudFormationClient, sam.credentials)
    .send(new CreateStackCommand({ StackName: 'logs', RoleARN: role.Role!.Arn!, TemplateBody }));

  await server.latchkey.runtime.workflows.settled();
  await importedFrom(server, folder);
  snapshot = await openImportedWorld(folder);
});
after(async () => {
  await snapshot.close();
  await world.server.close();
  rmSync(folder, { recursive: true });
});

type Explain = (subject: string) => Promise<ExplanationAnswer>;
const onServer: Explain = (subject) => world.server.ask('explain', { subject });
const inSnapshot: Explain = async (subject) =>
  (await snapshot.questions.explain!({ subject, accountId: ACCOUNT })) as ExplanationAnswer;

for (const [where, explain] of [
  ['the server', onServer],
  ['a snapshot', inSnapshot],
] as const) {
  describe(`on ${where}`, () => {
    for (const kind of KINDS) {
      if (kind.isUnrecorded && explain === inSnapshot) continue;
      test(`${kind.made} of ${kind.user}`, async () => {
        const subjects = [`user/${kind.user}`];
        for (const subject of subjects) {
          const { verdict, headline, symptom = '', text, remedies, ...calls } = await explain(subject);
          const { who, action, error, eventId, requestId } = (calls.initialCall ?? calls.outerCall)!;
          assert.deepEqual([verdict, who, action], ['denied', `user ${kind.user}`, kind.made], text);
          assert.match(headline, kind.refused);
          assert.match(symptom, new RegExp(`${kind.made} of user ${kind.user}`));
          if (kind.failed) assert.match(error?.message ?? '', kind.failed);
          assert.match(remedies[0]?.sentence ?? '', kind.remedy, text);
          if (kind.isQuick && subjects.length === 1) subjects.push(eventId, requestId!);
        }
      });
    }

    test('whoever met nothing of the kind was denied nothing', async () => {
      const { verdict, headline } = await explain('user/ida');
      assert.deepEqual(
        [verdict, headline],
        ['allowed', 'user ida was not denied anything in the recorded calls.'],
      );
    });
  });
}

test('what failed for a key that is disabled is explained by that, though nobody was denied anything', async () => {
  const { server } = world;
  const kms = server.client(KMSClient);
  const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({}));
  await kms.send(new DisableKeyCommand({ KeyId: key!.KeyId }));
  const bus = { Name: 'sealed', KmsKeyIdentifier: key!.KeyId };
  const failed = server.client(EventBridgeClient).send(new CreateEventBusCommand(bus));
  assert.equal((await refusal(failed)).code, 'ValidationException');
  const { Events = [] } = await server.client(CloudTrailClient).send(
    new LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateEventBus' }],
    }),
  );
  const { verdict, headline, outerCall } = await onServer(Events[0]!.EventId!);
  assert.deepEqual([verdict, outerCall?.action], ['failed', 'events:CreateEventBus']);
  assert.match(
    headline,
    /^kms:GenerateDataKeyWithoutPlaintext on key .* failed with DisabledException\. .*the key was disabled/,
  );
});
