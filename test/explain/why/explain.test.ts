/** What `latchkey explain` tells of denied calls, and that what it proposes really mends them. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  CreateVolumeCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreatePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  KMSClient,
  PutKeyPolicyCommand,
} from '@aws-sdk/client-kms';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { ExplanationAnswer as Explanation } from '../../../src/control/explanations.ts';
import { ACCOUNT, newUser, OTHER_ACCOUNT, type TestUser } from '../../worlds/account.ts';
import { type Credentials, refusal, startServerFor, type TestServer } from '../../worlds/server.ts';

let server: TestServer;
before(async () => {
  server = await startServerFor(undefined);
});

after(() => server.close());

const explain = (subject: string, accountId?: string) =>
  server.ask<Explanation>('explain', { subject, accountId });

let users = 0;
function user(policy?: object, account?: string): Promise<TestUser> {
  const document = policy && JSON.stringify(policy);
  return newUser(server, `user-${++users}`, { document, account });
}

let policies = 0;
async function allow(UserName: string, policy: object, root?: Credentials): Promise<void> {
  const iam = server.client(IAMClient, root);
  const PolicyDocument = JSON.stringify(policy);
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: `policy-${++policies}`, PolicyDocument }));
}

const statements = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const ALLOW_KMS = statements({ Effect: 'Allow', Action: 'kms:*', Resource: '*' });

async function key(Policy?: object): Promise<string> {
  const kms = server.client(KMSClient);
  const { KeyMetadata } = await kms.send(
    new CreateKeyCommand({
      Policy: Policy && JSON.stringify(Policy),
      BypassPolicyLockoutSafetyCheck: Policy !== undefined,
    }),
  );
  return KeyMetadata?.Arn as string;
}

const encrypt = (credentials: Credentials, KeyId: string) =>
  server.client(KMSClient, credentials).send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));

async function onlyRemedy(subject: string): Promise<{ explanation: Explanation; document: object }> {
  const explanation = await explain(subject);
  assert.equal(explanation.found, true);
  assert.equal(explanation.remediesVerified, true, explanation.text);
  assert.equal(explanation.remedies.length, 1, explanation.text);
  return { explanation, document: explanation.remedies[0]?.document ?? {} };
}

describe('explain', () => {
  test('a missing identity-based policy: the least policy, which works when attached', async () => {
    const keyArn = await key();
    const { name, credentials } = await user(statements({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }));
    await refusal(encrypt(credentials, keyArn));
    const { explanation, document } = await onlyRemedy(keyArn);
    assert.deepEqual(document, {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['kms:Encrypt'], Resource: [keyArn] }],
    });
    assert.match(explanation.text, new RegExp(`Attach this policy to user ${name}`));
    await allow(name, document);
    await encrypt(credentials, keyArn);
  });

  test('a key policy that neither names the caller nor delegates: a statement for the key policy', async () => {
    const admin = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
    const keyArn = await key(
      statements({
        Sid: 'metadata only',
        Effect: 'Allow',
        Principal: admin,
        Action: ['kms:Describe*', 'kms:GetKeyPolicy', 'kms:PutKeyPolicy'],
        Resource: '*',
      }),
    );
    const { credentials } = await user(ALLOW_KMS);
    const { message } = await refusal(encrypt(credentials, keyArn));
    assert.match(message, /no resource-based policy allows the kms:Encrypt action$/);
    const { explanation, document } = await onlyRemedy(keyArn);
    assert.match(explanation.text, /Add this statement to the key policy/);
    const kms = server.client(KMSClient);
    const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: keyArn }));
    const policy = JSON.parse(Policy as string);
    policy.Statement.push(document);
    await kms.send(new PutKeyPolicyCommand({ KeyId: keyArn, Policy: JSON.stringify(policy) }));
    await encrypt(credentials, keyArn);
  });

  test('an explicit deny: which statement, and that no allow would help', async () => {
    const keyArn = await key();
    const { credentials } = await user(
      statements(
        { Effect: 'Allow', Action: 'kms:*', Resource: '*' },
        { Sid: 'NoEncrypt', Effect: 'Deny', Action: 'kms:Encrypt', Resource: '*' },
      ),
    );
    await refusal(encrypt(credentials, keyArn));
    const { explanation, document } = await onlyRemedy(keyArn);
    assert.equal((document as { Effect: string }).Effect, 'Deny');
    assert.match(explanation.text, /Narrow statement "NoEncrypt" of user /);
    assert.match(explanation.text, /A deny overrides every allow/);
  });

  test('a permissions boundary and a missing policy together: both, since neither is enough alone', async () => {
    const iam = server.client(IAMClient);
    const keyArn = await key();
    const { name, credentials } = await user();
    const PolicyDocument = JSON.stringify(statements({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }));
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'boundary', PolicyDocument }));
    await iam.send(
      new PutUserPermissionsBoundaryCommand({ UserName: name, PermissionsBoundary: Policy?.Arn }),
    );
    await refusal(encrypt(credentials, keyArn));
    const explanation = await explain(keyArn);
    assert.equal(explanation.remediesVerified, true, explanation.text);
    assert.equal(explanation.remedies.length, 2, explanation.text);
    assert.match(explanation.text, /Let the permissions boundary .* allow it too/);
    assert.match(explanation.text, /without any one of them it is not/);
  });

  test('a caller of another account: what each side lacks', async () => {
    const keyArn = await key();
    const { credentials } = await user(undefined, OTHER_ACCOUNT);
    await refusal(encrypt(credentials, keyArn));
    const explanation = await explain(keyArn);
    assert.equal(explanation.remediesVerified, true, explanation.text);
    assert.deepEqual(explanation.remedies.map(({ shape }) => shape).sort(), ['policy', 'statement']);
  });

  test('a session policy that leaves the right out', async () => {
    const keyArn = await key();
    const iam = server.client(IAMClient);
    const trust = statements({ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' });
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: 'narrowed', AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'narrowed',
        PolicyName: 'kms',
        PolicyDocument: JSON.stringify(ALLOW_KMS),
      }),
    );
    const { credentials: assumer } = await user(
      statements({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }),
    );
    const { Credentials: session } = await server.client(STSClient, assumer).send(
      new AssumeRoleCommand({
        RoleArn: Role?.Arn,
        RoleSessionName: 'narrow',
        Policy: JSON.stringify(statements({ Effect: 'Allow', Action: 'kms:DescribeKey', Resource: '*' })),
      }),
    );
    const credentials = {
      accessKeyId: session?.AccessKeyId as string,
      secretAccessKey: session?.SecretAccessKey as string,
      sessionToken: session?.SessionToken as string,
    };
    await server.client(KMSClient, credentials).send(new DescribeKeyCommand({ KeyId: keyArn }));
    const { message } = await refusal(encrypt(credentials, keyArn));
    assert.match(message, /no session policy allows the kms:Encrypt action$/);
    const { explanation } = await onlyRemedy(keyArn);
    assert.match(explanation.text, /Start the session with a session policy that allows it too/);
  });

  test('a role whose trust policy names somebody else', async () => {
    const iam = server.client(IAMClient);
    const trust = statements({
      Effect: 'Allow',
      Principal: { Service: 'ec2.amazonaws.com' },
      Action: 'sts:AssumeRole',
    });
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: 'for-ec2', AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    const { credentials } = await user(statements({ Effect: 'Allow', Action: 'sts:*', Resource: '*' }));
    const RoleArn = Role?.Arn as string;
    await refusal(
      server.client(STSClient, credentials).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'mine' })),
    );
    const { explanation } = await onlyRemedy(RoleArn);
    assert.match(explanation.text, /Add this statement to the trust policy/);
  });

  test('a volume that vanished: the call that failed, found by the volume, by the event and by the request', async () => {
    const keyArn = await key();
    const { credentials } = await user(statements({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }));
    const ec2 = server.client(EC2Client, credentials);
    const volume = await ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1, Encrypted: true, KmsKeyId: keyArn }),
    );
    await server.settled();
    const explanation = await explain(volume.VolumeId as string);
    assert.match(explanation.text, /could not be created/);
    assert.match(explanation.text, /called ec2:CreateVolume/);
    assert.match(
      explanation.text,
      /ec2-frontend-api.amazonaws.com called kms:GenerateDataKeyWithoutPlaintext/,
    );
    for (const subject of [explanation.event?.eventID, volume.$metadata.requestId]) {
      assert.equal((await explain(subject as string)).event?.eventID, explanation.event?.eventID);
    }
  });

  test('an instance that was terminated at launch', async () => {
    const keyArn = await key();
    const { name, credentials } = await user(statements({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }));
    const ec2 = server.client(EC2Client, credentials);
    const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
    const launch = {
      ImageId: Images?.[0]?.ImageId,
      MinCount: 1,
      MaxCount: 1,
      BlockDeviceMappings: [
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: keyArn } },
      ],
    };
    const { Instances } = await ec2.send(new RunInstancesCommand(launch));
    await server.settled();
    const explanation = await explain(Instances?.[0]?.InstanceId as string);
    assert.match(explanation.text, /was terminated: Client.InvalidKMSKey.InvalidState/);
    assert.match(explanation.text, /called ec2:RunInstances/);
    assert.match(explanation.text, /would have gone on to call kms:CreateGrant/);
    assert.equal(explanation.remediesVerified, true);
    assert.equal(explanation.remedies.length, 1);
    await allow(name, explanation.remedies[0]?.document as object);
    const { Instances: again } = await ec2.send(new RunInstancesCommand(launch));
    await server.settled();
    const { Reservations } = await ec2.send(
      new DescribeInstancesCommand({ InstanceIds: [again?.[0]?.InstanceId as string] }),
    );
    assert.equal(Reservations?.[0]?.Instances?.[0]?.State?.Name, 'running');
  });

  test('a refusal that no policy made: the state of the key', async () => {
    const keyArn = await key();
    const kms = server.client(KMSClient);
    await kms.send(new DisableKeyCommand({ KeyId: keyArn }));
    await refusal(kms.send(new EncryptCommand({ KeyId: keyArn, Plaintext: Buffer.from('x') })));
    const explanation = await explain(keyArn);
    assert.deepEqual(explanation.remedies[0]?.commands, [
      `aws kms enable-key --key-id ${keyArn} --region us-east-1`,
    ]);
    assert.match(explanation.text, /DisabledException/);
    assert.match(explanation.text, /No policy refused it/);
  });

  test('an allowed call: what allowed it', async () => {
    const keyArn = await key();
    const { name, credentials } = await user(ALLOW_KMS);
    await encrypt(credentials, keyArn);
    const explanation = await explain(keyArn);
    assert.equal(explanation.verdict, 'allowed');
    assert.match(explanation.text, new RegExp(`kms:Encrypt on .* allowed by user ${name}`));
  });

  test('an unknown subject', async () => {
    const explanation = await explain('i-00000000000000000');
    assert.equal(explanation.found, false);
    assert.match(explanation.text, /^Nothing is recorded about i-0+ in account 123456789012/);
  });
});
