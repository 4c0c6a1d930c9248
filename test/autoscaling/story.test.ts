/**
 * Why a group does not launch: its launch template encrypts under a customer managed key, and the key policy does not
 * name the service-linked role (https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html).
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateGrantCommand,
  type CreateGrantCommandInput,
  CreateKeyCommand,
  KMSClient,
  PutKeyPolicyCommand,
} from '@aws-sdk/client-kms';
import { ACCOUNT } from '../worlds/account.ts';
import { encryptedRoot } from '../worlds/ec2.ts';
import { eventsWorld } from '../worlds/events.ts';
import { groupWorld, SERVICE_ROLE, SERVICE_SESSION } from '../worlds/groups.ts';

const KEY_USES = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
const OWNER = {
  Sid: 'Enable IAM User Permissions',
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  Action: 'kms:*',
  Resource: '*',
};
/** The two statements of the user guide. */
const FOR_SERVICE_ROLE = [
  {
    Sid: 'Allow service-linked role use of the customer managed key',
    Effect: 'Allow',
    Principal: { AWS: [SERVICE_ROLE] },
    Action: KEY_USES,
    Resource: '*',
  },
  {
    Sid: 'Allow attachment of persistent resources',
    Effect: 'Allow',
    Principal: { AWS: [SERVICE_ROLE] },
    Action: ['kms:CreateGrant'],
    Resource: '*',
    Condition: { Bool: { 'kms:GrantIsForAWSResource': true } },
  },
];
const REASON =
  'Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: ' +
  'Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state';

interface Explained {
  symptom: string;
  text: string;
  outerEvent: { eventName: string };
  remedies: { sentence: string; document: object }[];
  remediesVerified: boolean;
}

describe('latchkey explain', () => {
  for (const named of ['group', 'activity', 'event'] as const) {
    test(`of the ${named} gives the least key policy with which the group launches`, async (t) => {
      const world = await groupWorld(t);
      const keyArn = await world.newKey();
      await world.newGroup(await world.newTemplate(encryptedRoot(keyArn)));
      await world.server.settled();
      const [activity] = await world.activities();
      const denied = (await world.trail()).find(({ errorCode }) => errorCode === 'AccessDenied');
      const subject = { group: 'web', activity: activity!.ActivityId!, event: denied!.eventID }[named];
      const explained = await world.server.ask<Explained>('explain', { subject });

      if (named !== 'event') {
        assert.equal(explained.symptom, `Auto Scaling group web could not launch: ${REASON}`);
      }
      assert.equal(explained.outerEvent.eventName, 'RunInstances');
      assert.match(explained.text, /Nobody can attach a policy to role AWSServiceRoleForAutoScaling/);
      assert.ok(explained.remediesVerified);
      const statements = explained.remedies.map(({ document }) => document);
      const allowing = { Effect: 'Allow', Principal: { AWS: SERVICE_ROLE }, Resource: ['*'] };
      assert.deepEqual(statements, [
        {
          ...allowing,
          Action: ['kms:GenerateDataKeyWithoutPlaintext'],
          Condition: { StringEquals: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' } },
        },
        {
          ...allowing,
          Action: ['kms:CreateGrant'],
          Condition: { Bool: { 'kms:GrantIsForAWSResource': true } },
        },
      ]);

      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [OWNER, ...statements] });
      await world.kms.send(new PutKeyPolicyCommand({ KeyId: keyArn, PolicyName: 'default', Policy }));
      await world.server.advance(60_000);
      assert.equal((await world.group()).Instances![0]?.LifecycleState, 'InService');
    });
  }
});

test('latchkey explain of a group that is well does not take its dry run for a refusal', async (t) => {
  const world = await groupWorld(t);
  await world.newGroup(await world.newTemplate());
  await world.server.settled();
  const { text, verdict } = await world.server.ask<Explained & { verdict: string }>('explain', {
    subject: 'web',
  });
  assert.equal(verdict, 'allowed');
  assert.doesNotMatch(text, /DryRunOperation|refused/);
});

