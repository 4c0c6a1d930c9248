/**
 * Every kind of caller as decisions and CloudTrail see it, exactly: the global condition keys that a decision on a KMS key
 * or a log group was made of, and who the record says that it was. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { CreateVolumeCommand, EC2Client } from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import { CreateKeyCommand, DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import * as organizations from '@aws-sdk/client-organizations';
import * as sts from '@aws-sdk/client-sts';
import {
  ACCOUNT,
  type AuditRecord,
  allowing,
  auditRecords,
  credentialsOf,
  newUser,
  OTHER_ACCOUNT,
  policy,
  REGION,
  rootOf,
  type TestUser,
  ZONE,
} from '../worlds/account.ts';
import { eventsWorld } from '../worlds/events.ts';
import { type GroupWorld, groupWorld, SERVICE_ROLE, SERVICE_SESSION } from '../worlds/groups.ts';
import type { Credentials } from '../worlds/server.ts';
import { stacksOf } from '../worlds/stacks.ts';

type Keys = Readonly<Record<string, readonly string[]>>;

const closing: (() => unknown)[] = [];
let world: GroupWorld;
let key: string;
let ann: TestUser;
let organization: { 'aws:PrincipalOrgID': string[]; 'aws:PrincipalOrgPaths': string[] };
let resourceOrganization: { 'aws:ResourceOrgID': string[]; 'aws:ResourceOrgPaths': string[] };

before(async () => {
  world = await groupWorld({ after: (close) => closing.push(close as () => unknown) });
  const { server } = world;
  await server.root(OTHER_ACCOUNT);
  const everybody = { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' };
  key = await world.newKey(JSON.parse(policy(everybody)));
  ann = await newUser(server, 'ann', { allow: [allowing('*')] });
  const identities = server.client(iam.IAMClient);
  await identities.send(new iam.TagUserCommand({ UserName: 'ann', Tags: [{ Key: 'team', Value: 'blue' }] }));
  const directory = server.client(organizations.OrganizationsClient);
  const { Organization } = await directory.send(new organizations.CreateOrganizationCommand({}));
  const { Roots } = await directory.send(new organizations.ListRootsCommand({}));
  const path = `${Organization!.Id}/${Roots![0]!.Id}/`;
  organization = { 'aws:PrincipalOrgID': [Organization!.Id!], 'aws:PrincipalOrgPaths': [path] };
  resourceOrganization = { 'aws:ResourceOrgID': [Organization!.Id!], 'aws:ResourceOrgPaths': [path] };
});

after(async () => {
  for (const close of closing) await close();
});

/** The latest record of a call with this name, and the global keys that its decision had. */
async function latest(
  eventName: string,
  isEvidenceKept = true,
): Promise<{ record: AuditRecord; keys: Keys }> {
  await world.server.settled();
  const record = (await auditRecords(world.server)).find(({ event }) => event.eventName === eventName);
  assert.ok(record, `${eventName} is on record`);
  if (!isEvidenceKept) return { record, keys: {} };
  const evidence = record.decisions.at(-1)?.evidence;
  assert.ok(evidence, 'the decision kept what it was made of');
  const keys = Object.entries(evidence.conditions).filter(([name]) => name.startsWith('aws:'));
  return { record, keys: Object.fromEntries(keys) };
}

/** What every request has, of the record of the same request. */
function ofEveryRequest({ event }: AuditRecord, keys: Keys): Keys {
  const [time] = keys['aws:CurrentTime'] as [string];
  // CloudTrail cuts the milliseconds off.
  assert.equal(`${time.slice(0, 19)}Z`, event.eventTime);
  return {
    'aws:CurrentTime': [time],
    'aws:EpochTime': [String(Math.floor(Date.parse(time) / 1000))],
    'aws:RequestedRegion': [REGION],
    'aws:ResourceAccount': [ACCOUNT],
    ...resourceOrganization,
  };
}

const external = ({ event }: AuditRecord): Keys => ({
  'aws:SourceIp': ['127.0.0.1'],
  'aws:UserAgent': [event.userAgent as string],
  'aws:SecureTransport': ['false'],
  'aws:ViaAWSService': ['false'],
  'aws:PrincipalIsAWSService': ['false'],
});

