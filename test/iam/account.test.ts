/** What IAM keeps beside identities and policies: boundaries, tags, service-linked roles, passwords, MFA, reports. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  ChangePasswordCommand,
  CreateAccountAliasCommand,
  CreateInstanceProfileCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteAccountAliasCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DeleteServiceLinkedRoleCommand,
  DeleteUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  DeleteUserPolicyCommand,
  DeleteVirtualMFADeviceCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  EnableMFADeviceCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountPasswordPolicyCommand,
  GetAccountSummaryCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetServiceLinkedRoleDeletionStatusCommand,
  GetUserCommand,
  IAMClient,
  ListAccountAliasesCommand,
  ListInstanceProfilesForRoleCommand,
  ListMFADevicesCommand,
  ListPolicyTagsCommand,
  ListSSHPublicKeysCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  SetSecurityTokenServicePreferencesCommand,
  TagPolicyCommand,
  TagUserCommand,
  UntagUserCommand,
  UpdateAccountPasswordPolicyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateLoginProfileCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { isGoodPassword, passwordPolicyOf } from '../../src/services/iam/account/password-policy.ts';
import { isPassword } from '../../src/services/iam/login-profile/login-profile.ts';
import { ACCOUNT, allow, newUser, policy, trust } from '../worlds/account.ts';
import { mfaCode, STEP_MS, seedBytes } from '../worlds/mfa.ts';
import { type Credentials, refusal, startServerFor, type TestServer } from '../worlds/server.ts';

const trustEc2 = trust({ Service: 'ec2.amazonaws.com' });

const makeUser = async (server: TestServer, name: string, document?: string): Promise<Credentials> =>
  (await newUser(server, name, { document })).credentials;

// biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
const OWN_TEAM = '${aws:PrincipalTag/team}';

describe('permissions boundaries', () => {
  test('limit what a user may do, and go off again', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const UserName = 'john';
    const john = server.client(IAMClient, await makeUser(server, UserName, allow('iam:*')));
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess';
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }));
    const { User } = await iam.send(new GetUserCommand({ UserName }));
    assert.deepEqual(User?.PermissionsBoundary, {
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: PermissionsBoundary,
    });
    await john.send(new ListUsersCommand({}));
    assert.match(
      (await refusal(john.send(new CreateUserCommand({ UserName: 'x' })))).message,
      /because no permissions boundary allows the iam:CreateUser action$/,
    );
    await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName }));
    await john.send(new CreateUserCommand({ UserName: 'x' }));
    const again = await refusal(iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName })));
    assert.equal(again.code, 'NoSuchEntity');
    const none = 'arn:aws:iam::123456789012:policy/none';
    assert.equal(
      (
        await refusal(
          iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: none })),
        )
      ).code,
      'NoSuchEntity',
    );
  });

  test('may be made a condition of whatever gives users and roles one, and takes it away', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const [boundary, other] = ['ReadOnlyAccess', 'IAMReadOnlyAccess'].map(
      (name) => `arn:aws:iam::aws:policy/${name}`,
    );
    const Condition = { StringEquals: { 'iam:PermissionsBoundary': boundary } };
    const delegate = server.client(
      IAMClient,
      await makeUser(server, 'delegate', allow('iam:*', { Condition })),
    );
    const [UserName, RoleName, AssumeRolePolicyDocument] = ['a', 'a', trustEc2];
    for (const { create, put, remove } of [
      {
        create: (PermissionsBoundary?: string) => new CreateUserCommand({ UserName, PermissionsBoundary }),
        put: (PermissionsBoundary: string) =>
          new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }),
        remove: new DeleteUserPermissionsBoundaryCommand({ UserName }),
      },
      {
        create: (PermissionsBoundary?: string) =>
          new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, PermissionsBoundary }),
        put: (PermissionsBoundary: string) =>
          new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }),
        remove: new DeleteRolePermissionsBoundaryCommand({ RoleName }),
      },
    ]) {
      const send = (client: IAMClient, command: object) => client.send(command as CreateUserCommand);
      const denied = async (command: object) =>
        assert.equal((await refusal(send(delegate, command))).code, 'AccessDenied');
      await denied(create());
      await denied(create(other));
      await send(delegate, create(boundary));
      await denied(put(other!));
      await send(delegate, put(boundary!));
      await send(delegate, remove);
      await denied(remove);
      await send(iam, put(other!));
      await denied(remove);
    }
  });

  test('may be made a condition of whatever changes the policies of who has one', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const [PermissionsBoundary, other] = ['ReadOnlyAccess', 'IAMReadOnlyAccess'].map(
      (name) => `arn:aws:iam::aws:policy/${name}`,
    );
    const Condition = { StringEquals: { 'iam:PermissionsBoundary': PermissionsBoundary } };
    const delegate = server.client(
      IAMClient,
      await makeUser(server, 'delegate', allow('iam:*', { Condition })),
    );
    const [AssumeRolePolicyDocument, PolicyArn] = [trustEc2, 'arn:aws:iam::aws:policy/ReadOnlyAccess'];
    const inline = { PolicyName: 'p', PolicyDocument: allow('s3:*') };
    for (const [name, boundary] of [
      ['bounded', PermissionsBoundary],
      ['otherwise', other],
      ['free', undefined],
    ] as const) {
      const [user, role] = [{ UserName: name }, { RoleName: name }];
      await iam.send(new CreateUserCommand({ ...user, PermissionsBoundary: boundary }));
      await iam.send(
        new CreateRoleCommand({ ...role, AssumeRolePolicyDocument, PermissionsBoundary: boundary }),
      );
      for (const command of [
        new AttachUserPolicyCommand({ ...user, PolicyArn }),
        new DetachUserPolicyCommand({ ...user, PolicyArn }),
        new PutUserPolicyCommand({ ...user, ...inline }),
        new DeleteUserPolicyCommand({ ...user, ...inline }),
        new AttachRolePolicyCommand({ ...role, PolicyArn }),
        new DetachRolePolicyCommand({ ...role, PolicyArn }),
        new PutRolePolicyCommand({ ...role, ...inline }),
        new DeleteRolePolicyCommand({ ...role, ...inline }),
      ]) {
        const asked = delegate.send(command as AttachUserPolicyCommand);
        if (boundary === PermissionsBoundary) await asked;
        else assert.equal((await refusal(asked)).code, 'AccessDenied', `${command.constructor.name} ${name}`);
      }
    }
  });
});

describe('tags', () => {
  test('of users ignore the case of keys, those of policies do not', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const UserName = 'john';
    await iam.send(new CreateUserCommand({ UserName, Tags: [{ Key: 'Team', Value: 'One' }] }));
    await iam.send(new TagUserCommand({ UserName, Tags: [{ Key: 'team', Value: 'Two' }] }));
    assert.deepEqual((await iam.send(new ListUserTagsCommand({ UserName }))).Tags, [
      { Key: 'team', Value: 'Two' },
    ]);
    const refused = async (Tags: { Key: string; Value: string }[]) =>
      refusal(iam.send(new TagUserCommand({ UserName, Tags })));
    assert.equal((await refused([])).code, 'InvalidInput');
    assert.equal(
      (
        await refused([
          { Key: 'a', Value: '' },
          { Key: 'A', Value: '' },
        ])
      ).code,
      'InvalidInput',
    );
    assert.equal(
      (await refused([{ Key: 'aws:x', Value: '' }])).message,
      'Tag keys beginning with aws: are reserved for system use.',
    );
    assert.equal(
      (await refused([{ Key: 'x', Value: 'aws:y' }])).message,
      'Tag values beginning with aws: are reserved for system use.',
    );
    const fifty = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }));
    assert.equal((await refused(fifty)).code, 'LimitExceeded');
    await iam.send(new UntagUserCommand({ UserName, TagKeys: ['TEAM'] }));
    assert.deepEqual((await iam.send(new ListUserTagsCommand({ UserName }))).Tags, []);

    const { Policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: 'p',
        PolicyDocument: allow('ec2:*'),
        Tags: [{ Key: 'Team', Value: 'One' }],
      }),
    );
    const PolicyArn = Policy!.Arn!;
    await iam.send(new TagPolicyCommand({ PolicyArn, Tags: [{ Key: 'team', Value: 'Two' }] }));
    assert.equal((await iam.send(new ListPolicyTagsCommand({ PolicyArn }))).Tags?.length, 2);
  });

  test('of a user and of what it asks for decide', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const own = policy({
      Effect: 'Allow',
      Action: ['iam:CreateUser', 'iam:GetUser', 'iam:TagUser'],
      Resource: '*',
      Condition: {
        StringEqualsIfExists: {
          'aws:RequestTag/team': OWN_TEAM,
          'aws:ResourceTag/team': OWN_TEAM,
        },
      },
    });
    const keys = await makeUser(server, 'john', own);
    await iam.send(new TagUserCommand({ UserName: 'john', Tags: [{ Key: 'team', Value: 'red' }] }));
    const john = server.client(IAMClient, keys);
    await john.send(new CreateUserCommand({ UserName: 'mine', Tags: [{ Key: 'team', Value: 'red' }] }));
    await iam.send(new CreateUserCommand({ UserName: 'theirs', Tags: [{ Key: 'team', Value: 'blue' }] }));
    await john.send(new GetUserCommand({ UserName: 'mine' }));
    assert.equal((await refusal(john.send(new GetUserCommand({ UserName: 'theirs' })))).code, 'AccessDenied');
  });
});

describe('instance profiles', () => {
  test('hold one role, which the caller must be allowed to pass', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    await iam.send(new CreateRoleCommand({ RoleName: 'web', AssumeRolePolicyDocument: trustEc2 }));
    const InstanceProfileName = 'profile';
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
    const add = new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: 'web' });
    const john = server.client(
      IAMClient,
      await makeUser(server, 'john', allow('iam:AddRoleToInstanceProfile')),
    );
    assert.equal(
      (await refusal(john.send(add))).message,
      `User: arn:aws:iam::${ACCOUNT}:user/john is not authorized to perform: iam:PassRole on resource: ` +
        `arn:aws:iam::${ACCOUNT}:role/web because no identity-based policy allows the iam:PassRole action`,
    );
    await iam.send(add);
    assert.equal((await refusal(iam.send(add))).code, 'LimitExceeded');
    const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }));
    assert.match(InstanceProfile?.InstanceProfileId ?? '', /^AIPA[A-Z2-7]{17}$/);
    assert.deepEqual(
      InstanceProfile?.Roles?.map(({ RoleName, MaxSessionDuration }) => [RoleName, MaxSessionDuration]),
      [['web', undefined]],
    );
    const held = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'web' }));
    assert.equal(held.InstanceProfiles?.[0]?.InstanceProfileName, InstanceProfileName);
    const message = 'Cannot delete entity, must remove roles from instance profile first.';
    assert.equal((await refusal(iam.send(new DeleteRoleCommand({ RoleName: 'web' })))).message, message);
    assert.equal(
      (await refusal(iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName })))).message,
      message,
    );
    const remove = new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName: 'web' });
    await iam.send(remove);
    assert.equal((await refusal(iam.send(remove))).code, 'NoSuchEntity');
    await iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName }));
    await iam.send(new DeleteRoleCommand({ RoleName: 'web' }));
  });
});

describe('service-linked roles', () => {
  const service = 'autoscaling.amazonaws.com';
  const RoleName = 'AWSServiceRoleForAutoScaling';

  test('are as their service prescribes, and changed by nobody', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const { Role } = await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: service }));
    assert.equal(Role?.Arn, `arn:aws:iam::${ACCOUNT}:role/aws-service-role/${service}/${RoleName}`);
    const { Role: got } = await iam.send(new GetRoleCommand({ RoleName }));
    assert.deepEqual(JSON.parse(decodeURIComponent(got!.AssumeRolePolicyDocument!)).Statement, [
      { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' },
    ]);
    const changes = [
      new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trustEc2 }),
      new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: allow('*') }),
      new AttachRolePolicyCommand({ RoleName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
      new DeleteRoleCommand({ RoleName }),
    ];
    for (const change of changes) {
      assert.deepEqual(await refusal(iam.send(change as DeleteRoleCommand)), {
        code: 'UnmodifiableEntity',
        message: `Cannot perform the operation on the protected role '${RoleName}' - this role is only modifiable by AWS`,
        status: 400,
      });
    }
    assert.equal(
      (await refusal(iam.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration: 7200 })))).message,
      `${RoleName} is an AWS service linked role, max session duration cannot be changed.`,
    );
    await iam.send(new UpdateRoleCommand({ RoleName, Description: 'ours' }));
    const again = new CreateServiceLinkedRoleCommand({ AWSServiceName: service });
    assert.deepEqual(await refusal(iam.send(again)), {
      code: 'InvalidInput',
      message: `Service role name ${RoleName} has been taken in this account, please try a different suffix.`,
      status: 400,
    });
    const suffixed = await iam.send(
      new CreateServiceLinkedRoleCommand({ AWSServiceName: service, CustomSuffix: 'blue' }),
    );
    assert.equal(suffixed.Role?.RoleName, `${RoleName}_blue`);
    assert.equal(
      (
        await refusal(
          iam.send(
            new CreateServiceLinkedRoleCommand({ AWSServiceName: 'ecs.amazonaws.com', CustomSuffix: 'x' }),
          ),
        )
      ).message,
      'Custom suffix is not allowed for ecs.amazonaws.com',
    );
  });

  test('are deleted by a task', async (t) => {
    const server = await startServerFor(t, { delays: 1 });
    const iam = server.client(IAMClient);
    await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: service }));
    const { DeletionTaskId } = await iam.send(new DeleteServiceLinkedRoleCommand({ RoleName }));
    assert.match(
      DeletionTaskId ?? '',
      new RegExp(`^task/aws-service-role/${service}/${RoleName}/[0-9a-f-]{36}$`),
    );
    const repeated = await iam.send(new DeleteServiceLinkedRoleCommand({ RoleName }));
    assert.equal(repeated.DeletionTaskId, DeletionTaskId);
    const status = () => iam.send(new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId }));
    assert.equal((await status()).Status, 'IN_PROGRESS');
    await server.advance(10_000);
    assert.equal((await status()).Status, 'SUCCEEDED');
    assert.equal((await refusal(iam.send(new GetRoleCommand({ RoleName })))).code, 'NoSuchEntity');
    const malformed = new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId: 'nonsense' });
    assert.deepEqual(await refusal(iam.send(malformed)), {
      code: 'InvalidInput',
      message: 'Invalid task id',
      status: 400,
    });
    await iam.send(new CreateRoleCommand({ RoleName: 'own', AssumeRolePolicyDocument: trustEc2 }));
    assert.equal(
      (await refusal(iam.send(new DeleteServiceLinkedRoleCommand({ RoleName: 'own' })))).message,
      'own exists but is not a service role.',
    );
  });
});

describe('the account', () => {
  test('has one alias at most, and no two accounts the same', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const other = server.client(IAMClient, await server.root('210987654321'));
    await iam.send(new CreateAccountAliasCommand({ AccountAlias: 'acme' }));
    const taken = await refusal(other.send(new CreateAccountAliasCommand({ AccountAlias: 'acme' })));
    assert.equal(taken.code, 'EntityAlreadyExists');
    await iam.send(new CreateAccountAliasCommand({ AccountAlias: 'acme-two' }));
    assert.deepEqual((await iam.send(new ListAccountAliasesCommand({}))).AccountAliases, ['acme-two']);
    await iam.send(new DeleteAccountAliasCommand({ AccountAlias: 'acme-two' }));
    assert.deepEqual((await iam.send(new ListAccountAliasesCommand({}))).AccountAliases, []);
  });

  test('sums up what it has, and tells its quotas', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    await makeUser(server, 'john');
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    await iam.send(new AttachUserPolicyCommand({ UserName: 'john', PolicyArn }));
    const { SummaryMap } = await iam.send(new GetAccountSummaryCommand({}));
    const { Users, Groups, PolicyVersionsInUse, AccessKeysPerUserQuota, UsersQuota } = SummaryMap ?? {};
    assert.deepEqual(
      { Users, Groups, PolicyVersionsInUse, AccessKeysPerUserQuota, UsersQuota },
      { Users: 1, Groups: 0, PolicyVersionsInUse: 1, AccessKeysPerUserQuota: 2, UsersQuota: 5000 },
    );
    for (const [GlobalEndpointTokenVersion, shown] of [
      ['v2Token', 2],
      ['v1Token', 1],
    ] as const) {
      await iam.send(new SetSecurityTokenServicePreferencesCommand({ GlobalEndpointTokenVersion }));
      const { SummaryMap: summary } = await iam.send(new GetAccountSummaryCommand({}));
      assert.equal(summary?.GlobalEndpointTokenVersion, shown);
    }
  });

  test('describes all that decides who may do what, a page at a time', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    await makeUser(server, 'john', allow('ec2:*'));
    await iam.send(new CreateRoleCommand({ RoleName: 'web', AssumeRolePolicyDocument: trustEc2 }));
    await iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: allow('kms:*') }));
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'web', PolicyArn }));
    const details = await iam.send(new GetAccountAuthorizationDetailsCommand({}));
    assert.deepEqual(
      details.UserDetailList?.map(({ UserName, UserPolicyList, Tags }) => [
        UserName,
        decodeURIComponent(UserPolicyList?.[0]?.PolicyDocument ?? ''),
        Tags,
      ]),
      [['john', allow('ec2:*'), []]],
    );
    assert.deepEqual(details.RoleDetailList?.[0]?.AttachedManagedPolicies, [
      { PolicyName: 'ReadOnlyAccess', PolicyArn },
    ]);
    assert.deepEqual(details.Policies?.map(({ PolicyName }) => PolicyName).sort(), ['ReadOnlyAccess', 'p']);
    const first = await iam.send(new GetAccountAuthorizationDetailsCommand({ MaxItems: 2 }));
    assert.equal(first.IsTruncated, true);
    const second = await iam.send(new GetAccountAuthorizationDetailsCommand({ Marker: first.Marker }));
    assert.deepEqual([first.Policies?.length, second.Policies?.length, second.IsTruncated], [0, 2, false]);
    const other = new GetAccountAuthorizationDetailsCommand({ Filter: ['User'], Marker: first.Marker });
    assert.deepEqual(await refusal(iam.send(other)), {
      code: 'ValidationError',
      message: 'Marker and Filter do not match',
      status: 400,
    });
  });

  test('knows when a key was last used, and for what', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const keys = await makeUser(server, 'john');
    const lastUsed = () => iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: keys.accessKeyId }));
    assert.deepEqual((await lastUsed()).AccessKeyLastUsed, { ServiceName: 'N/A', Region: 'N/A' });
    await server.client(STSClient, keys, { region: 'eu-west-1' }).send(new GetCallerIdentityCommand({}));
    const { UserName, AccessKeyLastUsed } = await lastUsed();
    assert.equal(UserName, 'john');
    assert.deepEqual([AccessKeyLastUsed?.ServiceName, AccessKeyLastUsed?.Region], ['sts', 'eu-west-1']);
    assert.ok(AccessKeyLastUsed?.LastUsedDate instanceof Date);
  });

  test('of an access key is not what a service went on to do for its user, however much', async (t) => {
    const server = await startServerFor(t);
    const keys = await makeUser(server, 'john', allow('*'));
    const groups = Array.from({ length: 60 }, (_, index) => [`G${index}`, { Type: 'AWS::Logs::LogGroup' }]);
    const TemplateBody = JSON.stringify({ Resources: Object.fromEntries(groups) });
    const stacks = server.client(CloudFormationClient, keys);
    await stacks.send(new CreateStackCommand({ StackName: 's', TemplateBody }));
    await server.settled();
    const made = await server.client(CloudWatchLogsClient).send(new DescribeLogGroupsCommand({ limit: 50 }));
    assert.ok(made.nextToken, 'all of them are there');
    const { AccessKeyLastUsed } = await server
      .client(IAMClient)
      .send(new GetAccessKeyLastUsedCommand({ AccessKeyId: keys.accessKeyId }));
    assert.equal(AccessKeyLastUsed?.ServiceName, 'cloudformation');
  });
});

describe('passwords', () => {
  test('are good by the default or by each rule of the account, at its edge', () => {
    const policy = passwordPolicyOf({ MinimumPasswordLength: 6 });
    for (const [rules, good, bad] of [
      [undefined, ['Abcdefg1', 'abcdef1!', 'ABCDEF1!', 'Abcdefg!'], ['Abcdef1', 'Abcdefgh', 'abcdefg1', '']],
      [policy, ['aaaaaa', '      '], ['aaaaa']],
      [passwordPolicyOf({}), ['aaaaaa'], ['aaaaa']],
      [{ ...policy, requireUppercase: true }, ['aaaaaA'], ['aaaaa1', 'AAAAA']],
      [{ ...policy, requireLowercase: true }, ['AAAAAa'], ['AAAAA1']],
      [{ ...policy, requireNumbers: true }, ['aaaaa0'], ['aaaaa!']],
      [{ ...policy, requireSymbols: true }, ['aaaaa!', "aaaaa'"], ['aaaaa0', 'aaaaa ']],
    ] as const) {
      for (const password of good) assert.ok(isGoodPassword(password, rules), password);
      for (const password of bad) assert.ok(!isGoodPassword(password, rules), password);
    }
  });

  test('that an earlier version has kept are known', () => {
    const kept = 'ABEiM0RVZneImaq7zN3u/5uXZkxuXQciqT2wKNuo9gO9SB1KZ4q+kTPtexkio2p0';
    assert.equal(isPassword('correct horse battery', kept), true);
    assert.equal(isPassword('correct horse batterY', kept), false);
  });

  test('must be as the account wants them', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const john = server.client(IAMClient, await makeUser(server, 'john', allow('iam:ChangePassword')));
    const UserName = 'john';
    assert.deepEqual(await refusal(iam.send(new GetAccountPasswordPolicyCommand({}))), {
      code: 'NoSuchEntity',
      message: `The Password Policy with domain name ${ACCOUNT} cannot be found.`,
      status: 404,
    });
    assert.equal(
      (await refusal(iam.send(new CreateLoginProfileCommand({ UserName, Password: 'weak' })))).code,
      'PasswordPolicyViolation',
    );
    await iam.send(new CreateLoginProfileCommand({ UserName, Password: 'Str0ng-enough' }));
    assert.equal(
      (await refusal(iam.send(new CreateLoginProfileCommand({ UserName, Password: 'Str0ng-enough' }))))
        .message,
      'Login Profile for user john already exists.',
    );
    await iam.send(new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 20, MaxPasswordAge: 90 }));
    const { PasswordPolicy } = await iam.send(new GetAccountPasswordPolicyCommand({}));
    assert.deepEqual(
      [
        PasswordPolicy?.MinimumPasswordLength,
        PasswordPolicy?.ExpirePasswords,
        PasswordPolicy?.RequireNumbers,
      ],
      [20, true, false],
    );
    assert.equal(
      (await refusal(iam.send(new UpdateLoginProfileCommand({ UserName, Password: 'Str0ng-enough' })))).code,
      'PasswordPolicyViolation',
    );
    const NewPassword = 'a much longer pass phrase';
    const wrong = new ChangePasswordCommand({ OldPassword: 'guess', NewPassword });
    assert.equal((await refusal(john.send(wrong))).code, 'AccessDenied');
    await john.send(new ChangePasswordCommand({ OldPassword: 'Str0ng-enough', NewPassword }));
    await john.send(
      new ChangePasswordCommand({ OldPassword: NewPassword, NewPassword: 'and now another long one' }),
    );
  });
});

describe('MFA', () => {
  test('codes vouch for a user, each once', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const UserName = 'john';
    const keys = await makeUser(server, UserName, allow('iam:ListUsers'));
    const { VirtualMFADevice } = await iam.send(
      new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }),
    );
    const SerialNumber = VirtualMFADevice!.SerialNumber!;
    assert.equal(SerialNumber, `arn:aws:iam::${ACCOUNT}:mfa/phone`);
    const seed = seedBytes(Buffer.from(VirtualMFADevice!.Base32StringSeed!).toString());
    const now = Date.now();
    const enable = (first: number, second: number) =>
      iam.send(
        new EnableMFADeviceCommand({
          UserName,
          SerialNumber,
          AuthenticationCode1: mfaCode(seed, now + first * STEP_MS),
          AuthenticationCode2: mfaCode(seed, now + second * STEP_MS),
        }),
      );
    assert.deepEqual(await refusal(enable(0, -1)), {
      code: 'InvalidAuthenticationCode',
      message: 'Authentication code for device is not valid.',
      status: 403,
    });
    await enable(-1, 0);
    assert.equal((await refusal(enable(1, 2))).message, 'MFA Device is already in use.');
    const { MFADevices } = await iam.send(new ListMFADevicesCommand({ UserName }));
    assert.deepEqual(
      MFADevices?.map((device) => device.SerialNumber),
      [SerialNumber],
    );

    const sts = server.client(STSClient, keys);
    const session = (TokenCode: string) => sts.send(new GetSessionTokenCommand({ SerialNumber, TokenCode }));
    assert.equal(
      (await refusal(session(mfaCode(seed, now + 100 * STEP_MS)))).message,
      'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
    );
    const { Credentials: given } = await session(mfaCode(seed, now));
    assert.equal((await refusal(session(mfaCode(seed, now)))).code, 'AccessDenied');
    const withMfa = server.client(IAMClient, {
      accessKeyId: given!.AccessKeyId!,
      secretAccessKey: given!.SecretAccessKey!,
      sessionToken: given!.SessionToken,
    });
    assert.equal((await withMfa.send(new ListUsersCommand({}))).Users?.length, 1);

    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
    const AWS = `arn:aws:iam::${ACCOUNT}:user/john`;
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: 'guarded',
        AssumeRolePolicyDocument: policy({
          Effect: 'Allow',
          Principal: { AWS },
          Action: 'sts:AssumeRole',
          Condition,
        }),
      }),
    );
    const input = { RoleArn: Role!.Arn!, RoleSessionName: 'work' };
    assert.equal((await refusal(sts.send(new AssumeRoleCommand(input)))).code, 'AccessDenied');
    const TokenCode = mfaCode(seed, now + STEP_MS);
    assert.ok((await sts.send(new AssumeRoleCommand({ ...input, SerialNumber, TokenCode }))).Credentials);

    const inUse = await refusal(iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber })));
    assert.equal(inUse.message, 'MFA VirtualDevice in use. Must deactivate first.');
    await iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }));
    await iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }));
  });
});

test("Terraform's reads before a user is destroyed are answered", async (t) => {
  const server = await startServerFor(t);
  const iam = server.client(IAMClient);
  await iam.send(new CreateUserCommand({ UserName: 'john' }));
  assert.deepEqual((await iam.send(new ListSSHPublicKeysCommand({ UserName: 'john' }))).SSHPublicKeys, []);
  assert.equal(
    (await refusal(iam.send(new ListSSHPublicKeysCommand({ UserName: 'none' })))).code,
    'NoSuchEntity',
  );
  await iam.send(new DeleteUserCommand({ UserName: 'john' }));
});
