/** Users, groups, roles and what is attached to them, by the official SDK's client. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  DeleteGroupPolicyCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachGroupPolicyCommand,
  DetachUserPolicyCommand,
  GetGroupCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListGroupsForUserCommand,
  ListPoliciesCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  PutGroupPolicyCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
  UpdateAccessKeyCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ACCOUNT, allow, policy, statement, trust } from '../worlds/account.ts';
import { refusal, startServerFor } from '../worlds/server.ts';

describe('users', () => {
  test('are described as AWS does, and their names are taken whatever the case', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const { User } = await iam.send(
      new CreateUserCommand({ UserName: 'John', Path: '/staff/', Tags: [{ Key: 'team', Value: 'a' }] }),
    );
    assert.match(User?.UserId ?? '', /^AIDA[A-Z2-7]{17}$/);
    assert.equal(User?.Arn, `arn:aws:iam::${ACCOUNT}:user/staff/John`);
    const got = await iam.send(new GetUserCommand({ UserName: 'John' }));
    assert.deepEqual(got.User, User);
    assert.deepEqual(await refusal(iam.send(new CreateUserCommand({ UserName: 'JOHN' }))), {
      code: 'EntityAlreadyExists',
      message: 'User with name JOHN already exists.',
      status: 409,
    });
    assert.deepEqual(await refusal(iam.send(new GetUserCommand({ UserName: 'mary' }))), {
      code: 'NoSuchEntity',
      message: 'The user with name mary cannot be found.',
      status: 404,
    });
  });

  test('come in pages, in the order of their names', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    for (const UserName of ['d', 'B', 'a', 'c', 'E']) await iam.send(new CreateUserCommand({ UserName }));
    const names: (string | undefined)[] = [];
    let Marker: string | undefined;
    do {
      const page = await iam.send(new ListUsersCommand({ MaxItems: 2, Marker }));
      assert.ok((page.Users?.length ?? 0) <= 2);
      assert.equal(page.IsTruncated, page.Marker !== undefined);
      names.push(...(page.Users ?? []).map(({ UserName }) => UserName));
      Marker = page.Marker;
    } while (Marker);
    assert.deepEqual(names, ['a', 'B', 'c', 'd', 'E']);
    assert.equal(
      (await refusal(iam.send(new ListUsersCommand({ Marker: 'nonsense' })))).code,
      'ValidationError',
    );
  });

  test('are renamed without losing what they have', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const { User } = await iam.send(new CreateUserCommand({ UserName: 'john' }));
    await iam.send(
      new PutUserPolicyCommand({ UserName: 'john', PolicyName: 'p', PolicyDocument: allow('ec2:*') }),
    );
    await iam.send(new UpdateUserCommand({ UserName: 'john', NewUserName: 'jack', NewPath: '/x/' }));
    const got = await iam.send(new GetUserCommand({ UserName: 'jack' }));
    assert.equal(got.User?.UserId, User?.UserId);
    assert.equal(got.User?.Arn, `arn:aws:iam::${ACCOUNT}:user/x/jack`);
    const policies = await iam.send(new ListUserPoliciesCommand({ UserName: 'jack' }));
    assert.deepEqual(policies.PolicyNames, ['p']);
  });

  test('are refused in the words of IAM, which tell no value, when their names or paths are none', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const saying = async (input: { UserName: string; Path?: string }) => {
      const { code, message } = await refusal(iam.send(new CreateUserCommand(input)));
      assert.equal(code, 'ValidationError');
      return message;
    };
    assert.equal(
      await saying({ UserName: 'john doe' }),
      'The specified value for userName is invalid. It must contain only alphanumeric characters and/or the ' +
        'following: +=,.@_-',
    );
    assert.equal(
      await saying({ UserName: 'john', Path: 'staff' }),
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric ' +
        'characters and/or / characters.',
    );
    assert.equal(
      await saying({ UserName: 'j'.repeat(65) }),
      "1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must have length " +
        'less than or equal to 64',
    );
    assert.equal(
      await saying({ UserName: 'john doe', Path: 'staff' }),
      "2 validation errors detected: Value at 'path' failed to satisfy constraint: Member must satisfy regular " +
        "expression pattern: (\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F); Value at 'userName' failed to satisfy " +
        'constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+',
    );
  });

  test('are deleted only when nothing is left to them', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const UserName = 'john';
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new CreateGroupCommand({ GroupName: 'g' }));
    await iam.send(new AddUserToGroupCommand({ UserName, GroupName: 'g' }));
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument: allow('ec2:*') }));
    await iam.send(new CreateAccessKeyCommand({ UserName }));
    const hindrance = async () => {
      const { code, message, status } = await refusal(iam.send(new DeleteUserCommand({ UserName })));
      assert.deepEqual([code, status], ['DeleteConflict', 409]);
      return message;
    };
    assert.equal(await hindrance(), 'Cannot delete entity, must remove users from group first.');
    await iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName: 'g' }));
    assert.equal(await hindrance(), 'Cannot delete entity, must detach all policies first.');
    await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn }));
    assert.equal(await hindrance(), 'Cannot delete entity, must delete policies first.');
    await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'p' }));
    assert.equal(await hindrance(), 'Cannot delete entity, must delete access keys first.');
  });
});

describe('access keys', () => {
  test('sign requests as their user until they are made inactive', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const { User } = await iam.send(new CreateUserCommand({ UserName: 'john' }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'john' }));
    const john = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
    const sts = server.client(STSClient, john);
    assert.match(john.accessKeyId, /^AKIA[A-Z2-7]{16}$/);
    assert.match(john.secretAccessKey, /^[A-Za-z0-9+/]{40}$/);
    const { Account, Arn, UserId } = await sts.send(new GetCallerIdentityCommand({}));
    assert.deepEqual({ Account, Arn, UserId }, { Account: ACCOUNT, Arn: User?.Arn, UserId: User?.UserId });

    await iam.send(
      new UpdateAccessKeyCommand({ UserName: 'john', AccessKeyId: john.accessKeyId, Status: 'Inactive' }),
    );
    const { code, status } = await refusal(sts.send(new GetCallerIdentityCommand({})));
    assert.deepEqual([code, status], ['InvalidClientTokenId', 403]);
    const listed = await iam.send(new ListAccessKeysCommand({ UserName: 'john' }));
    assert.deepEqual(
      listed.AccessKeyMetadata?.map(({ AccessKeyId, Status }) => [AccessKeyId, Status]),
      [[john.accessKeyId, 'Inactive']],
    );
  });

  test('are two a user at most', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    await iam.send(new CreateUserCommand({ UserName: 'john' }));
    await iam.send(new CreateAccessKeyCommand({ UserName: 'john' }));
    await iam.send(new CreateAccessKeyCommand({ UserName: 'john' }));
    assert.deepEqual(await refusal(iam.send(new CreateAccessKeyCommand({ UserName: 'john' }))), {
      code: 'LimitExceeded',
      message: 'Cannot exceed quota for AccessKeysPerUser: 2',
      status: 409,
    });
  });
});

describe('policies decide', () => {
  test('inline, attached and through a group; a denial says what was missing', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    await iam.send(new CreateUserCommand({ UserName: 'john' }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'john' }));
    const john = server.client(IAMClient, {
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    });
    const arn = `arn:aws:iam::${ACCOUNT}:user/john`;
    assert.deepEqual(await refusal(john.send(new GetUserCommand({}))), {
      code: 'AccessDenied',
      message:
        `User: ${arn} is not authorized to perform: iam:GetUser on resource: user john because ` +
        'no identity-based policy allows the iam:GetUser action',
      status: 403,
    });
    const UserName = 'john';
    await iam.send(
      new PutUserPolicyCommand({
        UserName,
        PolicyName: 'me',
        PolicyDocument: allow('iam:GetUser', { Resource: arn }),
      }),
    );
    assert.equal((await john.send(new GetUserCommand({}))).User?.UserName, 'john');

    await iam.send(new CreateGroupCommand({ GroupName: 'readers' }));
    await iam.send(
      new AttachGroupPolicyCommand({
        GroupName: 'readers',
        PolicyArn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess',
      }),
    );
    assert.equal((await refusal(john.send(new ListUsersCommand({})))).code, 'AccessDenied');
    await iam.send(new AddUserToGroupCommand({ UserName, GroupName: 'readers' }));
    assert.equal((await john.send(new ListUsersCommand({}))).Users?.length, 1);
    assert.equal((await refusal(john.send(new CreateUserCommand({ UserName: 'x' })))).code, 'AccessDenied');
  });

  test('a new default version counts at once', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: allow('iam:ListUsers') }),
    );
    const PolicyArn = Policy!.Arn!;
    await iam.send(new CreateUserCommand({ UserName: 'john' }));
    await iam.send(new AttachUserPolicyCommand({ UserName: 'john', PolicyArn }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'john' }));
    const john = server.client(IAMClient, {
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    });
    await john.send(new ListUsersCommand({}));
    const PolicyDocument = allow('iam:ListRoles');
    await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument }));
    await john.send(new ListUsersCommand({}));
    await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
    assert.equal((await refusal(john.send(new ListUsersCommand({})))).code, 'AccessDenied');
  });
});

describe('managed policies', () => {
  test('keep five versions, and are deleted version by version', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const PolicyDocument = allow('ec2:*');
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument }));
    const PolicyArn = Policy!.Arn!;
    for (const number of [2, 3, 4, 5]) {
      const { PolicyVersion } = await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument }));
      assert.equal(PolicyVersion?.VersionId, `v${number}`);
    }
    const sixth = await refusal(iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument })));
    assert.equal(sixth.code, 'LimitExceeded');
    assert.match(sixth.message, /^A managed policy can have up to 5 versions\./);
    assert.equal((await refusal(iam.send(new DeletePolicyCommand({ PolicyArn })))).code, 'DeleteConflict');
    const ofDefault = await refusal(iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v1' })));
    assert.equal(ofDefault.message, 'Cannot delete the default version of a policy.');
    const changedAt = async () =>
      (await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.UpdateDate ?? 0;
    const before = await changedAt();
    await server.advance(60_000);
    for (const number of [2, 3, 4, 5]) {
      await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: `v${number}` }));
    }
    assert.ok((await changedAt()) > before);
    await iam.send(new DeletePolicyCommand({ PolicyArn }));
    assert.deepEqual(await refusal(iam.send(new GetPolicyCommand({ PolicyArn }))), {
      code: 'NoSuchEntity',
      message: `Policy ${PolicyArn} was not found.`,
      status: 404,
    });
  });

  test('that AWS keeps are there for everybody, and nobody changes them', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const PolicyArn = 'arn:aws:iam::aws:policy/AmazonEC2FullAccess';
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    const { PolicyVersion } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy!.DefaultVersionId! }),
    );
    const document = JSON.parse(decodeURIComponent(PolicyVersion!.Document!));
    assert.equal(document.Statement[0].Action, 'ec2:*');
    const changed = await refusal(
      iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: allow('ec2:*') })),
    );
    assert.equal(changed.code, 'AccessDenied');
    const { Policies } = await iam.send(new ListPoliciesCommand({ Scope: 'AWS', MaxItems: 1000 }));
    assert.equal(Policies?.length, 1000);
    const serviceRole = 'arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy';
    await iam.send(new CreateUserCommand({ UserName: 'john' }));
    assert.deepEqual(
      await refusal(iam.send(new AttachUserPolicyCommand({ UserName: 'john', PolicyArn: serviceRole }))),
      {
        code: 'PolicyNotAttachable',
        message: 'Cannot attach a Service Role Policy to a Customer Role.',
        status: 400,
      },
    );
  });

  test('know who uses them', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: allow('ec2:*') }),
    );
    const PolicyArn = Policy!.Arn!;
    await iam.send(new CreateUserCommand({ UserName: 'john', PermissionsBoundary: PolicyArn }));
    await iam.send(new CreateGroupCommand({ GroupName: 'g' }));
    await iam.send(new AttachGroupPolicyCommand({ GroupName: 'g', PolicyArn }));
    const { Policy: used } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    assert.deepEqual([used?.AttachmentCount, used?.PermissionsBoundaryUsageCount], [1, 1]);
    const entities = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn }));
    assert.deepEqual(
      [entities.PolicyGroups?.[0]?.GroupName, entities.PolicyUsers?.[0]?.UserName, entities.PolicyRoles],
      ['g', 'john', []],
    );
    const deletion = await refusal(iam.send(new DeletePolicyCommand({ PolicyArn })));
    assert.equal(deletion.message, 'Cannot delete a policy attached to entities.');
  });

  test('are refused with IAM words when they are no policies', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const create = (PolicyDocument: string) =>
      refusal(iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument })));
    assert.deepEqual(await create('{'), {
      code: 'MalformedPolicyDocument',
      message: 'Syntax errors in policy.',
      status: 400,
    });
    const long = allow(Array.from({ length: 400 }, (_, index) => `ec2:Describe${index}`.padEnd(20, 'x')));
    assert.equal((await create(long)).message, 'Cannot exceed quota for PolicySize: 6144');
  });
});

describe('inline policies', () => {
  test('are named regardless of case, keep the first spelling, and come back percent-encoded', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const UserName = 'john';
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(
      new PutUserPolicyCommand({ UserName, PolicyName: 'Mixed', PolicyDocument: allow('ec2:*') }),
    );
    await iam.send(
      new PutUserPolicyCommand({ UserName, PolicyName: 'MIXED', PolicyDocument: allow('kms:*') }),
    );
    const { PolicyNames } = await iam.send(new ListUserPoliciesCommand({ UserName }));
    assert.deepEqual(PolicyNames, ['Mixed']);
    const got = await iam.send(new GetUserPolicyCommand({ UserName, PolicyName: 'mixed' }));
    assert.equal(decodeURIComponent(got.PolicyDocument ?? ''), allow('kms:*'));
    assert.ok(got.PolicyDocument?.startsWith('%7B%22Version%22'));
    assert.deepEqual(await refusal(iam.send(new GetUserPolicyCommand({ UserName, PolicyName: 'none' }))), {
      code: 'NoSuchEntity',
      message: 'The user policy with name none cannot be found.',
      status: 404,
    });
  });

  test('of one user may have 2048 characters together, white space not counted', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const UserName = 'john';
    await iam.send(new CreateUserCommand({ UserName }));
    const PolicyDocument = allow(Array.from({ length: 60 }, (_, index) => `ec2:Describe${index}`));
    const spacious = PolicyDocument.replaceAll(',', ',\n         ');
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'a', PolicyDocument: spacious }));
    assert.deepEqual(
      await refusal(iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'b', PolicyDocument }))),
      {
        code: 'LimitExceeded',
        message: 'Maximum policy size of 2048 bytes exceeded for user john',
        status: 409,
      },
    );
  });
});

describe('groups', () => {
  test('list their users and are listed for them', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    await iam.send(new CreateUserCommand({ UserName: 'john' }));
    const { Group } = await iam.send(new CreateGroupCommand({ GroupName: 'g', Path: '/p/' }));
    await iam.send(new AddUserToGroupCommand({ UserName: 'john', GroupName: 'g' }));
    await iam.send(new AddUserToGroupCommand({ UserName: 'john', GroupName: 'g' }));
    const got = await iam.send(new GetGroupCommand({ GroupName: 'g' }));
    assert.deepEqual([got.Group, got.Users?.map(({ UserName }) => UserName)], [Group, ['john']]);
    const { Groups } = await iam.send(new ListGroupsForUserCommand({ UserName: 'john' }));
    assert.deepEqual(Groups, [Group]);
    assert.equal(
      (await refusal(iam.send(new DeleteGroupCommand({ GroupName: 'g' })))).message,
      'Cannot delete entity, must remove users from group first.',
    );
  });

  test('are deleted once they have no policy left, of either kind', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const GroupName = 'g';
    const remove = () => iam.send(new DeleteGroupCommand({ GroupName }));
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    const inline = { GroupName, PolicyName: 'own' };
    await iam.send(new CreateGroupCommand({ GroupName }));
    await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }));
    await iam.send(new PutGroupPolicyCommand({ ...inline, PolicyDocument: policy(statement('kms:*')) }));
    assert.match((await refusal(remove())).message, /must detach all policies first\.$/);
    await iam.send(new DetachGroupPolicyCommand({ GroupName, PolicyArn }));
    assert.match((await refusal(remove())).message, /must delete policies first\.$/);
    await iam.send(new DeleteGroupPolicyCommand(inline));
    await remove();
    assert.equal((await refusal(iam.send(new GetGroupCommand({ GroupName })))).code, 'NoSuchEntity');
  });
});

describe('roles', () => {
  test('show the ARN of whom they trust, and the bare id once that one is deleted', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const { User } = await iam.send(new CreateUserCommand({ UserName: 'john' }));
    const AWS = User!.Arn!;
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust({ AWS }) }),
    );
    assert.match(Role?.RoleId ?? '', /^AROA[A-Z2-7]{17}$/);
    assert.equal((await iam.send(new GetRoleCommand({ RoleName: 'r' }))).Role?.MaxSessionDuration, 3600);
    const trusted = async () => {
      const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: 'r' }));
      return JSON.parse(decodeURIComponent(role!.AssumeRolePolicyDocument!)).Statement[0].Principal;
    };
    assert.deepEqual(await trusted(), { AWS });
    await iam.send(new DeleteUserCommand({ UserName: 'john' }));
    assert.deepEqual(await trusted(), { AWS: User?.UserId });
    await iam.send(new CreateUserCommand({ UserName: 'john' }));
    assert.deepEqual(await trusted(), { AWS: User?.UserId });
    await iam.send(new DeleteRoleCommand({ RoleName: 'r' }));
  });

  test('trust nobody who does not exist', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const AWS = `arn:aws:iam::${ACCOUNT}:user/nobody`;
    assert.deepEqual(
      await refusal(
        iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust({ AWS }) })),
      ),
      {
        code: 'MalformedPolicyDocument',
        message: `Invalid principal in policy: "AWS":"${AWS}"`,
        status: 400,
      },
    );
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust({ AWS: ACCOUNT }) }),
    );
    const principal = (document = '') => JSON.parse(decodeURIComponent(document)).Statement[0].Principal;
    assert.deepEqual(principal(Role?.AssumeRolePolicyDocument), { AWS: ACCOUNT });
    const { Role: shown } = await iam.send(new GetRoleCommand({ RoleName: 'r' }));
    assert.deepEqual(principal(shown?.AssumeRolePolicyDocument), { AWS: `arn:aws:iam::${ACCOUNT}:root` });
  });

  test('trust services that exist, in IAM and in key policies', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const kms = server.client(KMSClient);
    const answer = async (work: Promise<unknown>) =>
      work.then(
        () => 'taken',
        (error) => `${error.name}: ${error.message}`,
      );
    const names: readonly (readonly [string, boolean])[] = [
      ['ec2.amazonaws.com', true],
      ['ecs-tasks.amazonaws.com', true],
      ['logs.eu-west-1.amazonaws.com', true],
      ['us-east-1.supportauthz.amazonaws.com', true],
      ['malware-protection.guardduty.amazonaws.com', true],
      ['ec2.amazonaws.com.cn', true],
      // Of Route 53's signing, of Fargate's pods on EKS: named as no action is.
      ['dnssec-route53.amazonaws.com', true],
      ['eks-fargate-pods.amazonaws.com', true],
      ['nope.amazonaws.com', false],
      ['eu-west-1.amazonaws.com', false],
      ['ec2.example.com', false],
    ];
    for (const [Service, exists] of names) {
      const role = { RoleName: Service, AssumeRolePolicyDocument: trust({ Service }) };
      const Policy = policy(
        statement('kms:*', { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }),
        statement('kms:Decrypt', { Principal: { Service } }),
      );
      assert.deepEqual(
        [
          await answer(iam.send(new CreateRoleCommand(role))),
          await answer(kms.send(new CreateKeyCommand({ Policy }))),
        ],
        exists
          ? ['taken', 'taken']
          : [
              `MalformedPolicyDocumentException: Invalid principal in policy: "SERVICE":"${Service}"`,
              'MalformedPolicyDocumentException: Policy contains a statement with one or more invalid principals.',
            ],
      );
    }
  });

  test('of no user list no attachments', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    await iam.send(new CreateUserCommand({ UserName: 'john' }));
    const listed = await iam.send(new ListAttachedUserPoliciesCommand({ UserName: 'john' }));
    assert.deepEqual(listed.AttachedPolicies, []);
  });
});