/** Of a call that a service makes, for whomever. */
const internal = (userAgent: string, forwarded = false): Keys => ({
  'aws:SourceIp': ['54.239.0.1'],
  'aws:UserAgent': [userAgent],
  'aws:SecureTransport': ['true'],
  'aws:ViaAWSService': [String(forwarded)],
  'aws:PrincipalIsAWSService': ['false'],
});

const identity = (type: string, arn: string, userid: string, account = ACCOUNT): Keys => ({
  'aws:PrincipalType': [type],
  'aws:PrincipalAccount': [account],
  'aws:PrincipalArn': [arn],
  'aws:userid': [userid],
});

const session = (keys: Keys, mfaPresent = false): Keys => ({
  'aws:MultiFactorAuthPresent': [String(mfaPresent)],
  'aws:TokenIssueTime': keys['aws:TokenIssueTime'] as string[],
});

const tags = (pairs: Readonly<Record<string, string>>): Keys =>
  Object.fromEntries(Object.entries(pairs).map(([name, value]) => [`aws:PrincipalTag/${name}`, [value]]));

/** Who a record says that the caller was, and where it came from. */
const who = ({ event }: AuditRecord) => ({
  ...(event.userIdentity as object),
  from: [event.sourceIPAddress, event.userAgent],
});

/** The words of whichever client calls. */
const fromClient = ({ event }: AuditRecord) => ['127.0.0.1', event.userAgent];
const fromService = (name: string) => [name, name];

const sessionAttributes = (keys: Keys, mfa = false) => ({
  creationDate: `${keys['aws:TokenIssueTime']![0]!.slice(0, 19)}Z`,
  mfaAuthenticated: String(mfa),
});

const describeKey = async (credentials?: Credentials) => {
  await world.server.client(KMSClient, credentials).send(new DescribeKeyCommand({ KeyId: key }));
  return latest('DescribeKey');
};

const security = (credentials: Credentials) => world.server.client(sts.STSClient, credentials);

/** The code that a device shows, by RFC 6238. */
function totp(seed: Uint8Array, atMs: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...Buffer.from(seed).toString()]
    .map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(atMs / 30_000)));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const offset = (digest.at(-1) as number) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

