/**
 * How far a snapshot is to be trusted: calls of every service that the evaluator decides are decided again, with the policies
 * of their time where what changed since is recorded, and what does not come out as AWS decided is classed.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateVolumeCommand, DescribeVolumesCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  DeleteUserPolicyCommand,
  DetachRolePolicyCommand,
  IAMClient,
  ListUsersCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
} from '@aws-sdk/client-iam';
import {
  CreateGrantCommand,
  CreateKeyCommand,
  EncryptCommand,
  KMSClient,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms';
import {
  AttachPolicyCommand,
  CreateAccountCommand,
  CreatePolicyCommand as CreateControlPolicyCommand,
  CreateOrganizationCommand,
  DescribeCreateAccountStatusCommand,
  DetachPolicyCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Calibration } from '../../src/explain/recorded/calibrate.ts';
import { History } from '../../src/import/cloudtrail/history.ts';
import { Reads } from '../../src/import/snapshot/snapshot.ts';
import { saveSnapshot } from '../../src/import/snapshot/store.ts';
import { openImportedWorld } from '../../src/imported-world.ts';
import {
  ACCOUNT,
  allow,
  allowing,
  credentialsOf,
  deny,
  newUser,
  policy,
  rootOf,
  trust,
} from '../worlds/account.ts';
import { type Importing, importedFrom } from '../worlds/imported.ts';
import { type Credentials, startServerFor, type TestServer } from '../worlds/server.ts';
import { record } from './records.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-calibration-'));
const cleanUp: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];
after(async () => {
  for (const work of cleanUp.reverse()) await work();
});

let server: TestServer;
let key: string;

/** CloudTrail's times are whole seconds: what follows is later. */
const later = () => server.advance(5000);
const encrypt = (credentials: Credentials) =>
  server
    .client(KMSClient, credentials)
    .send(new EncryptCommand({ KeyId: key, Plaintext: Buffer.from('x') }))
    .catch((error: Error) => error.name);

async function calibrated(
  name: string,
  isRecorded?: Importing['isRecorded'],
  more: Importing = {},
): Promise<Calibration> {
  const out = join(folder, name);
  await importedFrom(server, out, { isRecorded, ...more });
  const world = await openImportedWorld(out);
  const { calibration } = (await world.questions.check?.({})) as { calibration: Calibration };
  await world.close();
  return calibration;
}

before(async () => {
  server = await startServerFor({ after: (work) => void cleanUp.push(work as () => unknown) });
  const kms = server.client(KMSClient);
  const delegating = policy({
    Effect: 'Allow',
    Principal: { AWS: rootOf(ACCOUNT) },
    Action: 'kms:*',
    Resource: '*',
  });
  const made = await kms.send(new CreateKeyCommand({ Policy: delegating }));
  key = made.KeyMetadata?.Arn as string;
});

