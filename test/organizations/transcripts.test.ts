/** Organizations' whole answers: accounts, units, policies and invitations, with what is recorded and sent. */
import { test } from 'node:test';
import { newUser, policy, statement } from '../worlds/account.ts';
import { askedKeys } from '../worlds/asked-keys.ts';
import { transcripts } from '../worlds/transcript.ts';

const { server, transcript } = await transcripts(import.meta.url);

test('an organization with its accounts, units and policies', async () => {
  const t = transcript('100000000001', 'organization');
  const call = (name: string, input: object = {}) => t.call(`organizations:${name}`, input);
  await call('DescribeOrganization');
  await call('ListRoots');
  await call('CreateOrganization', { FeatureSet: 'ALL' });
  await call('CreateOrganization', { FeatureSet: 'ALL' });
  await call('DescribeOrganization');
  const root = (await call('ListRoots')).at('Roots', 0, 'Id');
  const made = await call('CreateAccount', {
    AccountName: 'shop',
    Email: 'shop@example.com',
    RoleName: 'Admin',
    Tags: [{ Key: 'a', Value: 'b' }],
  });
  await call('CreateAccount', { AccountName: 'shop', Email: 'shop@example.com' });
  await call('DescribeCreateAccountStatus', { CreateAccountRequestId: 'car-00000000' });
  await server.settled();
  const status = await t.silent('organizations:DescribeCreateAccountStatus', {
    CreateAccountRequestId: made.at('CreateAccountStatus', 'Id'),
  });
  const AccountId = status.at('CreateAccountStatus', 'AccountId');
  t.hide(AccountId, 'account');
  t.step('the status in the end', status.output);
  for (const input of [{}, { States: ['SUCCEEDED'] }, { States: ['FAILED'] }, { States: ['IN_PROGRESS'] }])
    await call('ListCreateAccountStatus', input);
  await call('DescribeAccount', { AccountId });
  await call('DescribeAccount', { AccountId: '999999999999' });
  const as = await server.root(AccountId);
  await t.silent('iam:GenerateCredentialReport', {}, { as });
  const report = (await t.silent('iam:GetCredentialReport', {}, { as })).output.Content as Uint8Array;
  t.step(
    'since when the account has a root',
    Buffer.from(report).toString().split('\n')[1]?.split(',').slice(0, 3),
  );
  const mia = await newUser(server, 'mia', { account: '100000000001' });
  for (const TargetId of [root, 'r-zzzz', 'ou-aaaa-bbbbbbbb', '999999999999'])
    await t.call(
      'organizations:ListPoliciesForTarget',
      { TargetId, Filter: 'TAG_POLICY' },
      { as: mia.credentials },
    );
  await t.call('organizations:DescribePolicy', { PolicyId: 'p-00000000' }, { as: mia.credentials });
  await call('ListAccounts');
  const unit = (
    await call('CreateOrganizationalUnit', { ParentId: root, Name: 'prod', Tags: [{ Key: 'u', Value: 'v' }] })
  ).at('OrganizationalUnit', 'Id');
  const inner = (await call('CreateOrganizationalUnit', { ParentId: unit, Name: 'web' })).at(
    'OrganizationalUnit',
    'Id',
  );
  await call('CreateOrganizationalUnit', { ParentId: root, Name: 'prod' });
  await call('CreateOrganizationalUnit', { ParentId: 'ou-aaaa-bbbbbbbb', Name: 'x' });
  await call('UpdateOrganizationalUnit', { OrganizationalUnitId: inner, Name: 'shop' });
  await call('DescribeOrganizationalUnit', { OrganizationalUnitId: inner });
  await call('MoveAccount', { AccountId, SourceParentId: unit, DestinationParentId: inner });
  await call('MoveAccount', { AccountId, SourceParentId: root, DestinationParentId: 'ou-aaaa-bbbbbbbb' });
  await call('MoveAccount', { AccountId, SourceParentId: root, DestinationParentId: inner });
  await call('MoveAccount', { AccountId, SourceParentId: inner, DestinationParentId: inner });
  await call('ListAccountsForParent', { ParentId: inner });
  await call('ListOrganizationalUnitsForParent', { ParentId: root });
  for (const ChildType of ['ACCOUNT', 'ORGANIZATIONAL_UNIT'])
    await call('ListChildren', { ParentId: root, ChildType });
  for (const ChildId of [AccountId, inner, unit, 'ou-aaaa-bbbbbbbb']) await call('ListParents', { ChildId });
  const Content = policy(statement('ec2:*', { Effect: 'Deny' }));
  const create = {
    Name: 'no-ec2',
    Description: 'd',
    Type: 'SERVICE_CONTROL_POLICY',
    Content,
    Tags: [{ Key: 'p', Value: 'q' }],
  };
  await call('CreatePolicy', create);
  await call('EnablePolicyType', { RootId: root, PolicyType: 'SERVICE_CONTROL_POLICY' });
  await call('EnablePolicyType', { RootId: root, PolicyType: 'SERVICE_CONTROL_POLICY' });
  await call('EnablePolicyType', { RootId: root, PolicyType: 'RESOURCE_CONTROL_POLICY' });
  const PolicyId = (await call('CreatePolicy', { ...create, Name: 'no-ec2-2' })).at(
    'Policy',
    'PolicySummary',
    'Id',
  );
  await call('CreatePolicy', create);
  await call('CreatePolicy', { ...create, Name: 'bad', Content: '{' });
  await call('CreatePolicy', {
    ...create,
    Name: 'long',
    Content: `${Content.slice(0, -1)}${' '.repeat(10_241 - Content.length)}}`,
  });
  await call('UpdatePolicy', {
    PolicyId,
    Name: 'fewer',
    Description: 'e',
    Content: policy(statement('s3:*', { Effect: 'Deny' })),
  });
  await call('DescribePolicy', { PolicyId });
  await call('AttachPolicy', { PolicyId, TargetId: inner });
  await call('AttachPolicy', { PolicyId, TargetId: inner });
  await call('AttachPolicy', { PolicyId: 'p-00000000', TargetId: inner });
  for (const Filter of ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY', 'TAG_POLICY'])
    await call('ListPolicies', { Filter });
  await call('ListPoliciesForTarget', { TargetId: inner, Filter: 'SERVICE_CONTROL_POLICY' });
  await call('ListTargetsForPolicy', { PolicyId });
  await call('DeletePolicy', { PolicyId });
  await call('DetachPolicy', { PolicyId: 'p-FullAWSAccess', TargetId: AccountId });
  await call('DetachPolicy', { PolicyId, TargetId: inner });
  await call('DetachPolicy', { PolicyId, TargetId: inner });
  await call('DeletePolicy', { PolicyId });
  await call('DeletePolicy', { PolicyId: 'p-FullAWSAccess' });
  await call('TagResource', { ResourceId: unit, Tags: [{ Key: 'x', Value: 'y' }] });
  await call('UntagResource', { ResourceId: unit, TagKeys: ['u'] });
  for (const ResourceId of [unit, AccountId, root]) await call('ListTagsForResource', { ResourceId });
  for (const ServicePrincipal of ['cloudtrail.amazonaws.com', 'nobody'])
    await call('EnableAWSServiceAccess', { ServicePrincipal });
  await call('ListAWSServiceAccessForOrganization');
  await call('DisableAWSServiceAccess', { ServicePrincipal: 'cloudtrail.amazonaws.com' });
  await call('DeleteOrganizationalUnit', { OrganizationalUnitId: unit });
  await call('DisablePolicyType', { RootId: root, PolicyType: 'RESOURCE_CONTROL_POLICY' });
  await call('RemoveAccountFromOrganization', { AccountId });
  await call('LeaveOrganization');
  await call('DeleteOrganization');
  await t.recorded();
  t.compare();
});

test('an invitation, accepted, declined and taken back', async () => {
  const guest = await server.root('200000000002');
  const t = transcript('100000000002', 'invitations');
  const call = (name: string, input: object = {}, as?: typeof guest) =>
    t.call(`organizations:${name}`, input, { as });
  await call('CreateOrganization', { FeatureSet: 'ALL' });
  const Target = { Type: 'ACCOUNT', Id: '200000000002' };
  const invite = async () =>
    (
      await call('InviteAccountToOrganization', {
        Target,
        Notes: 'come in',
        Tags: [{ Key: 'a', Value: 'b' }],
      })
    ).at('Handshake', 'Id');
  const first = await invite();
  await call('InviteAccountToOrganization', { Target });
  await call('InviteAccountToOrganization', { Target: { Type: 'ACCOUNT', Id: '100000000002' } });
  await call('DescribeHandshake', { HandshakeId: first });
  await call('DescribeHandshake', { HandshakeId: 'h-00000000' });
  await call('ListHandshakesForAccount', {}, guest);
  await call('ListHandshakesForOrganization', { Filter: { ActionType: 'INVITE' } });
  await call('AcceptHandshake', { HandshakeId: first });
  await call('CancelHandshake', { HandshakeId: first }, guest);
  await call('CancelHandshake', { HandshakeId: first });
  await call('CancelHandshake', { HandshakeId: first });
  const second = await invite();
  await call('DeclineHandshake', { HandshakeId: second }, guest);
  await call('AcceptHandshake', { HandshakeId: second }, guest);
  const third = await invite();
  await call('AcceptHandshake', { HandshakeId: third }, guest);
  await call('DescribeOrganization', {}, guest);
  await call('ListHandshakesForAccount', {}, guest);
  const page = async (NextToken?: string) =>
    t.silent('organizations:ListHandshakesForOrganization', { MaxResults: 2, NextToken });
  const pages = [await page()];
  pages.push(await page(pages[0]?.at('NextToken')));
  t.step(
    'three invitations by pages of two',
    pages.map((each) => each.all('Handshakes', 'Action')),
  );
  await call('DescribeAccount', { AccountId: '200000000002' });
  await call('InviteAccountToOrganization', { Target });
  await call('CreateOrganization', { FeatureSet: 'ALL' }, guest);
  await call('LeaveOrganization', {}, guest);
  await call('LeaveOrganization', {}, guest);
  await call('DescribeOrganization', {}, guest);
  await call('DeleteOrganization');
  await call('DescribeOrganization');
  await t.recorded();
  t.compare();
});

test('what is refused, and tags on each part', async () => {
  const [guest, rival] = [await server.root('200000000003'), await server.root('200000000004')];
  const t = transcript('100000000003', 'refusals');
  const call = (name: string, input: object = {}, as?: typeof guest) =>
    t.call(`organizations:${name}`, input, { as });
  await call('CreateOrganization', { FeatureSet: 'CONSOLIDATED_BILLING' });
  await t.silent('organizations:CreateOrganization', {}, { as: rival });
  await call('CreateOrganization');
  const root = (await t.silent('organizations:ListRoots')).at('Roots', 0, 'Id');
  await call('EnablePolicyType', { RootId: root, PolicyType: 'TAG_POLICY' });
  await call('EnablePolicyType', { RootId: root, PolicyType: 'SERVICE_CONTROL_POLICY' });
  await call('DisablePolicyType', { RootId: root, PolicyType: 'RESOURCE_CONTROL_POLICY' });
  const create = {
    Name: 'one',
    Description: 'd',
    Type: 'SERVICE_CONTROL_POLICY',
    Content: policy(statement('ec2:*', { Effect: 'Deny' })),
  };
  await call('CreatePolicy', { ...create, Type: 'TAG_POLICY' });
  await call('CreatePolicy', { ...create, Type: 'RESOURCE_CONTROL_POLICY' });
  const made = async (Name: string) =>
    (await call('CreatePolicy', { ...create, Name })).at('Policy', 'PolicySummary', 'Id');
  const [one, two] = [await made('one'), await made('two')];
  for (const rest of [
    { Name: 'two' },
    { Name: 'one' },
    { Description: '' },
    { Content: '{' },
    { PolicyId: 'p-FullAWSAccess', Name: 'x' },
    { PolicyId: 'p-00000000', Name: 'x' },
  ])
    await call('UpdatePolicy', { PolicyId: one, ...rest });
  await call('DescribePolicy', { PolicyId: one });
  const unit = async (ParentId: string, Name: string) =>
    (await call('CreateOrganizationalUnit', { ParentId, Name })).at('OrganizationalUnit', 'Id');
  const [left, right] = [await unit(root, 'left'), await unit(root, 'right')];
  let deepest = left;
  for (let depth = 2; depth <= 5; depth++) deepest = await unit(deepest, `d${depth}`);
  await call('CreateOrganizationalUnit', { ParentId: deepest, Name: 'd6' });
  await call('UpdateOrganizationalUnit', { OrganizationalUnitId: left, Name: 'right' });
  await call('UpdateOrganizationalUnit', { OrganizationalUnitId: left, Name: 'left' });
  await call('UpdateOrganizationalUnit', { OrganizationalUnitId: left });
  await call('DeleteOrganizationalUnit', { OrganizationalUnitId: left });
  const Target = { Type: 'ACCOUNT', Id: '200000000003' };
  for (const target of [
    { Type: 'ORGANIZATION', Id: 'o-0123456789' },
    { Type: 'EMAIL', Id: 'a' },
    { Type: 'ACCOUNT', Id: '200000000004' },
    { Type: 'ACCOUNT', Id: '299999999999' },
  ])
    await call('InviteAccountToOrganization', { Target: target });
  const invited = await call('InviteAccountToOrganization', { Target });
  const late = await t.silent('organizations:InviteAccountToOrganization', { Target }, { as: rival });
  const HandshakeId = invited.at('Handshake', 'Id');
  await t.silent('organizations:AcceptHandshake', { HandshakeId }, { as: guest });
  await call('AcceptHandshake', { HandshakeId: late.at('Handshake', 'Id') }, guest);
  await call('AcceptHandshake', { HandshakeId }, guest);
  await call('DeleteOrganization');
  await call('RemoveAccountFromOrganization', { AccountId: '100000000003' });
  await call('RemoveAccountFromOrganization', { AccountId: '299999999999' });
  await call('MoveAccount', {
    AccountId: '200000000003',
    SourceParentId: root,
    DestinationParentId: 'r-none',
  });
  const parts = [root, right, '200000000003', one];
  const key = (index: number) => ({ Key: `k${index}`, Value: `${index}` });
  for (const ResourceId of [...parts, 'p-FullAWSAccess', 'p-00000000', 'ou-aaaa-bbbbbbbb', '299999999999']) {
    await call('TagResource', { ResourceId, Tags: [key(1), key(2)] });
    await call('TagResource', { ResourceId, Tags: [{ ...key(2), Value: 'two' }, key(3)] });
    await call('UntagResource', { ResourceId, TagKeys: ['k1', 'none'] });
    await call('ListTagsForResource', { ResourceId });
  }
  // Tagging one part leaves the others as they were.
  await call('DescribeOrganization');
  await call('ListRoots');
  await call('ListPolicies', { Filter: 'SERVICE_CONTROL_POLICY' });
  await call('ListAccounts');
  await call('ListOrganizationalUnitsForParent', { ParentId: root });
  for (const Tags of [
    [key(1), key(1)],
    [{ Key: 'aws:k', Value: 'v' }],
    Array.from({ length: 51 }, (_, index) => key(index)),
  ])
    await call('TagResource', { ResourceId: two, Tags });
  await t.silent('organizations:TagResource', {
    ResourceId: two,
    Tags: Array.from({ length: 50 }, (_, index) => key(index)),
  });
  await call('ListTagsForResource', { ResourceId: two });
  await call('ListTagsForResource', { ResourceId: two, NextToken: 'x' });
  await call('TagResource', { ResourceId: two, Tags: [key(50)] });
  await call('AttachPolicy', { PolicyId: one, TargetId: right });
  await call('DeleteOrganizationalUnit', { OrganizationalUnitId: right });
  await call('ListOrganizationalUnitsForParent', { ParentId: root });
  await call('ListTargetsForPolicy', { PolicyId: one });
  for (const RootId of [root, root, 'r-zzzz'])
    await call('DisablePolicyType', { RootId, PolicyType: 'SERVICE_CONTROL_POLICY' });
  await call('DetachPolicy', { PolicyId: one, TargetId: root });
  await call('AttachPolicy', { PolicyId: one, TargetId: root });
  for (const [name, input] of [
    ['ListAccounts', { NextToken: 'x' }],
    ['ListAccounts', { MaxResults: 21 }],
    ['ListAccounts', { MaxResults: 0 }],
    ['ListAccounts', { MaxResults: 1 }],
    ['ListPolicies', {}],
    ['DescribeAccount', { AccountId: 'x' }],
    ['ListParents', { ChildId: root }],
    ['ListChildren', { ParentId: root, ChildType: 'POLICY' }],
    ['MoveAccount', { AccountId: '200000000003' }],
  ] as const)
    await call(name, input);
  for (const name of ['ListAccounts', 'ListRoots', 'CreateAccount', 'ListHandshakesForOrganization'])
    await call(name, name === 'CreateAccount' ? { AccountName: 'a', Email: 'a@example.com' } : {}, guest);
  t.compare();
});

test('condition keys of each call that has any', async () => {
  const account = '100000000009';
  const t = transcript(account, 'condition-keys');
  const made = (name: string, input: object, ...path: string[]) =>
    t.silent(`organizations:${name}`, input).then((answer) => answer.at(...path));
  await t.silent('organizations:CreateOrganization', { FeatureSet: 'ALL' });
  const RootId = (await t.silent('organizations:ListRoots')).at('Roots', 0, 'Id');
  const tagged = (Value: string) => ({ Tags: [{ Key: 'team', Value }] });
  await t.silent('organizations:TagResource', { ResourceId: RootId, ...tagged('root') });
  const unit = await made(
    'CreateOrganizationalUnit',
    { ParentId: RootId, Name: 'prod', ...tagged('unit') },
    'OrganizationalUnit',
    'Id',
  );
  const Content = policy(statement('ec2:*', { Effect: 'Deny' }));
  const policyOf = (Type: string, content: string) => ({
    ...{ Name: Type, Description: 'd', Type, Content: content },
    ...tagged('policy'),
  });
  const scp = policyOf('SERVICE_CONTROL_POLICY', Content);
  const PolicyId = await made('CreatePolicy', scp, 'Policy', 'PolicySummary', 'Id');
  const rcp = policyOf(
    'RESOURCE_CONTROL_POLICY',
    policy(statement('kms:*', { Effect: 'Deny', Principal: '*' })),
  );
  const other = await made('CreatePolicy', rcp, 'Policy', 'PolicySummary', 'Id');
  const ask = await askedKeys(server, t, account, /^organizations:|^aws:(?:RequestTag|ResourceTag|TagKeys)/i);
  const { Tags } = tagged('new');
  const Filter = 'RESOURCE_CONTROL_POLICY';
  const calls: readonly (readonly [string, object])[] = [
    ['CreateAccount', { AccountName: 'shop', Email: 'shop@example.com', Tags }],
    ['InviteAccountToOrganization', { Target: { Id: '100000000001', Type: 'ACCOUNT' }, Tags }],
    ['MoveAccount', { AccountId: account, SourceParentId: RootId, DestinationParentId: unit }],
    ['DescribeAccount', { AccountId: account }],
    ['RemoveAccountFromOrganization', { AccountId: account }],
    ['CreateOrganizationalUnit', { ParentId: unit, Name: 'web', Tags }],
    ['UpdateOrganizationalUnit', { OrganizationalUnitId: unit, Name: 'web' }],
    ['DescribeOrganizationalUnit', { OrganizationalUnitId: unit }],
    ['DeleteOrganizationalUnit', { OrganizationalUnitId: unit }],
    ...['ListAccountsForParent', 'ListOrganizationalUnitsForParent'].map(
      (name) => [name, { ParentId: unit }] as const,
    ),
    ['ListChildren', { ParentId: RootId, ChildType: 'ACCOUNT' }],
    ['ListParents', { ChildId: unit }],
    ['CreatePolicy', { ...scp, Tags }],
    ...[PolicyId, other, 'p-00000000'].flatMap((id) =>
      ['DescribePolicy', 'UpdatePolicy', 'ListTargetsForPolicy', 'DeletePolicy'].map(
        (name) => [name, { PolicyId: id }] as const,
      ),
    ),
    ...[RootId, unit, account].flatMap((TargetId) =>
      ['AttachPolicy', 'DetachPolicy'].map((name) => [name, { PolicyId: other, TargetId }] as const),
    ),
    ['ListPolicies', { Filter }],
    ['ListPoliciesForTarget', { TargetId: unit, Filter }],
    ...['EnablePolicyType', 'DisablePolicyType'].map(
      (name) => [name, { RootId, PolicyType: Filter }] as const,
    ),
    ...[unit, PolicyId].flatMap((ResourceId) => [
      ['TagResource', { ResourceId, Tags }] as const,
      ['UntagResource', { ResourceId, TagKeys: ['team', 'own'] }] as const,
      ['ListTagsForResource', { ResourceId }] as const,
    ]),
    ...['EnableAWSServiceAccess', 'DisableAWSServiceAccess', 'ListDelegatedAdministrators'].map(
      (name) => [name, { ServicePrincipal: 'ram.amazonaws.com' }] as const,
    ),
    ['ListDelegatedAdministrators', {}],
    ...['RegisterDelegatedAdministrator', 'DeregisterDelegatedAdministrator'].map(
      (name) => [name, { AccountId: account, ServicePrincipal: 'ram.amazonaws.com' }] as const,
    ),
    ['ListDelegatedServicesForAccount', { AccountId: account }],
    ...['ListInboundResponsibilityTransfers', 'ListOutboundResponsibilityTransfers'].map(
      (name) => [name, { Type: 'BILLING' }] as const,
    ),
  ];
  for (const [operation, input] of calls) await ask(`organizations:${operation}`, input);
  t.compare();
});