describe('an external caller', () => {
  test('root', async () => {
    const { record, keys } = await describeKey();
    assert.deepEqual(keys, {
      ...ofEveryRequest(record, keys),
      ...organization,
      ...external(record),
      ...identity('Account', rootOf(ACCOUNT), ACCOUNT),
    });
    assert.deepEqual(who(record), {
      type: 'Root',
      principalId: ACCOUNT,
      arn: rootOf(ACCOUNT),
      accountId: ACCOUNT,
      accessKeyId: (await world.server.root()).accessKeyId,
      from: fromClient(record),
    });
    assert.match(String(record.event.userAgent), /^aws-sdk-js\//);
  });

  test('a user, with its tags', async () => {
    const { record, keys } = await describeKey(ann.credentials);
    assert.deepEqual(keys, {
      ...ofEveryRequest(record, keys),
      ...organization,
      ...external(record),
      ...identity('User', ann.arn, ann.id),
      'aws:username': ['ann'],
      ...tags({ team: 'blue' }),
    });
    assert.deepEqual(who(record), {
      type: 'IAMUser',
      principalId: ann.id,
      arn: ann.arn,
      accountId: ACCOUNT,
      accessKeyId: ann.credentials.accessKeyId,
      userName: 'ann',
      from: fromClient(record),
    });
  });

  test('a user of an account without an organization', async () => {
    const other = await newUser(world.server, 'other', { account: OTHER_ACCOUNT, allow: [allowing('*')] });
    const { keys } = await describeKey(other.credentials);
    assert.deepEqual(
      [keys['aws:PrincipalOrgID'], keys['aws:PrincipalOrgPaths'], keys['aws:PrincipalAccount']],
      [undefined, undefined, [OTHER_ACCOUNT]],
    );
    assert.deepEqual(
      [keys['aws:ResourceAccount'], keys['aws:ResourceOrgID']],
      [[ACCOUNT], resourceOrganization['aws:ResourceOrgID']],
    );
  });

  test('a resource of an account without an organization', async () => {
    const kms = world.server.client(KMSClient, await world.server.root(OTHER_ACCOUNT));
    const Policy = policy({ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' });
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy }));
    await world.server
      .client(KMSClient, ann.credentials)
      .send(new DescribeKeyCommand({ KeyId: KeyMetadata!.Arn! }));
    const { keys } = await latest('DescribeKey');
    assert.deepEqual(
      [keys['aws:ResourceAccount'], keys['aws:ResourceOrgID'], keys['aws:ResourceOrgPaths']],
      [[OTHER_ACCOUNT], undefined, undefined],
    );
    assert.deepEqual(keys['aws:PrincipalOrgID'], organization['aws:PrincipalOrgID']);
  });

  test('a role session: the role is its principal, and its own tags come before the role’s', async () => {
    const identities = world.server.client(iam.IAMClient);
    const { Role } = await identities.send(
      new iam.CreateRoleCommand({
        RoleName: 'reader',
        Path: '/app/',
        AssumeRolePolicyDocument: policy({
          Effect: 'Allow',
          Principal: { AWS: rootOf(ACCOUNT) },
          Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
        }),
        Tags: [
          { Key: 'team', Value: 'red' },
          { Key: 'cost', Value: '1' },
        ],
      }),
    );
    const { Credentials } = await security(ann.credentials).send(
      new sts.AssumeRoleCommand({
        RoleArn: Role!.Arn,
        RoleSessionName: 'session',
        SourceIdentity: 'ann',
        Tags: [{ Key: 'team', Value: 'green' }],
      }),
    );
    const issuedAtMs = Date.now();
    const { record, keys } = await describeKey(credentialsOf(Credentials));
    assert.deepEqual(keys, {
      ...ofEveryRequest(record, keys),
      ...organization,
      ...external(record),
      ...identity('AssumedRole', Role!.Arn!, `${Role!.RoleId}:session`),
      ...session(keys),
      'aws:SourceIdentity': ['ann'],
      ...tags({ team: 'green', cost: '1' }),
    });
    assert.deepEqual(who(record), {
      type: 'AssumedRole',
      principalId: `${Role!.RoleId}:session`,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/reader/session`,
      accountId: ACCOUNT,
      accessKeyId: Credentials!.AccessKeyId,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: Role!.RoleId,
          arn: Role!.Arn,
          accountId: ACCOUNT,
          userName: 'reader',
        },
        attributes: sessionAttributes(keys),
        sourceIdentity: 'ann',
      },
      from: fromClient(record),
    });
    assert.ok(Math.abs(Date.parse(String((keys as Keys)['aws:TokenIssueTime'])) - issuedAtMs) < 60_000);
  });

  test('a session of a user with MFA: its age in seconds', async () => {
    const identities = world.server.client(iam.IAMClient);
    const { VirtualMFADevice: device } = await identities.send(
      new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'ann' }),
    );
    const { nowMs } = await world.server.ask<{ nowMs: number }>('clock');
    const seed = device!.Base32StringSeed as Uint8Array;
    const code = (steps: number) => totp(seed, nowMs + steps * 30_000);
    await identities.send(
      new iam.EnableMFADeviceCommand({
        UserName: 'ann',
        SerialNumber: device!.SerialNumber,
        AuthenticationCode1: code(-1),
        AuthenticationCode2: code(0),
      }),
    );
    const { Credentials } = await security(ann.credentials).send(
      new sts.GetSessionTokenCommand({ SerialNumber: device!.SerialNumber, TokenCode: code(1) }),
    );
    await world.server.advance(90_000);
    const { record, keys } = await describeKey(credentialsOf(Credentials));
    const { 'aws:MultiFactorAuthAge': age, ...rest } = keys;
    assert.ok(Number(age![0]) >= 90 && Number(age![0]) < 120, `${age} seconds`);
    assert.deepEqual(rest, {
      ...ofEveryRequest(record, keys),
      ...organization,
      ...external(record),
      ...identity('User', ann.arn, ann.id),
      'aws:username': ['ann'],
      ...session(keys, true),
      ...tags({ team: 'blue' }),
    });
    assert.deepEqual(who(record), {
      type: 'IAMUser',
      principalId: ann.id,
      arn: ann.arn,
      accountId: ACCOUNT,
      accessKeyId: Credentials!.AccessKeyId,
      userName: 'ann',
      sessionContext: { attributes: sessionAttributes(keys, true) },
      from: fromClient(record),
    });
  });

  test('a federated user', async () => {
    const { Credentials } = await security(ann.credentials).send(
      new sts.GetFederationTokenCommand({
        Name: 'guest',
        Policy: policy(allowing('kms:*')),
        Tags: [{ Key: 'desk', Value: '7' }],
      }),
    );
    const { record, keys } = await describeKey(credentialsOf(Credentials));
    assert.deepEqual(keys, {
      ...ofEveryRequest(record, keys),
      ...organization,
      ...external(record),
      ...identity('FederatedUser', `arn:aws:sts::${ACCOUNT}:federated-user/guest`, `${ACCOUNT}:guest`),
      ...session(keys),
      ...tags({ team: 'blue', desk: '7' }),
    });
    assert.deepEqual(who(record), {
      type: 'FederatedUser',
      principalId: `${ACCOUNT}:guest`,
      arn: `arn:aws:sts::${ACCOUNT}:federated-user/guest`,
      accountId: ACCOUNT,
      accessKeyId: Credentials!.AccessKeyId,
      sessionContext: {
        sessionIssuer: {
          type: 'IAMUser',
          principalId: ann.id,
          arn: ann.arn,
          accountId: ACCOUNT,
          userName: 'ann',
        },
        attributes: sessionAttributes(keys),
      },
      from: fromClient(record),
    });
  });
});

/** The service has temporary credentials in place of her keys (aws-facts G2.12). */
const WITHOUT_MFA: Keys = { 'aws:MultiFactorAuthPresent': ['false'] };

describe('a forwarded caller', () => {
  const volume = () => ({ AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId: key });

  test('is the user behind it, seen through the service', async () => {
    const ec2 = world.server.client(EC2Client, ann.credentials);
    await ec2.send(new CreateVolumeCommand(volume()));
    const { record, keys } = await latest('GenerateDataKeyWithoutPlaintext');
    assert.deepEqual(keys, {
      ...ofEveryRequest(record, keys),
      ...organization,
      ...internal('ec2-frontend-api.amazonaws.com', true),
      ...identity('User', ann.arn, ann.id),
      ...WITHOUT_MFA,
      'aws:username': ['ann'],
      ...tags({ team: 'blue' }),
    });
    assert.deepEqual(who(record), {
      type: 'IAMUser',
      principalId: ann.id,
      arn: ann.arn,
      accountId: ACCOUNT,
      accessKeyId: ann.credentials.accessKeyId,
      userName: 'ann',
      invokedBy: 'ec2-frontend-api.amazonaws.com',
      from: fromService('ec2-frontend-api.amazonaws.com'),
    });
  });

  test('of CloudFormation is seen to have been called via it', async () => {
    await stacksOf(world.server, ann.credentials).create('volume', {
      Resources: { Volume: { Type: 'AWS::EC2::Volume', Properties: volume() } },
    });
    const { record, keys } = await latest('GenerateDataKeyWithoutPlaintext');
    assert.deepEqual(keys, {
      ...ofEveryRequest(record, keys),
      ...organization,
      ...internal('ec2-frontend-api.amazonaws.com', true),
      'aws:CalledVia': ['cloudformation.amazonaws.com'],
      'aws:CalledViaFirst': ['cloudformation.amazonaws.com'],
      'aws:CalledViaLast': ['cloudformation.amazonaws.com'],
      ...identity('User', ann.arn, ann.id),
      ...WITHOUT_MFA,
      'aws:username': ['ann'],
      ...tags({ team: 'blue' }),
    });
  });
});

const encryptedDisk = () => ({
  BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: key } }],
});

test('a service role session is the role', async () => {
  await world.newGroup(await world.newTemplate(encryptedDisk()));
  const { record, keys } = await latest('GenerateDataKeyWithoutPlaintext');
  const { principalId } = record.event.userIdentity as { principalId: string };
  assert.match(principalId, /^AROA\w+:AutoScaling$/);
  assert.deepEqual(keys, {
    ...ofEveryRequest(record, keys),
    ...organization,
    ...internal('ec2-frontend-api.amazonaws.com', true),
    ...identity('AssumedRole', SERVICE_ROLE, principalId),
    ...session(keys),
  });
  const roleId = principalId.split(':')[0];
  assert.deepEqual(who(record), {
    type: 'AssumedRole',
    principalId,
    arn: SERVICE_SESSION,
    accountId: ACCOUNT,
    accessKeyId: (record.event.userIdentity as { accessKeyId: string }).accessKeyId,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: roleId,
        arn: SERVICE_ROLE,
        accountId: ACCOUNT,
        userName: 'AWSServiceRoleForAutoScaling',
      },
      attributes: sessionAttributes(keys),
    },
    invokedBy: 'ec2-frontend-api.amazonaws.com',
    from: fromService('ec2-frontend-api.amazonaws.com'),
  });
  // Auto Scaling itself speaks as the session; EC2 goes on for it.
  const { record: launch } = await latest('RunInstances', false);
  assert.equal((launch.event.userIdentity as { invokedBy: string }).invokedBy, 'autoscaling.amazonaws.com');
  assert.deepEqual(who(launch).from, fromService('autoscaling.amazonaws.com'));
});

test('an infrastructure session is EC2’s, for one instance', async () => {
  const instanceId = await world.run(encryptedDisk());
  const { record, keys } = await latest('Decrypt');
  assert.deepEqual(keys, {
    ...ofEveryRequest(record, keys),
    ...organization,
    ...internal('AWS Internal'),
    ...identity(
      'AssumedRole',
      `arn:aws:iam::${ACCOUNT}:role/aws:ec2-infrastructure`,
      `${ACCOUNT}:aws:ec2-infrastructure:${instanceId}`,
    ),
    ...session(keys),
  });
  const { accessKeyId } = record.event.userIdentity as { accessKeyId: string };
  assert.match(accessKeyId, /^ASIA[A-Z2-7]{16}$/);
  assert.deepEqual(who(record), {
    type: 'AssumedRole',
    principalId: `${ACCOUNT}:aws:ec2-infrastructure:${instanceId}`,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/aws:ec2-infrastructure/${instanceId}`,
    accountId: ACCOUNT,
    accessKeyId,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: `${ACCOUNT}:aws:ec2-infrastructure`,
        arn: `arn:aws:iam::${ACCOUNT}:role/aws:ec2-infrastructure`,
        accountId: ACCOUNT,
        userName: 'aws:ec2-infrastructure',
      },
      attributes: sessionAttributes(keys),
    },
    inScopeOf: {
      issuerType: 'AWS::EC2::Instance',
      credentialsIssuedTo: `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/${instanceId}`,
    },
    invokedBy: 'AWS Internal',
    from: ['AWS Internal', 'AWS Internal'],
  });
});