test('latchkey explain knows an activity still when EC2 has forgotten its instance', async (t) => {
  const world = await groupWorld(t);
  await world.newGroup(await world.newTemplate(encryptedRoot(await world.newKey())));
  await world.server.settled();
  const [first] = await world.activities();
  const denied = (await world.trail()).find(({ errorCode }) => errorCode === 'AccessDenied');
  await world.server.advance(2 * 3_600_000);
  const subject = first!.ActivityId!;
  const explained = await world.server.ask<Explained & { event: { eventID: string } }>('explain', {
    subject,
  });
  assert.equal(explained.event.eventID, denied!.eventID);
  assert.equal(explained.remedies.length, 2);
});

test('latchkey explain of a key of another account gives the statement and the grant with which the group launches', async (t) => {
  const world = await groupWorld(t);
  const owner = { ...OWNER, Principal: { AWS: 'arn:aws:iam::444455556666:root' } };
  const ownerKms = world.server.client(KMSClient, await world.server.root('444455556666'));
  const { KeyMetadata: key } = await ownerKms.send(new CreateKeyCommand({}));
  await world.newGroup(await world.newTemplate(encryptedRoot(key!.Arn!)));
  await world.server.settled();
  const explained = await world.server.ask<Explained>('explain', { subject: 'web' });
  assert.match(explained.text, /only a grant that its own account, 123456789012, issues can help/);
  assert.ok(explained.remediesVerified);
  const [statement, grant, ...others] = explained.remedies.map(({ document }) => document);
  assert.deepEqual(others, []);
  const Principal = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
  assert.deepEqual(statement, { Effect: 'Allow', Principal, Action: ['kms:CreateGrant'], Resource: ['*'] });
  assert.deepEqual(grant, {
    KeyId: key!.Arn,
    GranteePrincipal: SERVICE_ROLE,
    Operations: ['GenerateDataKeyWithoutPlaintext', 'CreateGrant', 'Decrypt'],
  });

  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [owner, statement] });
  await ownerKms.send(new PutKeyPolicyCommand({ KeyId: key!.Arn, PolicyName: 'default', Policy }));
  await world.kms.send(new CreateGrantCommand(grant as CreateGrantCommandInput));
  await world.server.advance(60_000);
  assert.equal((await world.group()).Instances![0]?.LifecycleState, 'InService');
});