describe('what was decided under policies of an earlier time', () => {
  test('comes out with them: whatever was changed since is taken back', async () => {
    const iam = server.client(IAMClient);
    const kms = server.client(KMSClient);
    const managed = async (PolicyName: string, PolicyDocument: string) => {
      const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }));
      return Policy?.Arn as string;
    };
    const encrypting = await managed('encrypting', allow('kms:Encrypt'));
    const reading = await managed('reading', allow('ec2:Describe*'));

    const inline = await newUser(server, 'inline', { allow: [allowing('kms:Encrypt')] });
    const versioned = await newUser(server, 'versioned');
    await iam.send(new AttachUserPolicyCommand({ UserName: versioned.name, PolicyArn: encrypting }));
    const bounded = await newUser(server, 'bounded', { allow: [allowing('kms:Encrypt')] });
    await iam.send(
      new PutUserPermissionsBoundaryCommand({ UserName: bounded.name, PermissionsBoundary: reading }),
    );
    const granted = await newUser(server, 'granted');
    const { GrantId } = await kms.send(
      new CreateGrantCommand({ KeyId: key, GranteePrincipal: granted.arn, Operations: ['Encrypt'] }),
    );
    const member = await newUser(server, 'member');
    await iam.send(new CreateGroupCommand({ GroupName: 'writers' }));
    await iam.send(new AttachGroupPolicyCommand({ GroupName: 'writers', PolicyArn: encrypting }));
    await iam.send(new AddUserToGroupCommand({ GroupName: 'writers', UserName: member.name }));
    const AssumeRolePolicyDocument = trust({ AWS: inline.arn });
    await iam.send(
      new PutUserPolicyCommand({
        UserName: inline.name,
        PolicyName: 'roles',
        PolicyDocument: allow('sts:AssumeRole'),
      }),
    );
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'worker', AssumeRolePolicyDocument }));
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'worker', PolicyArn: encrypting }));
    await later();
    const session = await server
      .client(STSClient, inline.credentials)
      .send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'one' }));
    const outcomes = [];
    for (const who of [
      inline,
      versioned,
      bounded,
      granted,
      member,
      { credentials: credentialsOf(session.Credentials) },
    ])
      outcomes.push(typeof (await encrypt(who.credentials)));
    assert.deepEqual(outcomes, ['object', 'object', 'string', 'object', 'object', 'object']);
    await later();
    await iam.send(new DeleteUserPolicyCommand({ UserName: inline.name, PolicyName: 'policy' }));
    await iam.send(
      new CreatePolicyVersionCommand({
        PolicyArn: encrypting,
        PolicyDocument: deny('kms:Encrypt'),
        SetAsDefault: true,
      }),
    );
    await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName: bounded.name }));
    await kms.send(new RevokeGrantCommand({ KeyId: key, GrantId }));
    await iam.send(new RemoveUserFromGroupCommand({ GroupName: 'writers', UserName: member.name }));
    await iam.send(new DetachRolePolicyCommand({ RoleName: 'worker', PolicyArn: encrypting }));

    const { notUnderstood, changed, agreedWithPast, agreement } = await calibrated('past');
    assert.deepEqual([notUnderstood, changed], [[], []]);
    assert.ok(agreedWithPast >= 6, `${agreedWithPast}`);
    assert.equal(agreement, 1);
    // Without the records of how it was before, no more can be said than what was changed, when and by whom.
    const before = /^(?:Create|Put|Attach|Add)/;
    const blind = await calibrated(
      'blind',
      ({ EventName = '' }) => !before.test(EventName) || EventName === 'CreatePolicyVersion',
    );
    assert.deepEqual(blind.notUnderstood, []);
    const known = blind.changed.map(
      ({ use, changed: by }) => `${use.arn.split('/').at(-1)} ${by?.action} by ${by?.by}`,
    );
    assert.ok(known.includes(`inline iam:DeleteUserPolicy by ${rootOf(ACCOUNT)}`), known.join('\n'));
    assert.ok(known.includes(`granted kms:RevokeGrant by ${rootOf(ACCOUNT)}`), known.join('\n'));
    // The version that was the default then is the only one that was there.
    assert.ok(
      !known.some((each) => /^(?:versioned|member) iam:CreatePolicyVersion/.test(each)),
      known.join('\n'),
    );
  });

  test('of service control policies, too', async () => {
    const organizations = server.client(OrganizationsClient);
    await organizations.send(new CreateOrganizationCommand({}));
    const { Roots } = await organizations.send(new ListRootsCommand({}));
    const RootId = Roots?.[0]?.Id as string;
    await organizations.send(new EnablePolicyTypeCommand({ RootId, PolicyType: 'SERVICE_CONTROL_POLICY' }));
    const { CreateAccountStatus } = await organizations.send(
      new CreateAccountCommand({ AccountName: 'member', Email: 'member@example.com' }),
    );
    await server.settled();
    const { CreateAccountStatus: status } = await organizations.send(
      new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: CreateAccountStatus?.Id }),
    );
    const account = status?.AccountId as string;
    const ann = await newUser(server, 'ann', { account, allow: [allowing('ec2:*', 'iam:*')] });
    const describeVolumes = () =>
      server
        .client(EC2Client, ann.credentials)
        .send(new DescribeVolumesCommand({}))
        .then(
          () => 'allowed',
          ({ name }: Error) => name,
        );
    const { Policy } = await organizations.send(
      new CreateControlPolicyCommand({
        Name: 'no-volumes',
        Description: '',
        Type: 'SERVICE_CONTROL_POLICY',
        Content: deny('ec2:DescribeVolumes'),
      }),
    );
    const attachment = { PolicyId: Policy?.PolicySummary?.Id, TargetId: account };
    await organizations.send(new AttachPolicyCommand(attachment));
    await later();
    assert.equal(await describeVolumes(), 'UnauthorizedOperation');
    await later();
    await organizations.send(new DetachPolicyCommand(attachment));
    await later();
    assert.equal(await describeVolumes(), 'allowed');
    const accounts = [ACCOUNT, account];
    // The root user assumes no roles.
    const { credentials } = await newUser(server, 'auditor', { allow: [allowing('*')] });
    // But for the calls on the key, which other tests make.
    const isMeant = ({ EventName = '' }) => EventName !== 'Encrypt';
    const { notUnderstood, changed, agreedWithPast } = await calibrated('controls', isMeant, {
      accounts,
      role: 'OrganizationAccountAccessRole',
      credentials,
    });
    assert.deepEqual([notUnderstood, changed], [[], []]);
    assert.equal(agreedWithPast, 1);
  });
});

