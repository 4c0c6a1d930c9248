/** Quotas at and beside their edge, what is left out of a request, and what lists leave out: user, group, role alike. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as iam from '@aws-sdk/client-iam';
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { groups } from '../../src/services/iam/group/group.ts';
import { instanceProfiles } from '../../src/services/iam/instance-profile/instance-profile.ts';
import { managedPolicies } from '../../src/services/iam/managed-policy/managed-policy.ts';
import { oidcProviders } from '../../src/services/iam/oidc-provider/oidc-provider.ts';
import { roleTable } from '../../src/services/iam/role/role.ts';
import { samlProviders } from '../../src/services/iam/saml-provider/saml-provider.ts';
import { userTable } from '../../src/services/iam/user/user.ts';
import type { Table } from '../../src/store/store.ts';
import { ACCOUNT, allow, credentialsOf, newUser, OTHER_ACCOUNT, trust } from '../worlds/account.ts';
import { mfaCode, STEP_MS, seedBytes } from '../worlds/mfa.ts';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';

const MANAGED = [
  'AmazonEC2FullAccess',
  'AmazonEC2ReadOnlyAccess',
  'IAMFullAccess',
  'IAMReadOnlyAccess',
  'AdministratorAccess',
  'PowerUserAccess',
].map((name) => `arn:aws:iam::aws:policy/${name}`);
const NAME = 'it';
const METADATA =
  '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://a.com/">' +
  `<md:IDPSSODescriptor><!-- ${'x'.repeat(1000)} --></md:IDPSSODescriptor></md:EntityDescriptor>`;

interface Named {
  readonly account: string;
  readonly id?: string;
  readonly name?: string;
  readonly url?: string;
}

let server: TestServer;
let client: iam.IAMClient;
let own: string[];
before(async () => {
  server = await startServerFor(undefined);
  client = server.client(iam.IAMClient);
  own = [];
  for (let index = 0; index < 16; index++) {
    const { Policy } = await client.send(
      new iam.CreatePolicyCommand({ PolicyName: `own-${index}`, PolicyDocument: allow('kms:Encrypt') }),
    );
    own.push(Policy!.Arn!);
  }
  await client.send(new iam.CreateUserCommand({ UserName: NAME, Path: '/app/' }));
  await client.send(new iam.CreateGroupCommand({ GroupName: NAME, Path: '/app/' }));
  await client.send(
    new iam.CreateRoleCommand({ RoleName: NAME, AssumeRolePolicyDocument: trust({ AWS: ACCOUNT }) }),
  );
});
after(() => server.close());

describe('managed policies are attached', () => {
  const MOST: Readonly<Record<string, number>> = { User: 10, Group: 10, Role: 20 };
  const attach: Readonly<Record<string, (PolicyArn: string) => Promise<unknown>>> = {
    User: (PolicyArn) => client.send(new iam.AttachUserPolicyCommand({ UserName: NAME, PolicyArn })),
    Group: (PolicyArn) => client.send(new iam.AttachGroupPolicyCommand({ GroupName: NAME, PolicyArn })),
    Role: (PolicyArn) => client.send(new iam.AttachRolePolicyCommand({ RoleName: NAME, PolicyArn })),
  };
  for (const [kind, attachTo] of Object.entries(attach)) {
    test(`to a ${kind.toLowerCase()}, and no more than the summary says`, async () => {
      const most = MOST[kind] as number;
      const [last = '', ...others] = [...MANAGED, ...own].slice(0, most + 1).reverse();
      assert.equal(others.length, most);
      for (const arn of others) await attachTo(arn);
      assert.equal((await refusal(attachTo(last))).code, 'LimitExceeded');
      const { SummaryMap } = await client.send(new iam.GetAccountSummaryCommand({}));
      assert.equal((SummaryMap as Record<string, number>)[`AttachedPoliciesPer${kind}Quota`], most);
    });
  }
});

describe('an account has at most, as the summary says', () => {
  const CROWDED = '300000000001';
  /** Copies of a record that a request has made, until there are so many. */
  async function fill(table: Table<Named, string>, count: number): Promise<void> {
    await server.latchkey.runtime.store.transact(async (tx) => {
      const found = await tx.list(table, { prefix: [CROWDED] });
      const [made] = found as [Named];
      for (let at = found.length; at < count; at++) {
        const [id, name, url] = [made.id, made.name, made.url].map((each) => each && `${each}${at}`);
        tx.put(table, { ...made, id, name, url } as Named);
      }
    });
  }
  for (const [what, quota, table, most, create] of [
    ['users', 'Users', userTable, 5000, (UserName) => new iam.CreateUserCommand({ UserName })],
    ['groups', 'Groups', groups.table, 300, (GroupName) => new iam.CreateGroupCommand({ GroupName })],
    [
      'roles',
      'Roles',
      roleTable,
      1000,
      (RoleName) =>
        new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust({ AWS: CROWDED }) }),
    ],
    [
      'instance profiles',
      'InstanceProfiles',
      instanceProfiles,
      1000,
      (InstanceProfileName) => new iam.CreateInstanceProfileCommand({ InstanceProfileName }),
    ],
    [
      'policies',
      'Policies',
      managedPolicies,
      1500,
      (PolicyName) => new iam.CreatePolicyCommand({ PolicyName, PolicyDocument: allow('kms:Encrypt') }),
    ],
    [
      'OIDC providers',
      undefined,
      oidcProviders,
      100,
      (name) => new iam.CreateOpenIDConnectProviderCommand({ Url: `https://${name}.example.com` }),
    ],
    [
      'SAML providers',
      undefined,
      samlProviders,
      100,
      (Name) => new iam.CreateSAMLProviderCommand({ Name, SAMLMetadataDocument: METADATA }),
    ],
  ] as [
    string,
    string | undefined,
    Table<Named, string>,
    number,
    (name: string) => iam.CreateUserCommand,
  ][]) {
    test(`${most} ${what}`, async () => {
      const crowded = server.client(iam.IAMClient, await server.root(CROWDED));
      await crowded.send(create('first'));
      await fill(table, most - 1);
      await crowded.send(create('last'));
      assert.equal((await refusal(crowded.send(create('more')))).code, 'LimitExceeded');
      if (quota === undefined) return;
      const { SummaryMap } = await crowded.send(new iam.GetAccountSummaryCommand({}));
      const summary = SummaryMap as Record<string, number>;
      assert.deepEqual([summary[quota], summary[`${quota}Quota`]], [most, most]);
    });
  }

  test('and counts its own, and nothing of another account', async () => {
    const [full, empty] = ['300000000003', '300000000004'] as const;
    const client = async (account: string) => server.client(iam.IAMClient, await server.root(account));
    const AssumeRolePolicyDocument = trust({ AWS: full });
    for (const command of [
      new iam.CreateUserCommand({ UserName: 'a' }),
      new iam.CreateGroupCommand({ GroupName: 'a' }),
      new iam.CreateRoleCommand({ RoleName: 'a', AssumeRolePolicyDocument }),
      new iam.CreateInstanceProfileCommand({ InstanceProfileName: 'a' }),
      new iam.CreatePolicyCommand({ PolicyName: 'a', PolicyDocument: allow('kms:Encrypt') }),
      new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'a' }),
      new iam.CreateOpenIDConnectProviderCommand({ Url: 'https://a.example.com' }),
      new iam.CreateSAMLProviderCommand({ Name: 'a', SAMLMetadataDocument: METADATA }),
    ]) {
      await (await client(full)).send(command as iam.CreateUserCommand);
    }
    for (const [account, one] of [
      [full, 1],
      [empty, 0],
    ] as const) {
      const { SummaryMap } = await (await client(account)).send(new iam.GetAccountSummaryCommand({}));
      const { Users, Groups, Roles, InstanceProfiles, Policies, MFADevices, Providers } =
        SummaryMap as Record<string, number>;
      assert.deepEqual(
        [Users, Groups, Roles, InstanceProfiles, Policies, MFADevices, Providers],
        [one, one, one, one, one, one, 2 * one],
      );
    }
  });

  test('of which a page has a hundred where nobody says how many', async () => {
    const crowded = server.client(iam.IAMClient, await server.root(CROWDED));
    for (const [name, page] of [
      ['Users', await crowded.send(new iam.ListUsersCommand({}))],
      ['Groups', await crowded.send(new iam.ListGroupsCommand({}))],
      ['Roles', await crowded.send(new iam.ListRolesCommand({}))],
      ['InstanceProfiles', await crowded.send(new iam.ListInstanceProfilesCommand({}))],
      ['Policies', await crowded.send(new iam.ListPoliciesCommand({ Scope: 'Local' }))],
    ] as const) {
      const { IsTruncated, [name]: items } = page as unknown as Record<string, unknown>;
      assert.deepEqual([(items as unknown[]).length, IsTruncated], [100, true], name);
    }
  });

  test('10 groups of a user, and 100 clients of an OIDC provider', async () => {
    const crowded = server.client(iam.IAMClient, await server.root('300000000002'));
    await crowded.send(new iam.CreateUserCommand({ UserName: NAME }));
    const add = async (GroupName: string) => {
      await crowded.send(new iam.CreateGroupCommand({ GroupName }));
      await crowded.send(new iam.AddUserToGroupCommand({ GroupName, UserName: NAME }));
    };
    for (let at = 1; at <= 10; at++) await add(`group-${at}`);
    assert.equal((await refusal(add('group-11'))).code, 'LimitExceeded');
    const ids = (count: number) => Array.from({ length: count }, (_, at) => `client-${at}`);
    const provide = (Url: string, ClientIDList: string[]) =>
      crowded.send(new iam.CreateOpenIDConnectProviderCommand({ Url, ClientIDList }));
    const made = await provide('https://one.example.com', ids(99));
    const join = (ClientID: string) =>
      crowded.send(
        new iam.AddClientIDToOpenIDConnectProviderCommand({
          OpenIDConnectProviderArn: made.OpenIDConnectProviderArn,
          ClientID,
        }),
      );
    await join('last');
    assert.equal((await refusal(join('more'))).code, 'LimitExceeded');
    assert.equal((await refusal(provide('https://two.example.com', ids(101)))).code, 'LimitExceeded');
    await provide('https://two.example.com', ids(100));
  });
});

