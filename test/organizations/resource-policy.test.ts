/** The organization's resource policy: members do what it lets them do, where their own policies let them, too. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as org from '@aws-sdk/client-organizations';
import { allowing, memberAccount, newUser, policy, rootOf } from '../worlds/account.ts';
import { refusal, startServerFor } from '../worlds/server.ts';

const DENY_KMS = policy({ Effect: 'Deny', Action: 'kms:*', Resource: '*' });
const SCP = 'SERVICE_CONTROL_POLICY' as const;

async function world(t: Parameters<typeof startServerFor>[0]) {
  const server = await startServerFor(t);
  const member = await memberAccount(server);
  const management = server.client(org.OrganizationsClient);
  const { Organization } = await management.send(new org.DescribeOrganizationCommand({}));
  const { Roots } = await management.send(new org.ListRootsCommand({}));
  const ParentId = Roots![0]!.Id!;
  await management.send(new org.EnablePolicyTypeCommand({ RootId: ParentId, PolicyType: SCP }));
  const unitNamed = async (Name: string) =>
    (await management.send(new org.CreateOrganizationalUnitCommand({ ParentId, Name }))).OrganizationalUnit!;
  return {
    server,
    member,
    management,
    root: server.client(org.OrganizationsClient, await server.root(member)),
    prefix: Organization!.Arn!.replace(/organization\/.*/, ''),
    organizationId: Organization!.Id!,
    open: await unitNamed('open'),
    closed: await unitNamed('closed'),
    put: (...statements: object[]) =>
      management.send(new org.PutResourcePolicyCommand({ Content: policy(...statements) })),
    letIn: (Action: string | string[], rest: object = {}) => ({
      Effect: 'Allow',
      Principal: { AWS: rootOf(member) },
      Action,
      Resource: '*',
      ...rest,
    }),
  };
}

// https://docs.aws.amazon.com/organizations/latest/APIReference/API_PutResourcePolicy.html
test('the management account puts it, under one id, with tags when it is new', async (t) => {
  const { management, root, put, letIn, organizationId } = await world(t);
  const describe = (client = management) => client.send(new org.DescribeResourcePolicyCommand({}));
  const remove = () => management.send(new org.DeleteResourcePolicyCommand({}));
  for (const call of [describe, remove])
    assert.equal((await refusal(call())).code, 'ResourcePolicyNotFoundException');
  const Content = policy(letIn('organizations:ListAccounts'));
  const Tags = [{ Key: 'team', Value: 'blue' }];
  const { ResourcePolicy } = await management.send(new org.PutResourcePolicyCommand({ Content, Tags }));
  const { Id, Arn } = ResourcePolicy!.ResourcePolicySummary!;
  assert.match(Id!, /^rp-[0-9a-z]{8}$/);
  assert.match(Arn!, new RegExp(`^arn:aws:organizations::\\d{12}:resourcepolicy/${organizationId}/${Id}$`));
  const other = await put(letIn('organizations:ListRoots'));
  assert.equal(other.ResourcePolicy!.ResourcePolicySummary!.Id, Id);
  assert.match((await describe()).ResourcePolicy!.Content!, /ListRoots/);
  assert.equal(
    (await refusal(management.send(new org.PutResourcePolicyCommand({ Content, Tags })))).code,
    'InvalidInputException',
  );

  const tags = async () =>
    (await management.send(new org.ListTagsForResourceCommand({ ResourceId: Id! }))).Tags!;
  assert.deepEqual(await tags(), Tags);
  await management.send(new org.TagResourceCommand({ ResourceId: Id!, Tags: [{ Key: 'a', Value: 'b' }] }));
  await management.send(new org.UntagResourceCommand({ ResourceId: Id!, TagKeys: ['team'] }));
  assert.deepEqual(await tags(), [{ Key: 'a', Value: 'b' }]);
  const stranger = new org.ListTagsForResourceCommand({ ResourceId: 'rp-00000000' });
  assert.equal((await refusal(management.send(stranger))).code, 'TargetNotFoundException');

  assert.equal((await refusal(describe(root))).code, 'AccessDeniedException');
  await put(letIn('organizations:DescribeResourcePolicy'));
  assert.equal((await describe(root)).ResourcePolicy!.ResourcePolicySummary!.Id, Id);
  assert.equal(
    (await refusal(root.send(new org.DeleteResourcePolicyCommand({})))).code,
    'AccessDeniedException',
  );
  await remove();
  assert.equal((await refusal(describe())).code, 'ResourcePolicyNotFoundException');
  assert.equal((await refusal(describe(root))).code, 'AccessDeniedException');
});

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs-policy-delegate.html
test('a member manages the policies that it is let manage, on what it is let attach them to', async (t) => {
  const { server, root, put, letIn, prefix, organizationId, open, closed, management } = await world(t);
  const create = (Name: string) =>
    root.send(new org.CreatePolicyCommand({ Name, Type: SCP, Content: DENY_KMS, Description: '' }));
  const attach = (PolicyId: string, TargetId: string) =>
    root.send(new org.AttachPolicyCommand({ PolicyId, TargetId }));
  // Without a policy it is as ever.
  assert.equal(
    (await refusal(create('none'))).message,
    "You don't have permissions to access this resource.",
  );
  const policies = `${prefix}policy/${organizationId}/service_control_policy/*`;
  await put(
    letIn(['organizations:CreatePolicy', 'organizations:AttachPolicy'], { Resource: policies }),
    letIn('organizations:AttachPolicy', { Resource: open.Arn }),
    letIn('organizations:ListPolicies', {
      Condition: { StringLikeIfExists: { 'organizations:PolicyType': SCP } },
    }),
  );
  const { Policy } = await create('guard');
  const id = Policy!.PolicySummary!.Id!;
  await attach(id, open.Id!);
  const denied = await refusal(attach(id, closed.Id!));
  assert.equal(denied.code, 'AccessDeniedException');
  const explained = await server.ask<{ text: string }>('explain', { subject: denied.message });
  assert.match(explained.text, /Nearest is \S+:resourcepolicy\/\S+, statement 1: it is about /);
  assert.match(
    denied.message,
    /because no resource-based policy allows the organizations:AttachPolicy action$/,
  );
  const list = (Filter: org.PolicyType) => root.send(new org.ListPoliciesCommand({ Filter }));
  assert.ok((await list(SCP)).Policies!.some(({ Id }) => Id === id));
  assert.equal((await refusal(list('RESOURCE_CONTROL_POLICY'))).code, 'AccessDeniedException');
  const { Targets } = await management.send(new org.ListTargetsForPolicyCommand({ PolicyId: id }));
  assert.deepEqual(
    Targets!.map(({ TargetId }) => TargetId),
    [open.Id],
  );
});

