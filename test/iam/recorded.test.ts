/** IAM, STS and Organizations as AWS answered when it was recorded, and what creations that bring tags ask for. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as sdk from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateAccountCommand,
  CreatePolicyCommand as CreateControlPolicyCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { ACCOUNT, newUser, policy, statement, trust } from '../worlds/account.ts';
import { codeAndMessage, startServerFor, type TestServer } from '../worlds/server.ts';

let server: TestServer;
let iam: sdk.IAMClient;
before(async () => {
  server = await startServerFor(undefined);
  iam = server.client(sdk.IAMClient);
});
after(() => server.close());

const TRUST = trust({ Service: 'ec2.amazonaws.com' });

test('what is asked of something that is not there, or is no such thing', async () => {
  const account = `arn:aws:iam::${ACCOUNT}`;
  await iam.send(new sdk.CreateUserCommand({ UserName: 'attached' }));
  await iam.send(new sdk.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'twice' }));
  const none = `${account}:policy/none`;
  const notPolicy = `${account}:not_a_policy/x`;
  const key = 'AKIAIOSFODNN7EXAMPLE';
  const device = `${account}:mfa/none`;
  const provider = `${account}:oidc-provider/none.com`;
  const noVersion = ['NoSuchEntity', `Policy ${none} version v1 does not exist or is not attachable.`];
  const noDevice = ['NoSuchEntity', `MFA Device with serial number ${device} does not exist.`];
  const attach = (PolicyArn: string) => new sdk.AttachUserPolicyCommand({ UserName: 'attached', PolicyArn });
  const rows: readonly (readonly [object, readonly string[]])[] = [
    [attach('longpolicynamebutnoarn'), ['ValidationError', 'ARN longpolicynamebutnoarn is not valid.']],
    [attach(notPolicy), ['InvalidInput', `ARN ${notPolicy} is not valid.`]],
    [
      new sdk.PutUserPermissionsBoundaryCommand({ UserName: 'attached', PermissionsBoundary: notPolicy }),
      ['InvalidInput', `ARN ${notPolicy} is not valid.`],
    ],
    [new sdk.GetPolicyVersionCommand({ PolicyArn: none, VersionId: 'v1' }), noVersion],
    [new sdk.SetDefaultPolicyVersionCommand({ PolicyArn: none, VersionId: 'v1' }), noVersion],
    [new sdk.DeletePolicyVersionCommand({ PolicyArn: none, VersionId: 'v1' }), noVersion],
    [
      new sdk.GetAccessKeyLastUsedCommand({ AccessKeyId: key }),
      [
        'AccessDenied',
        `User: ${account}:root is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${key}`,
      ],
    ],
    [
      new sdk.DeleteAccountPasswordPolicyCommand({}),
      ['NoSuchEntity', 'The account policy with name PasswordPolicy cannot be found.'],
    ],
    [
      new sdk.RemoveUserFromGroupCommand({ GroupName: 'none', UserName: 'nobody' }),
      ['NoSuchEntity', 'The user with name nobody cannot be found.'],
    ],
    [new sdk.DeleteVirtualMFADeviceCommand({ SerialNumber: device }), noDevice],
    [new sdk.DeactivateMFADeviceCommand({ UserName: 'attached', SerialNumber: device }), noDevice],
    [
      new sdk.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'twice' }),
      ['EntityAlreadyExists', 'MFA device already exists.'],
    ],
    [
      new sdk.DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: provider }),
      ['NoSuchEntity', `OpenId connect Provider ${provider} cannot be found.`],
    ],
    [
      new sdk.CreatePolicyCommand({
        PolicyName: 'tagged',
        PolicyDocument: policy(statement('ec2:*')),
        Tags: [
          { Key: 'a', Value: '' },
          { Key: 'a', Value: '' },
        ],
      }),
      ['InvalidInput', 'Duplicate tag keys found.'],
    ],
    [
      new sdk.UntagUserCommand({ UserName: 'attached', TagKeys: ['%'] }),
      [
        'ValidationError',
        "1 validation error detected: Value at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: " +
          '[Member must have length less than or equal to 128, Member must have length greater than or equal to 1, ' +
          'Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+, Member must not be null]',
      ],
    ],
  ];
  for (const [command, expected] of rows) {
    // biome-ignore lint/suspicious/noExplicitAny: any command of the client
    assert.deepEqual(await codeAndMessage(iam.send(command as any)), expected);
  }
});

test('credentials for single services', async () => {
  const UserName = 'git';
  await iam.send(new sdk.CreateUserCommand({ UserName }));
  const create = (ServiceName: string) =>
    iam.send(new sdk.CreateServiceSpecificCredentialCommand({ UserName, ServiceName }));
  const list = async (ServiceName?: string) =>
    (await iam.send(new sdk.ListServiceSpecificCredentialsCommand({ UserName, ServiceName })))
      .ServiceSpecificCredentials;
  const noService = ['NoSuchEntity', 'No such service nosuch is supported for Service Specific Credentials'];
  assert.deepEqual(await codeAndMessage(create('nosuch')), noService);
  assert.deepEqual(await codeAndMessage(list('nosuch')), noService);

  const { ServiceSpecificCredential: made } = await create('codecommit.amazonaws.com');
  const id = { UserName, ServiceSpecificCredentialId: made!.ServiceSpecificCredentialId! };
  assert.match(made!.ServiceSpecificCredentialId!, /^ACCA[A-Z2-7]{17}$/);
  assert.equal(made!.ServiceUserName, `git-at-${ACCOUNT}`);
  const { ServicePassword: password, ...shown } = made!;
  assert.deepEqual(await list('codecommit.amazonaws.com'), [shown]);
  assert.deepEqual(await list('cassandra.amazonaws.com'), []);
  const reset = await iam.send(new sdk.ResetServiceSpecificCredentialCommand(id));
  assert.notEqual(reset.ServiceSpecificCredential?.ServicePassword, password);
  await iam.send(new sdk.UpdateServiceSpecificCredentialCommand({ ...id, Status: 'Inactive' }));
  assert.deepEqual(await list(), [{ ...shown, Status: 'Inactive' }]);
  assert.deepEqual(await codeAndMessage(iam.send(new sdk.DeleteUserCommand({ UserName }))), [
    'DeleteConflict',
    'Cannot delete entity, must remove referenced objects first.',
  ]);
  await iam.send(new sdk.DeleteServiceSpecificCredentialCommand(id));
  assert.deepEqual(await codeAndMessage(iam.send(new sdk.DeleteServiceSpecificCredentialCommand(id))), [
    'NoSuchEntity',
    `No such credential ${id.ServiceSpecificCredentialId} exists`,
  ]);
  await iam.send(new sdk.DeleteUserCommand({ UserName }));
});

test('more than fifty tags', async () => {
  const Tags = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
  const [code, sentence] = await codeAndMessage(
    iam.send(new sdk.CreateUserCommand({ UserName: 'tagged', Tags })),
  );
  assert.equal(code, 'ValidationError');
  assert.match(
    sentence!,
    /at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50/,
  );
});

test('a role whose ARN has no resource', async () => {
  const user = await newUser(server, 'assuming', { allow: [statement('sts:*')] });
  const sts = server.client(STSClient, user.credentials);
  const assume = (RoleArn: string) =>
    codeAndMessage(sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'se' })));
  assert.deepEqual(await assume('arn:a:a::aaaaaaaaaa:'), [
    'ValidationError',
    'arn:a:a::aaaaaaaaaa: is invalid',
  ]);
});

describe('service-linked roles', () => {
  for (const [service, name, policyName] of [
    ['cloud9', 'AWSServiceRoleForAWSCloud9', 'AWSCloud9ServiceRolePolicy'],
    ['eks-nodegroup', 'AWSServiceRoleForAmazonEKSNodegroup', 'AWSServiceRoleForAmazonEKSNodegroup'],
    ['imagebuilder', 'AWSServiceRoleForImageBuilder', 'AWSServiceRoleForImageBuilder'],
    ['elasticbeanstalk', 'AWSServiceRoleForElasticBeanstalk', 'AWSElasticBeanstalkServiceRolePolicy'],
    ['backup', 'AWSServiceRoleForBackup', 'AWSBackupServiceLinkedRolePolicyForBackup'],
    [
      'agentless.inspector2',
      'AWSServiceRoleForAmazonInspector2Agentless',
      'AmazonInspector2AgentlessServiceRolePolicy',
    ],
    [
      'malware-protection.guardduty',
      'AWSServiceRoleForAmazonGuardDutyMalwareProtection',
      'AmazonGuardDutyMalwareProtectionServiceRolePolicy',
    ],
  ] as const) {
    test(`of ${service} can be made, and named in a key policy`, async () => {
      const AWSServiceName = `${service}.amazonaws.com`;
      const { Role } = await iam.send(new sdk.CreateServiceLinkedRoleCommand({ AWSServiceName }));
      assert.deepEqual([Role?.RoleName, Role?.Path], [name, `/aws-service-role/${AWSServiceName}/`]);
      const { AttachedPolicies } = await iam.send(
        new sdk.ListAttachedRolePoliciesCommand({ RoleName: name }),
      );
      assert.deepEqual(
        AttachedPolicies?.map((each) => each.PolicyName),
        [policyName],
      );
      const Policy = policy(
        statement('kms:*', { Principal: { AWS: [`arn:aws:iam::${ACCOUNT}:root`, Role!.Arn!] } }),
      );
      await server.client(KMSClient).send(new CreateKeyCommand({ Policy }));
    });
  }

  test('of a service that has none', async () => {
    const make = iam.send(new sdk.CreateServiceLinkedRoleCommand({ AWSServiceName: 'nosuch.amazonaws.com' }));
    assert.equal((await codeAndMessage(make))[0], 'InvalidInput');
  });
});

describe('a creation that brings tags asks for tagging too', () => {
  const Tags = [{ Key: 'team', Value: 'admin' }];
  const creations: Readonly<Record<string, [tagging: string, (tags?: typeof Tags) => object]>> = {
    CreateUser: ['TagUser', (tags) => new sdk.CreateUserCommand({ UserName: 'made', Tags: tags })],
    CreateRole: [
      'TagRole',
      (tags) => new sdk.CreateRoleCommand({ RoleName: 'made', AssumeRolePolicyDocument: TRUST, Tags: tags }),
    ],
    CreatePolicy: [
      'TagPolicy',
      (tags) =>
        new sdk.CreatePolicyCommand({
          PolicyName: 'made',
          PolicyDocument: policy(statement('ec2:*')),
          Tags: tags,
        }),
    ],
    CreateInstanceProfile: [
      'TagInstanceProfile',
      (tags) => new sdk.CreateInstanceProfileCommand({ InstanceProfileName: 'made', Tags: tags }),
    ],
    CreateOpenIDConnectProvider: [
      'TagOpenIDConnectProvider',
      (tags) => new sdk.CreateOpenIDConnectProviderCommand({ Url: 'https://issuer.example.com', Tags: tags }),
    ],
    CreateVirtualMFADevice: [
      'TagMFADevice',
      (tags) => new sdk.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'made', Tags: tags }),
    ],
  };
  for (const [creation, [tagging, command]] of Object.entries(creations)) {
    test(`iam:${creation} and iam:${tagging}`, async () => {
      const maker = await newUser(server, `maker-${creation}`, { allow: [statement(`iam:${creation}`)] });
      const client = server.client(sdk.IAMClient, maker.credentials);
      const [code, sentence] = await codeAndMessage(client.send(command(Tags) as sdk.CreateUserCommand));
      assert.equal(code, 'AccessDenied');
      assert.match(sentence!, new RegExp(`is not authorized to perform: iam:${tagging} on resource`));
      await client.send(command() as sdk.CreateUserCommand);
    });
  }

  test('in Organizations', async () => {
    const root = server.client(OrganizationsClient);
    await root.send(new CreateOrganizationCommand({}));
    const ParentId = (await root.send(new ListRootsCommand({}))).Roots![0]!.Id!;
    const maker = await newUser(server, 'founder', { allow: [statement('organizations:Create*')] });
    const client = server.client(OrganizationsClient, maker.credentials);
    const Content = policy(statement('s3:*', { Effect: 'Deny' }));
    for (const command of [
      (tags?: typeof Tags) => new CreateOrganizationalUnitCommand({ ParentId, Name: 'made', Tags: tags }),
      (tags?: typeof Tags) =>
        new CreateAccountCommand({ AccountName: 'made', Email: 'made@example.com', Tags: tags }),
      (tags?: typeof Tags) =>
        new CreateControlPolicyCommand({
          Name: 'made',
          Description: '',
          Type: 'SERVICE_CONTROL_POLICY',
          Content,
          Tags: tags,
        }),
    ]) {
      const refused = await codeAndMessage(client.send(command(Tags) as CreateAccountCommand));
      assert.equal(refused[0], 'AccessDeniedException');
      assert.match(refused[1]!, /organizations:TagResource/);
      await client.send(command() as CreateAccountCommand);
    }
  });
});