test('a password policy is weak where the request says nothing', async () => {
  await client.send(new iam.UpdateAccountPasswordPolicyCommand({ RequireSymbols: true }));
  await client.send(new iam.UpdateAccountPasswordPolicyCommand({}));
  const { PasswordPolicy } = await client.send(new iam.GetAccountPasswordPolicyCommand({}));
  assert.deepEqual(PasswordPolicy, {
    MinimumPasswordLength: 6,
    RequireSymbols: false,
    RequireNumbers: false,
    RequireUppercaseCharacters: false,
    RequireLowercaseCharacters: false,
    AllowUsersToChangePassword: false,
    ExpirePasswords: false,
  });
});

test('a new name keeps the path, and a new path the name, of a user and of a group', async () => {
  await client.send(new iam.CreateUserCommand({ UserName: 'old', Path: '/app/' }));
  await client.send(new iam.UpdateUserCommand({ UserName: 'old', NewUserName: 'new' }));
  const user = async () => (await client.send(new iam.GetUserCommand({ UserName: 'new' }))).User?.Arn;
  assert.equal(await user(), `arn:aws:iam::${ACCOUNT}:user/app/new`);
  await client.send(new iam.UpdateUserCommand({ UserName: 'new', NewPath: '/other/' }));
  assert.equal(await user(), `arn:aws:iam::${ACCOUNT}:user/other/new`);
  await client.send(new iam.CreateGroupCommand({ GroupName: 'old', Path: '/app/' }));
  await client.send(new iam.UpdateGroupCommand({ GroupName: 'old', NewGroupName: 'new' }));
  const group = async () => (await client.send(new iam.GetGroupCommand({ GroupName: 'new' }))).Group?.Arn;
  assert.equal(await group(), `arn:aws:iam::${ACCOUNT}:group/app/new`);
  await client.send(new iam.UpdateGroupCommand({ GroupName: 'new', NewPath: '/other/' }));
  assert.equal(await group(), `arn:aws:iam::${ACCOUNT}:group/other/new`);
});