describe('a group whose volumes are encrypted under a customer managed key', () => {
  test('cannot launch by the default key policy, and launches once the key policy names the service-linked role', async (t) => {
    const world = await groupWorld(t);
    const keyArn = await world.newKey();
    await world.newGroup(await world.newTemplate(encryptedRoot(keyArn)));
    await world.server.settled();

    const [failed] = await world.activities();
    assert.equal(failed!.StatusCode, 'Cancelled');
    assert.equal(failed!.StatusMessage, REASON);
    assert.match(
      failed!.Description!,
      /^Launching a new EC2 instance: i-[0-9a-f]{17}\. {2}Status Reason: Instance became unhealthy/,
    );
    assert.match(
      failed!.Cause!,
      /^At \S+Z a user request created an AutoScalingGroup changing the desired capacity from 0 to 1\. {2}At \S+Z an instance was started in response to a difference between desired and actual capacity, increasing the capacity from 0 to 1\.$/,
    );
    assert.equal(failed!.Progress, 100);
    assert.deepEqual(Object.keys(JSON.parse(failed!.Details!)), ['Subnet ID', 'Availability Zone']);
    assert.deepEqual((await world.group()).Instances, []);
    const [event] = await world.groupEvents('EC2 Instance Launch Unsuccessful');
    assert.equal(event!.detail.StatusCode, 'Failed');
    assert.equal(event!.detail.StatusMessage, REASON);
    assert.equal(event!.detail.RequestId, failed!.ActivityId);

    const refused = (await world.trail()).filter(({ errorCode }) => errorCode === 'AccessDenied');
    assert.deepEqual(
      refused.map(({ eventName, userIdentity }) => [eventName, userIdentity.arn, userIdentity.invokedBy]),
      [['GenerateDataKeyWithoutPlaintext', SERVICE_SESSION, 'ec2-frontend-api.amazonaws.com']],
    );

    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [OWNER, ...FOR_SERVICE_ROLE] });
    await world.kms.send(new PutKeyPolicyCommand({ KeyId: keyArn, PolicyName: 'default', Policy }));
    await world.server.advance(60_000);
    const { Instances: instances } = await world.group();
    assert.deepEqual(
      instances!.map(({ LifecycleState, HealthStatus }) => [LifecycleState, HealthStatus]),
      [['InService', 'Healthy']],
    );
    const [succeeded] = await world.activities();
    assert.equal(succeeded!.StatusCode, 'Successful');
    assert.equal(succeeded!.Description, `Launching a new EC2 instance: ${instances![0]!.InstanceId}`);
    assert.match(succeeded!.Cause!, /^At \S+Z an instance was started in response to a difference/);
  });

  test('launches with a key of another account through a grant that its own account has issued', async (t) => {
    const world = await groupWorld(t);
    const foreignRoot = await world.server.root('444455556666');
    const foreignKms = world.server.client(KMSClient, foreignRoot);
    const statements = [
      { ...OWNER, Principal: { AWS: 'arn:aws:iam::444455556666:root' } },
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
        Action: KEY_USES,
        Resource: '*',
      },
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
        Action: 'kms:CreateGrant',
        Resource: '*',
      },
    ];
    const { KeyMetadata: key } = await foreignKms.send(
      new CreateKeyCommand({ Policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }) }),
    );
    await world.newGroup(await world.newTemplate(encryptedRoot(key!.Arn!)));
    await world.server.settled();
    assert.equal((await world.activities())[0]!.StatusMessage, REASON);

    await world.kms.send(
      new CreateGrantCommand({
        KeyId: key!.Arn!,
        GranteePrincipal: SERVICE_ROLE,
        Operations: [
          'Encrypt',
          'Decrypt',
          'ReEncryptFrom',
          'ReEncryptTo',
          'GenerateDataKey',
          'GenerateDataKeyWithoutPlaintext',
          'DescribeKey',
          'CreateGrant',
        ],
      }),
    );
    await world.server.advance(60_000);
    assert.equal((await world.group()).Instances![0]?.LifecycleState, 'InService');
  });

  test('launches with the AWS managed key without further ado', async (t) => {
    const world = await groupWorld(t);
    const BlockDeviceMappings = [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true } }];
    await world.newGroup(await world.newTemplate({ BlockDeviceMappings }));
    await world.server.settled();
    assert.equal((await world.group()).Instances![0]?.LifecycleState, 'InService');
  });
});

test('a rule of EventBridge catches the launch that has failed, and the one that has not', async (t) => {
  const world = await groupWorld(t);
  const { watch } = await eventsWorld(t, { server: world.server });
  const launches = await watch('launches', {
    pattern: { source: ['aws.autoscaling'], 'detail-type': [{ prefix: 'EC2 Instance Launch' }] },
  });
  const keyArn = await world.newKey();
  await world.newGroup(await world.newTemplate(encryptedRoot(keyArn)));
  await world.server.settled();
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [OWNER, ...FOR_SERVICE_ROLE] });
  await world.kms.send(new PutKeyPolicyCommand({ KeyId: keyArn, PolicyName: 'default', Policy }));
  await world.server.advance(60_000);
  const [failed, succeeded, ...others] = await launches.caught();
  assert.deepEqual(others, []);
  assert.equal(failed!['detail-type'], 'EC2 Instance Launch Unsuccessful');
  assert.equal(succeeded!['detail-type'], 'EC2 Instance Launch Successful');
  const { AutoScalingGroupARN, Instances } = await world.group();
  const instanceArn = `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/${Instances![0]!.InstanceId}`;
  assert.deepEqual(succeeded!.resources, [AutoScalingGroupARN, instanceArn]);
});
