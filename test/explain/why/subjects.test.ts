/** Whatever the user has in hand leads to the call that is meant. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  SuspendProcessesCommand,
} from '@aws-sdk/client-auto-scaling';
import { DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateLaunchTemplateCommand,
  CreateVolumeCommand,
  DescribeNetworkInterfacesCommand,
  DescribeVolumesCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  EncryptCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { ExplanationAnswer } from '../../../src/control/explanations.ts';
import {
  ACCOUNT,
  allowing,
  credentialsOf,
  newUser,
  OTHER_ACCOUNT,
  policy,
  rootOf,
  trust,
  ZONE,
} from '../../worlds/account.ts';
import { ec2World, encryptedRoot, type User, type World } from '../../worlds/ec2.ts';
import { refusal } from '../../worlds/server.ts';
import { stacksOf } from '../../worlds/stacks.ts';

let world: World;
before(async () => {
  world = await ec2World(undefined);
});
after(() => world.server.close());

const explain = (subject: string, accountId?: string) =>
  world.server.ask<ExplanationAnswer>('explain', { subject, accountId });
const encrypt = (user: { kms: KMSClient }, KeyId: string) =>
  user.kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));

describe('a denied call', () => {
  let key: string;
  let ann: User;
  let denial: { message: string };
  before(async () => {
    key = await world.newKey();
    await world.kms.send(new CreateAliasCommand({ AliasName: 'alias/subjects', TargetKeyId: key }));
    ann = await world.user('ann', allowing('ec2:*'));
    await refusal(encrypt(await world.user('bob'), key));
    denial = await refusal(encrypt(ann, key));
  });

  test('by key, alias, user, unique id and the message as it was printed', async () => {
    const keyId = key.split('/')[1] as string;
    const printed = `An error occurred (AccessDeniedException) when calling the Encrypt operation: ${denial.message}`;
    const subjects = [
      ...[key, keyId, 'alias/subjects', key.replace(`key/${keyId}`, 'alias/subjects')],
      ...['user/ann', ann.arn, ann.id],
      ...[denial.message, printed, printed.replaceAll(' ', '\n  ').slice(40)],
    ];
    for (const subject of subjects) {
      const { verdict, headline } = await explain(subject);
      assert.deepEqual(
        [verdict, headline],
        ['denied', `user ann may not kms:Encrypt on key ${keyId} (alias/subjects).`],
        subject,
      );
    }
  });

  test('a key names the others who were denied it', async () => {
    const { others, text } = await explain('alias/subjects');
    assert.deepEqual(
      others?.map(({ who, action, count }) => [who, action, count]),
      [['user bob', 'kms:Encrypt', 1]],
    );
    assert.match(text, /Also denied\n {2}user bob: kms:Encrypt on key .*\(latchkey explain [0-9a-f-]{36}\)/);
  });

  test('what a service was denied for a user is not named beside itself', async () => {
    const user = await world.user('once', allowing('ssm:*'));
    const secret = { Name: '/once', Value: 'x', Type: 'SecureString', KeyId: 'alias/subjects' } as const;
    await refusal(world.server.client(SSMClient, user.credentials).send(new PutParameterCommand(secret)));
    const { headline, others, chosen } = await explain('user/once');
    assert.match(headline, /^user once may not kms:Encrypt on key /);
    assert.deepEqual([others, chosen], [[], undefined]);
  });

  test('a key that was last used by a service, which was let do it', async () => {
    const KmsKeyId = await world.newKey();
    await world.run(encryptedRoot(KmsKeyId));
    await world.server.settled();
    const { verdict, symptom } = await explain(KmsKeyId);
    assert.deepEqual([verdict, symptom], ['allowed', undefined]);
  });

  test('a user who was denied nothing', async () => {
    await world.user('lucky', allowing('kms:*'));
    const { verdict, text } = await explain('user/lucky');
    assert.deepEqual(
      [verdict, text],
      ['allowed', 'user lucky was not denied anything in the recorded calls.'],
    );
  });

  test('a role, whatever its sessions were called', async () => {
    const { Role } = await world.iam.send(
      new CreateRoleCommand({
        RoleName: 'worker',
        AssumeRolePolicyDocument: trust({ AWS: rootOf(ACCOUNT) }),
      }),
    );
    await world.iam.send(
      new PutRolePolicyCommand({
        RoleName: 'worker',
        PolicyName: 'ec2',
        PolicyDocument: policy(allowing('ec2:*')),
      }),
    );
    const assumer = await world.user('assumer', allowing('sts:*'));
    const { Credentials } = await world.server
      .client(STSClient, assumer.credentials)
      .send(new AssumeRoleCommand({ RoleArn: Role!.Arn!, RoleSessionName: 'nightly' }));
    await refusal(encrypt({ kms: world.server.client(KMSClient, credentialsOf(Credentials)) }, key));
    const session = `arn:aws:sts::${ACCOUNT}:assumed-role/worker/nightly`;
    for (const subject of ['role/worker', Role!.Arn!, Role!.RoleId!, session]) {
      assert.match((await explain(subject)).headline, /^role worker may not kms:Encrypt/, subject);
    }
  });

  test('of another account: with its name, though the owner of the key is asked', async () => {
    const eve = await newUser(world.server, 'eve', { account: OTHER_ACCOUNT });
    const own = await world.newKey();
    await refusal(encrypt({ kms: world.server.client(KMSClient, eve.credentials) }, own));
    const { headline, text } = await explain(own);
    assert.match(headline, /^user eve may not kms:Encrypt/);
    assert.match(
      text,
      /nothing in account \d{12} lets account \d{12} in\. Across accounts, both sides must allow it/,
    );
  });
});

test("an encoded authorization message, by itself and in EC2's sentence", async () => {
  const volumeless = await world.user('volumeless', allowing('kms:*'));
  const create = volumeless.ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1 }));
  const { message } = await refusal(create);
  const encoded = /failure message: (\S+)/.exec(message)?.[1] as string;
  for (const subject of [encoded, message]) {
    const { headline, text } = await explain(subject);
    assert.match(headline, /^user volumeless may not ec2:CreateVolume/);
    assert.ok(!text.includes(encoded.slice(0, 60)), 'no blob is printed');
  }
});

describe('resources', () => {
  test('a launch template whose launch was refused', async () => {
    const { LaunchTemplate: template } = await world.ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: 'web',
        LaunchTemplateData: { ImageId: world.imageId, InstanceType: 't3.micro' },
      }),
    );
    const launcher = await world.user('launcher', allowing('ec2:Describe*'));
    const LaunchTemplate = { LaunchTemplateId: template!.LaunchTemplateId! };
    await refusal(launcher.ec2.send(new RunInstancesCommand({ LaunchTemplate, MinCount: 1, MaxCount: 1 })));
    const { headline } = await explain(template!.LaunchTemplateId!);
    assert.match(headline, /^user launcher may not ec2:RunInstances/);
  });

  test('a volume and an interface that a launch made, by the launch', async () => {
    const instance = await world.run();
    await world.server.settled();
    const { Volumes } = await world.ec2.send(new DescribeVolumesCommand({}));
    const { VolumeId } = Volumes!.find(({ Attachments }) => Attachments?.[0]?.InstanceId === instance)!;
    const interfaces = await world.ec2.send(new DescribeNetworkInterfacesCommand({}));
    const { NetworkInterfaceId } = interfaces.NetworkInterfaces!.find(
      ({ Attachment }) => Attachment?.InstanceId === instance,
    )!;
    for (const id of [VolumeId, NetworkInterfaceId]) {
      const { verdict, headline } = await explain(id!);
      assert.equal(verdict, 'allowed', id);
      assert.match(headline, /called ec2:RunInstances/, id);
    }
    assert.equal((await explain(VolumeId!)).symptom, `${VolumeId} was made with ${instance}`);
  });

  test('a volume whose instance could not start for its key', async () => {
    const key = await world.newKey();
    const instance = await world.run({
      BlockDeviceMappings: [
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: key } },
      ],
    });
    await world.server.settled();
    await world.ec2.send(new StopInstancesCommand({ InstanceIds: [instance] }));
    await world.server.settled();
    await world.kms.send(new ScheduleKeyDeletionCommand({ KeyId: key }));
    await world.ec2.send(new StartInstancesCommand({ InstanceIds: [instance] }));
    await world.server.settled();
    const { Volumes } = await world.ec2.send(new DescribeVolumesCommand({}));
    const volume = Volumes!.find(({ KmsKeyId }) => KmsKeyId === key)!.VolumeId!;
    const { verdict, symptom, headline } = await explain(volume);
    assert.equal(verdict, 'failed');
    assert.match(symptom ?? '', new RegExp(`^${instance} was stopped`));
    assert.match(headline, /failed with KMSInvalidStateException/);
  });

  test('the denial rather than what failed since, that rather than what was allowed; a passed dry run is no failure', async () => {
    const instance = await world.run();
    await world.server.settled();
    const of = { InstanceIds: [instance] };
    await refusal(world.ec2.send(new StopInstancesCommand({ ...of, DryRun: true })));
    const passed = await explain(instance);
    assert.equal(passed.verdict, 'allowed');
    assert.match(passed.headline, /called ec2:StopInstances .*as a dry run, and it was allowed/);
    // A Spot fleet alone hibernates what was not made for it.
    const failed = await refusal(world.ec2.send(new StopInstancesCommand({ ...of, Hibernate: true })));
    assert.doesNotMatch(failed.code, /Unauthorized|DryRun/);
    await world.ec2.send(new StartInstancesCommand(of));
    const failure = await explain(instance);
    assert.equal(failure.verdict, 'failed');
    assert.match(failure.headline, /StopInstances failed with/);
    const stranger = await world.user('stranger');
    await refusal(stranger.ec2.send(new StopInstancesCommand(of)));
    await refusal(world.ec2.send(new StopInstancesCommand({ ...of, Hibernate: true })));
    await world.ec2.send(new StartInstancesCommand(of));
    assert.match((await explain(instance)).headline, /^user stranger may not ec2:StopInstances/);
  });

  test('a stack, by its name and its ARN', async () => {
    const builder = await world.user('builder', allowing('cloudformation:*', 'ec2:*'));
    const stacks = stacksOf(world.server, builder.credentials);
    const stack = await stacks.create('keys', {
      Resources: { Key: { Type: 'AWS::KMS::Key', Properties: {} } },
    });
    for (const subject of ['keys', stack.StackId!]) {
      const { headline, symptom } = await explain(subject);
      assert.match(symptom ?? '', /^stack keys: Key CREATE_FAILED: /);
      assert.match(headline, /^user builder may not kms:(CreateKey|TagResource)/);
    }
  });
});

test('what has a path in its name, or an id behind it, is known by its name', async () => {
  const key = await world.newKey();
  const { server } = world;
  const logs = server.client(CloudWatchLogsClient);
  await refusal(logs.send(new CreateLogGroupCommand({ logGroupName: '/app/sealed', kmsKeyId: key })));
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/app/web' }));
  await stacksOf(server).create('named', {
    Resources: { Wait: { Type: 'AWS::CloudFormation::WaitConditionHandle' } },
  });
  const { credentials } = await world.user('nora');
  const noras = server.client(CloudWatchLogsClient, credentials);
  const denied: Readonly<Record<string, () => Promise<unknown>>> = {
    '/app/web': () => noras.send(new DeleteLogGroupCommand({ logGroupName: '/app/web' })),
    '/app/new': () =>
      noras.send(new CreateLogStreamCommand({ logGroupName: '/app/new', logStreamName: 's' })),
    '/app/token': () =>
      server.client(SSMClient, credentials).send(new GetParameterCommand({ Name: '/app/token' })),
    '/token': () => server.client(SSMClient, credentials).send(new GetParameterCommand({ Name: '/token' })),
    token: () => server.client(SSMClient, credentials).send(new GetParameterCommand({ Name: 'token' })),
    named: () => stacksOf(server, credentials).client.send(new DeleteStackCommand({ StackName: 'named' })),
  };
  for (const [subject, call] of Object.entries(denied)) {
    await refusal(call());
    const { verdict, headline } = await explain(subject);
    assert.equal(verdict, 'denied', subject);
    assert.match(headline, /^user nora may not /, subject);
  }
  const { headline } = await explain('/app/sealed');
  assert.match(
    headline,
    /^the service logs\.us-east-1\.amazonaws\.com may not kms:GenerateDataKeyWithoutPlaintext on key /,
  );
});

test('what is known of nothing says so', async () => {
  for (const subject of [
    'alias/none',
    'user/nobody',
    'no such sentence was ever printed',
    'stack-of-nobody',
  ]) {
    const { verdict, found } = await explain(subject);
    assert.deepEqual([verdict, found], ['unknown', false], subject);
  }
});

test('a group that is to launch and whose Launch process is suspended: that first, then what policies say', async () => {
  const autoscaling = world.server.client(AutoScalingClient);
  const LaunchTemplateData = { ImageId: world.imageId, InstanceType: 't3.micro' as const };
  await world.ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName: 'halted', LaunchTemplateData }));
  const group = { AutoScalingGroupName: 'halted', AvailabilityZones: [ZONE], MinSize: 0, MaxSize: 1 };
  const template = { LaunchTemplate: { LaunchTemplateName: 'halted' } };
  await autoscaling.send(new CreateAutoScalingGroupCommand({ ...group, ...template }));
  await world.user('gus', allowing('autoscaling:*', 'ec2:*'));
  await world.user('sue');
  const asked = (as: string) =>
    world.server.ask<ExplanationAnswer>('explain', { subject: 'halted', as: `user/${as}` });
  assert.equal((await asked('gus')).verdict, 'allowed');

  await autoscaling.send(
    new SuspendProcessesCommand({ AutoScalingGroupName: 'halted', ScalingProcesses: ['Launch'] }),
  );
  for (const [as, verdict, may] of [
    ['gus', 'failed', 'could'],
    ['sue', 'denied', 'could not'],
  ] as const) {
    const answer = await asked(as);
    assert.equal(answer.verdict, verdict);
    assert.match(
      answer.headline,
      /^Auto Scaling group halted launches nothing: its Launch process is suspended \(User suspended at .*resume-processes/,
    );
    assert.match(answer.symptom ?? '', new RegExp(`user ${as} ${may} have one more instance launched`));
  }
  const { plan = [] } = await asked('gus');
  assert.ok(plan.some(({ operation, by }) => operation === 'ec2:RunInstances' && by === 'service-role'));
});