test('it lets nobody do what cannot be delegated, nor whom his own account does not let', async (t) => {
  const { server, member, root, put, letIn, open } = await world(t);
  const list = (client: org.OrganizationsClient) => client.send(new org.ListAccountsCommand({}));
  const makeUnit = new org.CreateOrganizationalUnitCommand({ ParentId: open.Id!, Name: 'inner' });
  await put(letIn('organizations:*'));
  assert.equal((await list(root)).Accounts!.length, 2);
  assert.equal(
    (await refusal(root.send(makeUnit))).message,
    "You don't have permissions to access this resource.",
  );
  const ann = await newUser(server, 'ann', {
    account: member,
    allow: [allowing('organizations:ListAccounts')],
  });
  const bob = await newUser(server, 'bob', { account: member, allow: [allowing('kms:*')] });
  assert.equal((await list(server.client(org.OrganizationsClient, ann.credentials))).Accounts!.length, 2);
  assert.match(
    (await refusal(list(server.client(org.OrganizationsClient, bob.credentials)))).message,
    /because no identity-based policy allows the organizations:ListAccounts action$/,
  );
  const { text } = await server.ask<{ text: string }>('explain', { subject: bob.arn });
  assert.match(text, /organizations:ListAccounts/);
  await put(letIn('organizations:*'), { ...letIn('organizations:ListAccounts'), Effect: 'Deny' });
  assert.match((await refusal(list(root))).message, /with an explicit deny in a resource-based policy/);
});

test('what is no policy for it is refused', async (t) => {
  const { management, letIn } = await world(t);
  const { Principal: _none, ...nobody } = letIn('organizations:ListRoots');
  const { Action: _action, ...bare } = letIn('organizations:ListRoots');
  const { Resource: _resource, ...everywhere } = letIn('organizations:ListRoots');
  const rows: readonly [content: string, reason: string][] = [
    ['{', 'INVALID_PATTERN'],
    [policy(nobody), 'INVALID_PATTERN'],
    [policy({ ...nobody, Principal: { Service: 'ec2.amazonaws.com' } }), 'INVALID_PRINCIPAL'],
    [policy({ ...bare, NotAction: 'organizations:ListRoots' }), 'INVALID_PATTERN'],
    [policy({ ...everywhere, NotResource: '*' }), 'INVALID_PATTERN'],
  ];
  for (const [Content, reason] of rows) {
    const error = await management.send(new org.PutResourcePolicyCommand({ Content })).then(
      () => assert.fail(Content),
      (thrown: org.InvalidInputException) => thrown,
    );
    assert.deepEqual([error.name, error.Reason], ['InvalidInputException', reason]);
  }
});