test('what is made is answered with its tags and its time', async () => {
  const Tags = [{ Key: 'team', Value: 'blue' }];
  const tagged = new iam.CreatePolicyCommand({
    PolicyName: 'tagged',
    PolicyDocument: allow('kms:Encrypt'),
    Tags,
  });
  const { Policy } = await client.send(tagged);
  assert.deepEqual(Policy?.Tags, Tags);
  assert.ok(Policy?.CreateDate);
  const PermissionsBoundary = 'arn:aws:iam::aws:policy/AmazonEC2FullAccess';
  const boundary = {
    PermissionsBoundaryType: 'Policy',
    PermissionsBoundaryArn: PermissionsBoundary,
  };
  const more = { PermissionsBoundary, Tags };
  const made = { RoleName: 'bounded', AssumeRolePolicyDocument: trust({ AWS: ACCOUNT }), ...more };
  const { Role } = await client.send(new iam.CreateRoleCommand(made));
  const { Role: got } = await client.send(new iam.GetRoleCommand(made));
  for (const role of [Role, got]) assert.deepEqual([role?.PermissionsBoundary, role?.Tags], [boundary, Tags]);
  const { User } = await client.send(new iam.CreateUserCommand({ UserName: 'made', ...more }));
  assert.deepEqual([User?.PermissionsBoundary, User?.Tags], [boundary, Tags]);
  const profile = { InstanceProfileName: 'tagged', Tags };
  const { InstanceProfile } = await client.send(new iam.CreateInstanceProfileCommand(profile));
  assert.deepEqual(InstanceProfile?.Tags, Tags);
  const { Group } = await client.send(new iam.CreateGroupCommand({ GroupName: 'made' }));
  for (const [id, prefix] of [
    [User?.UserId, 'AIDA'],
    [Role?.RoleId, 'AROA'],
    [Group?.GroupId, 'AGPA'],
    [Policy?.PolicyId, 'ANPA'],
    [InstanceProfile?.InstanceProfileId, 'AIPA'],
  ] as const)
    assert.match(id!, new RegExp(`^${prefix}[A-Z2-7]{17}$`));
  await client.send(new iam.CreateUserCommand({ UserName: 'keyed' }));
  const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName: 'keyed' }));
  const { AccessKeyMetadata } = await client.send(new iam.ListAccessKeysCommand({ UserName: 'keyed' }));
  assert.ok(Math.abs(AccessKey!.CreateDate!.getTime() - Date.now()) < 60_000);
  assert.deepEqual(AccessKeyMetadata?.[0]?.CreateDate, AccessKey?.CreateDate);
});

