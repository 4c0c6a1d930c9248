/** `latchkey audit` names statements that no request meets, in whichever policy they stand; beside each stands what it was meant to be. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Audit } from '../../../src/explain/audit/audit.ts';
import { ACCOUNT, memberAccount, policy } from '../../worlds/account.ts';
import { anyCall } from '../../worlds/any-call.ts';
import { startServerFor, type TestServer } from '../../worlds/server.ts';

let server: TestServer;
let account: string;
let endpoint: string;
before(async () => {
  server = await startServerFor(undefined);
  account = await memberAccount(server);
  await call('iam:CreateUser', { UserName: 'ann' });
  await call('iam:CreateGroup', { GroupName: 'devs' });
  await call('iam:AddUserToGroup', { UserName: 'ann', GroupName: 'devs' });
  const AssumeRolePolicyDocument = policy({
    ...{ Effect: 'Allow', Action: 'sts:AssumeRole' },
    Principal: { AWS: iam('root') },
  });
  await call('iam:CreateRole', { RoleName: 'app', AssumeRolePolicyDocument });
  const { Vpc } = (await call('ec2:CreateVpc', { CidrBlock: '10.7.0.0/16' })) as unknown as {
    Vpc: { VpcId: string };
  };
  const made = (await call('ec2:CreateVpcEndpoint', {
    ...{ VpcId: Vpc.VpcId, VpcEndpointType: 'Interface', PrivateDnsEnabled: false },
    ServiceName: 'com.amazonaws.us-east-1.kms',
  })) as unknown as { VpcEndpoint: { VpcEndpointId: string } };
  endpoint = made.VpcEndpoint.VpcEndpointId;
});
after(() => server.close());

const call = async (name: string, input: object, where = account) => {
  const [service = '', operation = ''] = name.split(':');
  return anyCall(server, await server.root(where), { service, operation, input }) as Promise<
    Record<string, never>
  >;
};
const findings = async () =>
  (await server.ask<Audit>('audit')).findings.filter(({ rule }) => rule === 'statement-without-effect');

/** Of a caller whose ARN is written as no request has it, and as one has. */
const NEVER = { ArnLike: { 'aws:PrincipalArn': 'arn:aws:sts::999988887777:assumed-role/app/*' } };
const MEANT = { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::999988887777:role/app' } };

interface Place {
  /** Puts the statement there, and says what bears it. */
  readonly put: (statement: object) => Promise<string>;
  readonly name: RegExp;
  readonly element?: object;
}

const everybody = { Principal: '*' };
const iam = (name: string) => `arn:aws:iam::${account}:${name}`;
const inline = { PolicyName: 'own' };

async function managed(PolicyName: string, statement: object): Promise<string> {
  const PolicyArn = iam(`policy/${PolicyName}`);
  const PolicyDocument = policy(statement);
  const made = await call('iam:CreatePolicy', { PolicyName, PolicyDocument }).catch(() => undefined);
  if (!made) await call('iam:CreatePolicyVersion', { PolicyArn, PolicyDocument, SetAsDefault: true });
  return PolicyArn;
}

async function guardrail(Type: string, Name: string, statement: object): Promise<string> {
  const { Roots } = (await call('organizations:ListRoots', {}, ACCOUNT)) as unknown as {
    Roots: { Id: string }[];
  };
  const RootId = Roots[0]!.Id;
  await call('organizations:EnablePolicyType', { RootId, PolicyType: Type }, ACCOUNT).catch(() => undefined);
  const input = { Name: `${Name}${guardrails++}`, Description: '', Type, Content: policy(statement) };
  const { Policy } = (await call('organizations:CreatePolicy', input, ACCOUNT)) as unknown as {
    Policy: { PolicySummary: { Id: string; Arn: string } };
  };
  const { Id: PolicyId, Arn } = Policy.PolicySummary;
  await call('organizations:AttachPolicy', { PolicyId, TargetId: account }, ACCOUNT);
  return Arn;
}
let guardrails = 0;

const PLACES: Readonly<Record<string, Place>> = {
  'an inline policy of a user': {
    name: /^user ann, inline policy own$/,
    async put(statement) {
      await call('iam:PutUserPolicy', { UserName: 'ann', ...inline, PolicyDocument: policy(statement) });
      return iam('user/ann');
    },
  },
  'an inline policy of a group': {
    name: /^group devs, inline policy own$/,
    async put(statement) {
      await call('iam:PutGroupPolicy', { GroupName: 'devs', ...inline, PolicyDocument: policy(statement) });
      return iam('group/devs');
    },
  },
  'a managed policy': {
    name: /:policy\/attached$/,
    async put(statement) {
      const PolicyArn = await managed('attached', statement);
      await call('iam:AttachUserPolicy', { UserName: 'ann', PolicyArn });
      return PolicyArn;
    },
  },
  'a boundary': {
    name: /:policy\/bounding$/,
    async put(statement) {
      const PermissionsBoundary = await managed('bounding', statement);
      await call('iam:PutRolePermissionsBoundary', { RoleName: 'app', PermissionsBoundary });
      return PermissionsBoundary;
    },
  },
  'a trust policy': {
    name: /^trust policy of role app$/,
    element: { Principal: { AWS: '*' }, Action: 'sts:AssumeRole', Resource: undefined },
    async put(statement) {
      await call('iam:UpdateAssumeRolePolicy', { RoleName: 'app', PolicyDocument: policy(statement) });
      return iam('role/app');
    },
  },
  'a service control policy': {
    name: /^service control policy Guard\d$/,
    element: { Effect: 'Deny' },
    put: (statement) => guardrail('SERVICE_CONTROL_POLICY', 'Guard', statement),
  },
  'a resource control policy': {
    name: /^resource control policy Fence\d$/,
    element: { Effect: 'Deny', ...everybody },
    put: (statement) => guardrail('RESOURCE_CONTROL_POLICY', 'Fence', statement),
  },
  'the policy of a VPC endpoint': {
    name: /^policy of VPC endpoint vpce-[0-9a-f]+$/,
    element: everybody,
    async put(statement) {
      const PolicyDocument = policy(statement);
      await call('ec2:ModifyVpcEndpoint', { VpcEndpointId: endpoint, PolicyDocument });
      return `arn:aws:ec2:us-east-1:${account}:vpc-endpoint/${endpoint}`;
    },
  },
  'the policy of an event bus': {
    name: /^policy of event bus default$/,
    element: { ...everybody, Action: 'events:PutEvents' },
    async put(statement) {
      const bus = `arn:aws:events:us-east-1:${account}:event-bus/default`;
      await call('events:PutPermission', { Policy: policy({ ...statement, Resource: bus }) });
      return bus;
    },
  },
  'a resource policy of CloudWatch Logs': {
    name: /^resource policy events of CloudWatch Logs$/,
    element: { Principal: { Service: 'events.amazonaws.com' }, Action: 'logs:PutLogEvents' },
    async put(statement) {
      const policyDocument = policy(statement);
      await call('logs:PutResourcePolicy', { policyName: 'events', policyDocument });
      return `arn:aws:logs:us-east-1:${account}:resource-policy:events`;
    },
  },
};

describe('a statement that no request meets, in', () => {
  for (const [place, { put, name, element }] of Object.entries(PLACES)) {
    test(place, async () => {
      const statement = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', ...element };
      const subject = await put({ Sid: 'Idle', ...statement, Condition: NEVER });
      const [found, ...others] = (await findings()).filter((each) => each.subject === subject);
      assert.deepEqual(others, []);
      assert.match(found?.name ?? '', name);
      assert.equal(found?.statement?.sid, 'Idle');
      const verb = statement.Effect === 'Deny' ? 'denies' : 'allows';
      assert.match(found.what, new RegExp(`^Statement 1 ${verb} nothing: aws:PrincipalArn is the ARN of `));
      assert.match(found.fix, /^Write the ARN of the role, with its path/);
      const again = await put({ Sid: 'Idle', ...statement, Condition: MEANT });
      assert.deepEqual(
        (await findings()).filter((each) => each.subject === again),
        [],
      );
    });
  }
});

test('a shared policy is named once, with whoever has it', async () => {
  const PolicyArn = await managed('shared', {
    ...{ Effect: 'Deny', Action: 'kms:Decrypt' },
    Resource: `arn:aws:kms:us-east-1:${account}:alias/app`,
  });
  await call('iam:AttachUserPolicy', { UserName: 'ann', PolicyArn });
  await call('iam:AttachRolePolicy', { RoleName: 'app', PolicyArn });
  const [found, ...others] = (await findings()).filter(({ subject }) => subject === PolicyArn);
  assert.deepEqual(others, []);
  assert.match(
    found?.what ?? '',
    /^Statement 1 denies nothing: its Resource is ".*:alias\/app", and of a call on a key the resource is the key, .*\. role app, user ann have the policy\.$/,
  );
  assert.match(found?.fix ?? '', /^Name the key by its ARN/);
});

test('an alias is the resource of calls on aliases', async () => {
  await call('iam:PutUserPolicy', {
    ...{ UserName: 'ann', PolicyName: 'aliases' },
    PolicyDocument: policy({
      ...{ Effect: 'Allow', Action: ['kms:*Alias', 'kms:Decrypt'] },
      Resource: `arn:aws:kms:us-east-1:${account}:alias/app`,
    }),
  });
  assert.deepEqual(
    (await findings()).filter(({ subject }) => subject === iam('user/ann')),
    [],
  );
});
