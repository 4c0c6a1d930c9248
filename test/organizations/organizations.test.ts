/** Organizations: the tree of accounts, and the policies that hold them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CreateVolumeCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  CreateUserCommand,
  GetRoleCommand,
  IAMClient,
  ListUsersCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateGrantCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EncryptCommand,
  KMSClient,
  ListGrantsCommand,
  ListKeysCommand,
  RetireGrantCommand,
} from '@aws-sdk/client-kms';
import {
  AttachPolicyCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DeleteOrganizationalUnitCommand,
  DeleteOrganizationCommand,
  DeletePolicyCommand,
  DescribeAccountCommand,
  DescribeCreateAccountStatusCommand,
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  DetachPolicyCommand,
  DisablePolicyTypeCommand,
  EnablePolicyTypeCommand,
  LeaveOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListPoliciesCommand,
  ListPoliciesForTargetCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  ListTargetsForPolicyCommand,
  MoveAccountCommand,
  OrganizationsClient,
  TagResourceCommand,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ACCOUNT, allowing, policy, rootOf, userWith, ZONE } from '../worlds/account.ts';
import { type Credentials, refusal, startServerFor, type TestServer } from '../worlds/server.ts';

const deny = (Action: string, more: object = {}) =>
  policy({ Effect: 'Deny', Action, Resource: '*', ...more });

interface Tree {
  readonly server: TestServer;
  readonly organizations: OrganizationsClient;
  readonly rootId: string;
  /** A member account, its root, and a client of its organization. */
  readonly member: { readonly id: string; readonly root: Credentials };
}

async function createAccount(
  server: TestServer,
  organizations: OrganizationsClient,
  AccountName: string,
  Email = `${AccountName}@example.com`,
) {
  const { CreateAccountStatus } = await organizations.send(new CreateAccountCommand({ AccountName, Email }));
  assert.equal(CreateAccountStatus?.State, 'IN_PROGRESS');
  await server.settled();
  const CreateAccountRequestId = CreateAccountStatus!.Id!;
  const described = await organizations.send(
    new DescribeCreateAccountStatusCommand({ CreateAccountRequestId }),
  );
  return described.CreateAccountStatus!;
}

async function plant(t: Parameters<typeof startServerFor>[0]): Promise<Tree> {
  const server = await startServerFor(t);
  const organizations = server.client(OrganizationsClient);
  await organizations.send(new CreateOrganizationCommand({}));
  const { Roots } = await organizations.send(new ListRootsCommand({}));
  const { AccountId } = await createAccount(server, organizations, 'member');
  const member = { id: AccountId!, root: await server.root(AccountId) };
  return { server, organizations, rootId: Roots![0]!.Id!, member };
}

async function enable(
  { organizations, rootId }: Tree,
  PolicyType: 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY',
) {
  await organizations.send(new EnablePolicyTypeCommand({ RootId: rootId, PolicyType }));
}

async function attach(
  { organizations }: Tree,
  TargetId: string,
  Content: string,
  Type: 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY' = 'SERVICE_CONTROL_POLICY',
): Promise<string> {
  const { Policy } = await organizations.send(
    new CreatePolicyCommand({
      Name: `policy for ${TargetId} ${Content.length}`,
      Description: '',
      Type,
      Content,
    }),
  );
  const PolicyId = Policy!.PolicySummary!.Id!;
  await organizations.send(new AttachPolicyCommand({ PolicyId, TargetId }));
  return PolicyId;
}

/** A user of the management account who may do everything. */
async function adminOf(server: TestServer): Promise<STSClient> {
  return server.client(STSClient, await userWith(server, 'admin', allowing('*')));
}