test('who may not ask for a thing hears of it by its kind and name, or by its ARN', async () => {
  const { credentials } = await newUser(server, 'nobody');
  const john = server.client(iam.IAMClient, credentials);
  const of = (noun: string) => `arn:aws:iam::${ACCOUNT}:${noun}`;
  for (const [action, command, resource] of [
    ['GetUser', new iam.GetUserCommand({ UserName: NAME }), `user ${NAME}`],
    ['GetGroup', new iam.GetGroupCommand({ GroupName: NAME }), `group ${NAME}`],
    ['GetRole', new iam.GetRoleCommand({ RoleName: NAME }), `role ${NAME}`],
    ['GetPolicy', new iam.GetPolicyCommand({ PolicyArn: own[0] }), `policy ${own[0]}`],
    [
      'GetInstanceProfile',
      new iam.GetInstanceProfileCommand({ InstanceProfileName: NAME }),
      `instance profile ${NAME}`,
    ],
    [
      'CreatePolicy',
      new iam.CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: allow('*') }),
      'policy p',
    ],
    [
      'CreateInstanceProfile',
      new iam.CreateInstanceProfileCommand({ InstanceProfileName: 'p' }),
      of('instance-profile/p'),
    ],
    ['CreateUser', new iam.CreateUserCommand({ UserName: 'p' }), of('user/p')],
    [
      'CreateRole',
      new iam.CreateRoleCommand({ RoleName: 'p', AssumeRolePolicyDocument: trust({ AWS: ACCOUNT }) }),
      of('role/p'),
    ],
    ['ListUsers', new iam.ListUsersCommand({}), of('user/')],
    ['GetAccountSummary', new iam.GetAccountSummaryCommand({}), '*'],
  ] as const) {
    const { message } = await refusal(john.send(command as iam.GetUserCommand));
    const who = `User: ${of('user/nobody')} is not authorized to perform: iam:${action}`;
    assert.equal(
      message,
      `${who} on resource: ${resource} because no identity-based policy allows the iam:${action} action`,
    );
  }
});