test('a service has no account and no organization, and says for which resource it comes, and whose that is', async () => {
  const events = await eventsWorld(undefined, { server: world.server });
  const watch = await events.watch('instances', { pattern: { source: ['aws.ec2'] } });
  await world.run();
  assert.ok((await watch.messages()).length > 0);
  for (const eventName of ['CreateLogStream', 'PutLogEvents']) {
    const { record, keys } = await latest(eventName);
    assert.deepEqual(keys, {
      ...ofEveryRequest(record, keys),
      ...internal('events.amazonaws.com'),
      'aws:PrincipalIsAWSService': ['true'],
      'aws:PrincipalServiceName': ['events.amazonaws.com'],
      'aws:PrincipalServiceNamesList': ['events.amazonaws.com', `events.${REGION}.amazonaws.com`],
      'aws:SourceAccount': [ACCOUNT],
      'aws:SourceArn': [`arn:aws:events:${REGION}:${ACCOUNT}:rule/instances`],
      'aws:SourceOrgID': organization['aws:PrincipalOrgID'],
      'aws:SourceOrgPaths': organization['aws:PrincipalOrgPaths'],
    });
    assert.deepEqual(who(record), {
      type: 'AWSService',
      invokedBy: 'events.amazonaws.com',
      from: fromService('events.amazonaws.com'),
    });
  }
});