describe('an organization', () => {
  test('is made, described and ended by its management account', async (t) => {
    const server = await startServerFor(t);
    const organizations = server.client(OrganizationsClient);
    assert.deepEqual(await refusal(organizations.send(new DescribeOrganizationCommand({}))), {
      code: 'AWSOrganizationsNotInUseException',
      message: 'Your account is not a member of an organization.',
      status: 400,
    });
    const { Organization } = await organizations.send(new CreateOrganizationCommand({}));
    assert.match(Organization?.Id ?? '', /^o-[a-z0-9]{10}$/);
    assert.equal(Organization?.MasterAccountId, ACCOUNT);
    assert.equal(Organization?.Arn, `arn:aws:organizations::${ACCOUNT}:organization/${Organization?.Id}`);
    assert.deepEqual(
      (await organizations.send(new DescribeOrganizationCommand({}))).Organization,
      Organization,
    );
    const RoleName = 'AWSServiceRoleForOrganizations';
    assert.ok((await server.client(IAMClient).send(new GetRoleCommand({ RoleName }))).Role);
    assert.equal(
      (await refusal(organizations.send(new CreateOrganizationCommand({})))).code,
      'AlreadyInOrganizationException',
    );
    const { Roots } = await organizations.send(new ListRootsCommand({}));
    assert.match(Roots?.[0]?.Id ?? '', /^r-[a-z0-9]{4}$/);
    assert.deepEqual(Roots?.[0]?.PolicyTypes, []);
    await organizations.send(new DeleteOrganizationCommand({}));
    assert.equal(
      (await refusal(organizations.send(new ListRootsCommand({})))).code,
      'AWSOrganizationsNotInUseException',
    );
  });

  test('has units in units, each name once a parent', async (t) => {
    const { organizations, rootId, member } = await plant(t);
    const create = (ParentId: string, Name: string) =>
      organizations.send(new CreateOrganizationalUnitCommand({ ParentId, Name }));
    const { OrganizationalUnit: outer } = await create(rootId, 'outer');
    assert.match(outer?.Id ?? '', new RegExp(`^ou-${rootId.slice(2)}-[a-z0-9]{8}$`));
    assert.equal(
      (await refusal(create(rootId, 'outer'))).message,
      'An OU with the same name already exists.',
    );
    const { OrganizationalUnit: inner } = await create(outer!.Id!, 'outer');
    assert.equal((await refusal(create('ou-zzzz-zzzzzzzz', 'x'))).code, 'ParentNotFoundException');
    const move = (SourceParentId: string, DestinationParentId: string) =>
      organizations.send(
        new MoveAccountCommand({ AccountId: member.id, SourceParentId, DestinationParentId }),
      );
    await move(rootId, inner!.Id!);
    assert.equal((await refusal(move(rootId, outer!.Id!))).code, 'SourceParentNotFoundException');
    // An account is nobody's parent.
    assert.equal((await refusal(move(inner!.Id!, member.id))).code, 'InvalidInputException');
    const { Parents } = await organizations.send(new ListParentsCommand({ ChildId: member.id }));
    assert.deepEqual(Parents, [{ Id: inner?.Id, Type: 'ORGANIZATIONAL_UNIT' }]);
    const under = await organizations.send(new ListAccountsForParentCommand({ ParentId: inner!.Id! }));
    assert.deepEqual(
      under.Accounts?.map(({ Id }) => Id),
      [member.id],
    );
    const units = await organizations.send(new ListOrganizationalUnitsForParentCommand({ ParentId: rootId }));
    assert.deepEqual(
      units.OrganizationalUnits?.map(({ Id }) => Id),
      [outer?.Id],
    );
    const OrganizationalUnitId = inner!.Id!;
    assert.equal(
      (await refusal(organizations.send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId })))).code,
      'OrganizationalUnitNotEmptyException',
    );
    await move(inner!.Id!, rootId);
    await organizations.send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId }));
  });
});