test('policies are listed by where they are from and how they are used', async () => {
  const [attached, bounding, unused] = ['attached', 'bounding', 'unused'];
  const arnOf = (name: string) => `arn:aws:iam::${ACCOUNT}:policy/use/${name}`;
  for (const PolicyName of [attached, bounding, unused]) {
    await client.send(
      new iam.CreatePolicyCommand({ PolicyName, Path: '/use/', PolicyDocument: allow('kms:Encrypt') }),
    );
  }
  await client.send(new iam.CreateUserCommand({ UserName: 'bounded', PermissionsBoundary: arnOf(bounding) }));
  await client.send(new iam.AttachUserPolicyCommand({ UserName: 'bounded', PolicyArn: arnOf(attached) }));
  const list = async (input: iam.ListPoliciesCommandInput) => {
    const { Policies } = await client.send(new iam.ListPoliciesCommand({ PathPrefix: '/use/', ...input }));
    return Policies!.map(({ PolicyName }) => PolicyName);
  };
  const rows: readonly [iam.ListPoliciesCommandInput, string[]][] = [
    [{}, [attached, bounding, unused]],
    [{ Scope: 'Local' }, [attached, bounding, unused]],
    [{ Scope: 'AWS' }, []],
    [{ OnlyAttached: true, PolicyUsageFilter: 'PermissionsPolicy' }, [attached]],
    [{ OnlyAttached: true, PolicyUsageFilter: 'PermissionsBoundary' }, [bounding]],
    [{ OnlyAttached: true }, [attached]],
    [{ PolicyUsageFilter: 'PermissionsBoundary' }, [attached, bounding, unused]],
  ];
  for (const [input, expected] of rows) assert.deepEqual(await list(input), expected, JSON.stringify(input));
});

test('identity providers of another account are not listed', async () => {
  const elsewhere = server.client(iam.IAMClient, await server.root(OTHER_ACCOUNT));
  await elsewhere.send(new iam.CreateOpenIDConnectProviderCommand({ Url: 'https://idp.example.com' }));
  const list = async (from: iam.IAMClient) =>
    (await from.send(new iam.ListOpenIDConnectProvidersCommand({}))).OpenIDConnectProviderList!.length;
  assert.deepEqual([await list(client), await list(elsewhere)], [0, 1]);
});

test('no code of a device is good twice, however many were used since', async () => {
  await client.send(new iam.CreateUserCommand({ UserName: 'cautious' }));
  const { VirtualMFADevice: device } = await client.send(
    new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }),
  );
  const seed = seedBytes(Buffer.from(device!.Base32StringSeed as Uint8Array).toString());
  const codeAt = async (steps: number) => {
    const { nowMs } = await server.ask<{ nowMs: number }>('clock');
    return mfaCode(seed, nowMs + steps * STEP_MS);
  };
  const SerialNumber = device!.SerialNumber!;
  await client.send(
    new iam.EnableMFADeviceCommand({
      UserName: 'cautious',
      SerialNumber,
      AuthenticationCode1: await codeAt(-1),
      AuthenticationCode2: await codeAt(0),
    }),
  );
  const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName: 'cautious' }));
  const sts = server.client(STSClient, credentialsOf(AccessKey));
  const use = (TokenCode: string) => sts.send(new GetSessionTokenCommand({ SerialNumber, TokenCode }));
  await server.advance(4 * STEP_MS);
  const codes = [await codeAt(-1), await codeAt(0), await codeAt(1)];
  for (const code of codes) await use(code);
  for (const code of codes) assert.equal((await refusal(use(code))).code, 'AccessDenied');
});