describe('calls of every service that the evaluator decides', () => {
  test('are compared: what was allowed, what was denied, and for which action on what', async () => {
    const eve = await newUser(server, 'eve', {
      allow: [allowing('ec2:Describe*', 'iam:ListUsers', 'autoscaling:Describe*', 'ssm:GetParameter')],
    });
    const by = <C>(Client: Parameters<typeof server.client<C>>[0]) => server.client(Client, eve.credentials);
    const fails = (call: Promise<unknown>) =>
      call.then(
        () => 'allowed',
        ({ name }: Error) => name,
      );
    const asked = [
      await fails(by(EC2Client).send(new DescribeVolumesCommand({}))),
      await fails(by(IAMClient).send(new ListUsersCommand({}))),
      await fails(by(AutoScalingClient).send(new DescribeAutoScalingGroupsCommand({}))),
      await fails(by(CloudFormationClient).send(new DescribeStacksCommand({}))),
      await fails(by(EC2Client).send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1 }))),
      await fails(by(IAMClient).send(new CreateUserCommand({ UserName: 'other' }))),
      await fails(by(STSClient).send(new GetCallerIdentityCommand({}))),
    ];
    assert.deepEqual(asked.filter((name) => name === 'allowed').length, 4);
    const { notUnderstood, changed, undecided, notAsked } = await calibrated(
      'services',
      ({ Username }) => Username === 'eve',
    );
    assert.deepEqual([notUnderstood, changed, undecided], [[], [], {}]);
    assert.deepEqual(notAsked, { 'calls that need no permission': 1 });
  });

  test('and what the records do not tell is said to be missing, not decided', async () => {
    const Condition = { StringEquals: { 'ec2:VolumeType': 'gp3' } };
    const sue = await newUser(server, 'sue', { allow: [{ ...allowing('ec2:CreateVolume'), Condition }] });
    const input = { AvailabilityZone: 'us-east-1a', Size: 1, VolumeType: 'gp3' } as const;
    await server.client(EC2Client, sue.credentials).send(new CreateVolumeCommand(input));
    const { undecided, agreement } = await calibrated('unknown', ({ Username }) => Username === 'sue');
    assert.deepEqual([undecided, agreement], [{ 'ec2:VolumeType': 1 }, undefined]);
  });
});

test('callers who are not named, or whose rights nobody can have read, are counted by the reason', async () => {
  const kinds = {
    FederatedUser: /do not name the user who began them/,
    WebIdentityUser: /provider that is not named/,
    SAMLUser: /provider that is not named/,
    IdentityCenterUser: /rights there are not read/,
    Directory: /a directory, whose rights there are not read/,
    AWSService: /services that do not name themselves/,
    Unknown: /CloudTrail does not name/,
  };
  const history = new History();
  for (const [n, type] of Object.keys(kinds).entries()) {
    const userIdentity = { type, accountId: ACCOUNT, principalId: `p${n}` };
    history.addRecord({ ...record(1), userIdentity, eventID: `e${n}` }, 'a log');
  }
  const out = join(folder, 'kinds');
  saveSnapshot(out, { reads: new Reads(), history });
  const world = await openImportedWorld(out);
  const { calibration } = (await world.questions.check?.({})) as { calibration: Calibration };
  await world.close();
  const reasons = Object.entries(calibration.notAsked);
  for (const [type, reason] of Object.entries(kinds))
    assert.ok(
      reasons.some(([why]) => reason.test(why)),
      type,
    );
  assert.equal(
    reasons.reduce((sum, [, calls]) => sum + calls, 0),
    Object.keys(kinds).length,
  );
  assert.equal(calibration.agreement, undefined);
});

test('what nothing is recorded of, where there is no history at all, is not sought in vain', async () => {
  const out = join(folder, 'no-history');
  saveSnapshot(out, { reads: new Reads(), history: new History() });
  const world = await openImportedWorld(out);
  const { found, basis } = (await world.questions.explain?.({ subject: 'i-0123456789abcdef0' })) as {
    found: boolean;
    basis: string[];
  };
  await world.close();
  assert.equal(found, false);
  assert.match(basis.join('\n'), /no records[\s\S]*import files PATH/);
});