describe('accounts', () => {
  test('are made usable, with a role for the management account', async (t) => {
    const { server, organizations, member } = await plant(t);
    const { Account } = await organizations.send(new DescribeAccountCommand({ AccountId: member.id }));
    assert.deepEqual(
      [Account?.Name, Account?.Email, Account?.Status, Account?.JoinedMethod],
      ['member', 'member@example.com', 'ACTIVE', 'CREATED'],
    );
    const identity = await server.client(STSClient, member.root).send(new GetCallerIdentityCommand({}));
    assert.equal(identity.Arn, `arn:aws:iam::${member.id}:root`);
    const admin = await adminOf(server);
    const { Credentials: given } = await admin.send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${member.id}:role/OrganizationAccountAccessRole`,
        RoleSessionName: 'visit',
      }),
    );
    const visitor = server.client(IAMClient, {
      accessKeyId: given!.AccessKeyId!,
      secretAccessKey: given!.SecretAccessKey!,
      sessionToken: given!.SessionToken,
    });
    await visitor.send(new CreateUserCommand({ UserName: 'within' }));
    const { Users } = await server.client(IAMClient, member.root).send(new ListUsersCommand({}));
    assert.deepEqual(
      Users?.map(({ UserName }) => UserName),
      ['within'],
    );
  });

  test('are asked for by their ids', async (t) => {
    const { organizations } = await plant(t);
    await assert.rejects(organizations.send(new DescribeAccountCommand({ AccountId: 'mine' })), {
      name: 'InvalidInputException',
      message: 'You provided a value that does not match the required pattern.',
      Reason: 'INVALID_PATTERN',
    });
  });

  test('have an email of their own, and may leave', async (t) => {
    const { server, organizations, member } = await plant(t);
    const failed = await createAccount(server, organizations, 'twin', 'Member@example.com');
    assert.deepEqual([failed.State, failed.FailureReason], ['FAILED', 'EMAIL_ALREADY_EXISTS']);
    const own = server.client(OrganizationsClient, member.root);
    assert.equal(
      (await own.send(new DescribeOrganizationCommand({}))).Organization?.MasterAccountId,
      ACCOUNT,
    );
    assert.deepEqual(await refusal(own.send(new ListAccountsCommand({}))), {
      code: 'AccessDeniedException',
      message: "You don't have permissions to access this resource.",
      status: 400,
    });
    assert.equal(
      (await refusal(organizations.send(new LeaveOrganizationCommand({})))).code,
      'MasterCannotLeaveOrganizationException',
    );
    await own.send(new LeaveOrganizationCommand({}));
    assert.equal((await organizations.send(new ListAccountsCommand({}))).Accounts?.length, 1);
  });
});

describe('service control policies', () => {
  test('hold member accounts, their root too, and never the management account', async (t) => {
    const tree = await plant(t);
    const { server, member, rootId } = tree;
    await enable(tree, 'SERVICE_CONTROL_POLICY');
    await attach(tree, rootId, deny('iam:ListUsers'));
    const own = server.client(IAMClient, member.root);
    const refused = await refusal(own.send(new ListUsersCommand({})));
    const { text } = await server.ask<{ text: string }>('explain', { subject: refused.message });
    assert.match(text, new RegExp(`service control policy \\S+ on the root \\(${rootId}\\)`));
    assert.deepEqual(refused, {
      code: 'AccessDenied',
      message:
        `User: arn:aws:iam::${member.id}:root is not authorized to perform: iam:ListUsers on resource: ` +
        `arn:aws:iam::${member.id}:user/ with an explicit deny in a service control policy`,
      status: 403,
    });
    await own.send(new CreateUserCommand({ UserName: 'x' }));
    await server.client(IAMClient).send(new ListUsersCommand({}));
  });

  test('must allow on every level, and follow an account that is moved', async (t) => {
    const tree = await plant(t);
    const { server, organizations, member, rootId } = tree;
    await enable(tree, 'SERVICE_CONTROL_POLICY');
    const { OrganizationalUnit } = await organizations.send(
      new CreateOrganizationalUnitCommand({ ParentId: rootId, Name: 'kms only' }),
    );
    const unit = OrganizationalUnit!.Id!;
    const allowing = await attach(tree, unit, policy({ Effect: 'Allow', Action: 'kms:*', Resource: '*' }));
    await organizations.send(new DetachPolicyCommand({ PolicyId: 'p-FullAWSAccess', TargetId: unit }));
    const own = server.client(IAMClient, member.root);
    await own.send(new ListUsersCommand({}));
    await organizations.send(
      new MoveAccountCommand({ AccountId: member.id, SourceParentId: rootId, DestinationParentId: unit }),
    );
    assert.equal((await refusal(own.send(new ListUsersCommand({})))).code, 'AccessDenied');
    await server.client(KMSClient, member.root).send(new CreateKeyCommand({}));
    assert.deepEqual(
      await refusal(organizations.send(new DetachPolicyCommand({ PolicyId: allowing, TargetId: unit }))),
      {
        code: 'ConstraintViolationException',
        message:
          'You cannot remove the last policy attached to the specified target. You must have at least one attached ' +
          'at all times.',
        status: 400,
      },
    );
    await organizations.send(
      new UpdatePolicyCommand({
        PolicyId: allowing,
        Content: policy({ Effect: 'Allow', Action: 'iam:*', Resource: '*' }),
      }),
    );
    await own.send(new ListUsersCommand({}));
  });

  const RCP = policy({ Effect: 'Deny', Principal: '*', Action: 'kms:Encrypt', Resource: '*' });

  test('are ten or five to a target at most, by their type', async (t) => {
    const tree = await plant(t);
    const { organizations, member } = tree;
    const target = member.id;
    for (const [Type, most, Content] of [
      ['SERVICE_CONTROL_POLICY', 10, deny('sqs:*')],
      ['RESOURCE_CONTROL_POLICY', 5, RCP],
    ] as const) {
      await enable(tree, Type);
      const another = async (Name: string) => {
        const { Policy } = await organizations.send(
          new CreatePolicyCommand({ Name, Description: '', Type, Content }),
        );
        const PolicyId = Policy!.PolicySummary!.Id!;
        await organizations.send(new AttachPolicyCommand({ PolicyId, TargetId: target }));
      };
      // AWS's own, that allows everything, is one of them.
      for (let count = 1; count < most; count++) await another(`no ${count}`);
      const refused = await refusal(another('one more'));
      assert.equal(refused.code, 'ConstraintViolationException');
      assert.match(refused.message, /maximum number of policies of this type/);
      const { Policies } = await organizations.send(
        new ListPoliciesForTargetCommand({ TargetId: target, Filter: Type }),
      );
      assert.equal(Policies!.length, most);
    }
    // AWS's own of this type stays, whatever else is attached.
    const detach = new DetachPolicyCommand({ PolicyId: 'p-RCPFullAWSAccess', TargetId: target });
    assert.match((await refusal(organizations.send(detach))).message, /cannot remove the last policy/);
  });

  test('have 10,240 or 5,120 characters at most, by their type', async (t) => {
    const { organizations } = await plant(t);
    for (const [Type, most, content] of [
      ['SERVICE_CONTROL_POLICY', 10_240, deny('sqs:*')],
      ['RESOURCE_CONTROL_POLICY', 5120, RCP],
    ] as const) {
      const ofLength = (length: number) => content + ' '.repeat(length - content.length);
      const create = (Content: string) =>
        organizations.send(
          new CreatePolicyCommand({ Name: String(Content.length), Description: '', Type, Content }),
        );
      const { Policy } = await create(ofLength(most));
      const PolicyId = Policy!.PolicySummary!.Id!;
      for (const call of [
        create(ofLength(most + 1)),
        organizations.send(new UpdatePolicyCommand({ PolicyId, Content: ofLength(most + 1) })),
      ])
        assert.match((await refusal(call)).message, /maximum length of the policy content/);
    }
  });

  test('do not hold while their type is disabled', async (t) => {
    const tree = await plant(t);
    const { server, organizations, member, rootId } = tree;
    const { Policy } = await organizations.send(
      new CreatePolicyCommand({
        Name: 'no lists',
        Description: 'd',
        Type: 'SERVICE_CONTROL_POLICY',
        Content: deny('iam:ListUsers'),
      }),
    );
    const PolicyId = Policy!.PolicySummary!.Id!;
    const attachIt = new AttachPolicyCommand({ PolicyId, TargetId: rootId });
    assert.equal((await refusal(organizations.send(attachIt))).code, 'PolicyTypeNotEnabledException');
    await enable(tree, 'SERVICE_CONTROL_POLICY');
    await organizations.send(attachIt);
    assert.equal((await refusal(organizations.send(attachIt))).code, 'DuplicatePolicyAttachmentException');
    const own = server.client(IAMClient, member.root);
    assert.equal((await refusal(own.send(new ListUsersCommand({})))).code, 'AccessDenied');
    await organizations.send(
      new DisablePolicyTypeCommand({ RootId: rootId, PolicyType: 'SERVICE_CONTROL_POLICY' }),
    );
    await own.send(new ListUsersCommand({}));
  });

  test('are listed by target and by type, and deleted when nothing has them', async (t) => {
    const tree = await plant(t);
    const { organizations, member, rootId } = tree;
    await enable(tree, 'SERVICE_CONTROL_POLICY');
    const PolicyId = await attach(tree, member.id, deny('iam:*'));
    const Filter = 'SERVICE_CONTROL_POLICY' as const;
    const ofTarget = await organizations.send(
      new ListPoliciesForTargetCommand({ TargetId: member.id, Filter }),
    );
    assert.deepEqual(ofTarget.Policies?.map(({ Id }) => Id).sort(), ['p-FullAWSAccess', PolicyId].sort());
    const all = await organizations.send(new ListPoliciesCommand({ Filter }));
    assert.deepEqual(
      all.Policies?.map(({ Id, AwsManaged }) => [Id, AwsManaged]).sort(),
      [
        ['p-FullAWSAccess', true],
        [PolicyId, false],
      ].sort(),
    );
    const { Targets } = await organizations.send(new ListTargetsForPolicyCommand({ PolicyId }));
    assert.deepEqual(
      Targets?.map(({ TargetId, Name, Type }) => [TargetId, Name, Type]),
      [[member.id, 'member', 'ACCOUNT']],
    );
    const full = await organizations.send(new ListTargetsForPolicyCommand({ PolicyId: 'p-FullAWSAccess' }));
    assert.deepEqual(
      full.Targets?.map(({ TargetId }) => TargetId).sort(),
      [ACCOUNT, member.id, rootId].sort(),
    );
    const described = await organizations.send(new DescribePolicyCommand({ PolicyId }));
    assert.equal(described.Policy?.Content, deny('iam:*'));
    assert.equal(
      (await refusal(organizations.send(new DeletePolicyCommand({ PolicyId })))).code,
      'PolicyInUseException',
    );
    await organizations.send(new DetachPolicyCommand({ PolicyId, TargetId: member.id }));
    await organizations.send(new DeletePolicyCommand({ PolicyId }));
    assert.deepEqual(await refusal(organizations.send(new DescribePolicyCommand({ PolicyId }))), {
      code: 'PolicyNotFoundException',
      message: "You specified a policy that doesn't exist.",
      status: 400,
    });
  });

  test('are refused when they are none', async (t) => {
    const { organizations } = await plant(t);
    const create = (Content: string) =>
      refusal(
        organizations.send(
          new CreatePolicyCommand({ Name: 'p', Description: 'd', Type: 'SERVICE_CONTROL_POLICY', Content }),
        ),
      );
    assert.equal((await create('{}')).code, 'MalformedPolicyDocumentException');
    const withPrincipal = policy({ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' });
    assert.equal((await create(withPrincipal)).code, 'MalformedPolicyDocumentException');
    assert.equal((await create(deny('a'.repeat(10_300)))).code, 'ConstraintViolationException');
  });
});

describe('resource control policies', () => {
  test('hold the resources of members against everybody, but those of the management account not', async (t) => {
    const tree = await plant(t);
    const { server, member, rootId } = tree;
    await enable(tree, 'RESOURCE_CONTROL_POLICY');
    const theirs = server.client(KMSClient, member.root);
    const { KeyMetadata } = await theirs.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata!.Arn!;
    const encrypt = new EncryptCommand({ KeyId, Plaintext: Buffer.from('secret') });
    await theirs.send(encrypt);
    await attach(tree, rootId, deny('kms:Encrypt', { Principal: '*' }), 'RESOURCE_CONTROL_POLICY');
    assert.match(
      (await refusal(theirs.send(encrypt))).message,
      /with an explicit deny in a resource control policy$/,
    );
    await theirs.send(new DescribeKeyCommand({ KeyId }));
    await attach(tree, rootId, deny('sts:AssumeRole', { Principal: '*' }), 'RESOURCE_CONTROL_POLICY');
    const admin = await adminOf(server);
    const RoleArn = `arn:aws:iam::${member.id}:role/OrganizationAccountAccessRole`;
    assert.equal(
      (await refusal(admin.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'visit' })))).code,
      'AccessDenied',
    );
    await server.client(IAMClient, member.root).send(new ListUsersCommand({}));
    // What names no resource is none of theirs, nor is the end of a grant (aws-facts G1.8).
    const grantOf = (key: string) =>
      theirs.send(
        new CreateGrantCommand({
          KeyId: key,
          GranteePrincipal: rootOf(member.id),
          RetiringPrincipal: rootOf(member.id),
          Operations: ['Decrypt'],
        }),
      );
    const { GrantId } = await grantOf(KeyId);
    await attach(tree, rootId, deny('kms:*', { Principal: '*' }), 'RESOURCE_CONTROL_POLICY');
    for (const refused of [new DescribeKeyCommand({ KeyId }), new ListGrantsCommand({ KeyId })])
      assert.equal((await refusal(theirs.send(refused as DescribeKeyCommand))).code, 'AccessDeniedException');
    await theirs.send(new ListKeysCommand({}));
    await theirs.send(new CreateKeyCommand({}));
    await theirs.send(new RetireGrantCommand({ KeyId, GrantId }));
    // Nor are AWS's own keys.
    const ec2 = server.client(EC2Client, member.root);
    await ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, Encrypted: true }));
    const managed = { KeyId: 'alias/aws/ebs' };
    await theirs.send(new DescribeKeyCommand(managed));
    const { users } = await server.ask<{ users: { who: string }[] }>('who-can', {
      accountId: member.id,
      key: managed.KeyId,
      action: 'kms:DescribeKey',
    });
    assert.ok(users.some(({ who }) => /^the root user/.test(who)));
    const can = {
      accountId: member.id,
      principal: 'root',
      resource: managed.KeyId,
      action: 'kms:DescribeKey',
    };
    const verdict = async (resource: string) =>
      (await server.ask<{ verdict: string }>('can', { ...can, resource })).verdict;
    assert.equal(await verdict(managed.KeyId), 'allowed');
    assert.equal(await verdict(KeyId), 'denied');
    const ours = server.client(KMSClient);
    const own = await ours.send(new CreateKeyCommand({}));
    await ours.send(new EncryptCommand({ KeyId: own.KeyMetadata!.Arn!, Plaintext: Buffer.from('secret') }));
  });
});

test('an organization is a condition for policies', async (t) => {
  const { server, organizations, member } = await plant(t);
  const { Organization } = await organizations.send(new DescribeOrganizationCommand({}));
  const iam = server.client(IAMClient);
  const AssumeRolePolicyDocument = policy({
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'aws:PrincipalOrgID': Organization?.Id } },
  });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'shared', AssumeRolePolicyDocument }));
  const userOf = async (root: Credentials) => {
    const own = server.client(IAMClient, root);
    const UserName = 'worker';
    await own.send(new CreateUserCommand({ UserName }));
    const PolicyDocument = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' });
    await own.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument }));
    const { AccessKey } = await own.send(new CreateAccessKeyCommand({ UserName }));
    return server.client(STSClient, {
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    });
  };
  const assume = new AssumeRoleCommand({ RoleArn: Role!.Arn!, RoleSessionName: 'work' });
  assert.ok((await (await userOf(member.root)).send(assume)).Credentials);
  const stranger = await userOf(await server.root('210987654321'));
  assert.equal((await refusal(stranger.send(assume))).code, 'AccessDenied');
});

test('parts of an organization carry tags', async (t) => {
  const { organizations, member } = await plant(t);
  const ResourceId = member.id;
  await organizations.send(new TagResourceCommand({ ResourceId, Tags: [{ Key: 'stage', Value: 'test' }] }));
  const { Tags } = await organizations.send(new ListTagsForResourceCommand({ ResourceId }));
  assert.deepEqual(Tags, [{ Key: 'stage', Value: 'test' }]);
});

test('whoever may not make the service-linked role makes no organization', async (t) => {
  const server = await startServerFor(t);
  const iam = server.client(IAMClient);
  await iam.send(new CreateUserCommand({ UserName: 'half' }));
  await iam.send(
    new PutUserPolicyCommand({
      UserName: 'half',
      PolicyName: 'p',
      PolicyDocument: policy({ Effect: 'Allow', Action: 'organizations:*', Resource: '*' }),
    }),
  );
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'half' }));
  const half = server.client(OrganizationsClient, {
    accessKeyId: AccessKey!.AccessKeyId!,
    secretAccessKey: AccessKey!.SecretAccessKey!,
  });
  assert.equal(
    (await refusal(half.send(new CreateOrganizationCommand({})))).code,
    'AccessDeniedForDependencyException',
  );
  await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: 'organizations.amazonaws.com' }));
  assert.equal(
    (await refusal(half.send(new DescribeOrganizationCommand({})))).code,
    'AWSOrganizationsNotInUseException',
  );
});

test('five accounts at a time may be in the making', async (t) => {
  const server = await startServerFor(t, { delays: 1 });
  const organizations = server.client(OrganizationsClient);
  await organizations.send(new CreateOrganizationCommand({}));
  const create = (name: string) =>
    organizations.send(new CreateAccountCommand({ AccountName: name, Email: `${name}@example.com` }));
  for (const name of ['a', 'b', 'c', 'd', 'e']) await create(name);
  const refused = await refusal(create('f'));
  assert.equal(refused.code, 'ConstraintViolationException');
  assert.match(refused.message, /in progress at a time/);
  await server.advance(10_000);
  await create('f');
});