test('a device is synchronized by codes that come after those of the last time', async () => {
  const UserName = 'exact';
  await client.send(new iam.CreateUserCommand({ UserName }));
  const { VirtualMFADevice: device } = await client.send(
    new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'watch' }),
  );
  const seed = seedBytes(Buffer.from(device!.Base32StringSeed as Uint8Array).toString());
  const { nowMs } = await server.ask<{ nowMs: number }>('clock');
  const by = (first: number, second = first + 1) => ({
    ...{ UserName, SerialNumber: device!.SerialNumber! },
    AuthenticationCode1: mfaCode(seed, nowMs + first * STEP_MS),
    AuthenticationCode2: mfaCode(seed, nowMs + second * STEP_MS),
  });
  await client.send(new iam.EnableMFADeviceCommand(by(0)));
  const again = (input: iam.ResyncMFADeviceCommandInput) =>
    client.send(new iam.ResyncMFADeviceCommand(input));
  for (const codes of [by(0), by(-1), by(1), by(2, 4)])
    assert.equal((await refusal(again(codes))).code, 'InvalidAuthenticationCode');
  await again(by(2));
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length */
describe('a policy is as long as its kind may be, white space not counted, and no longer:', () => {
  const padded = (document: string, length: number) =>
    document.replace('"Version"', `"Id":"${'x'.repeat(length - document.length - 8)}","Version"`);
  const PolicyName = 'edge';
  const named = { PolicyName };
  for (const [what, most, put] of [
    [
      'a trust policy',
      2048,
      (PolicyDocument: string) =>
        new iam.UpdateAssumeRolePolicyCommand({ RoleName: NAME, PolicyDocument }) as object,
    ],
    [
      'of a user',
      2048,
      (PolicyDocument: string) => new iam.PutUserPolicyCommand({ UserName: NAME, ...named, PolicyDocument }),
    ],
    [
      'of a group',
      5120,
      (PolicyDocument: string) =>
        new iam.PutGroupPolicyCommand({ GroupName: NAME, ...named, PolicyDocument }),
    ],
    [
      'of a role',
      10_240,
      (PolicyDocument: string) => new iam.PutRolePolicyCommand({ RoleName: NAME, ...named, PolicyDocument }),
    ],
    [
      'a managed policy',
      6144,
      (PolicyDocument: string) => new iam.CreatePolicyCommand({ ...named, PolicyDocument }),
    ],
    [
      'a version of a managed policy',
      6144,
      (PolicyDocument: string) => new iam.CreatePolicyVersionCommand({ PolicyArn: own[0], PolicyDocument }),
    ],
  ] as const) {
    test(`${what}, ${most}`, async () => {
      const document = what === 'a trust policy' ? trust({ AWS: ACCOUNT }) : allow('kms:Encrypt');
      // biome-ignore lint/suspicious/noExplicitAny: any command of the client
      const send = (text: string) => client.send(put(text) as any);
      const { code } = await refusal(send(padded(document, most + 1)));
      assert.match(code, /^(LimitExceeded|ValidationError)$/);
      await send(padded(document, most).replaceAll(':{', ': \n{'));
    });
  }
});

test('the task that deletes a service-linked role is asked for by its whole id', async () => {
  const ask = (DeletionTaskId: string) =>
    refusal(client.send(new iam.GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId })));
  const id = ['task', 'aws-service-role', 'autoscaling.amazonaws.com', 'AWSServiceRoleForAutoScaling', 'id'];
  const wrong = [
    id.slice(0, 4),
    [...id, 'more'],
    ['tasks', ...id.slice(1)],
    ['task', 'role', ...id.slice(2)],
    ...[2, 3, 4].map((index) => id.with(index, '')),
  ];
  for (const parts of wrong) {
    const { code, message } = await ask(parts.join('/'));
    assert.deepEqual([code, message], ['InvalidInput', 'Invalid task id'], parts.join('/'));
  }
  assert.equal((await ask(id.join('/'))).code, 'NoSuchEntity');
});
