/** Identities of a real account that were read without all that AWS shows of them, in a fork that goes on from there. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  CreateAccessKeyCommand,
  CreatePolicyVersionCommand,
  GetAccountAuthorizationDetailsCommand,
  GetGroupCommand,
  GetInstanceProfileCommand,
  GetPolicyCommand,
  GetRoleCommand,
  GetUserCommand,
  IAMClient,
  ListPolicyVersionsCommand,
  ListUsersCommand,
} from '@aws-sdk/client-iam';
import { History } from '../../src/import/cloudtrail/history.ts';
import { Reads } from '../../src/import/snapshot/snapshot.ts';
import { saveSnapshot } from '../../src/import/snapshot/store.ts';
import { servingOptions } from '../../src/imported-world.ts';
import { allow, credentialsOf, trust } from '../worlds/account.ts';
import { startServerFor } from '../worlds/server.ts';

const ACCOUNT = '111122223333';
const arn = (kind: string) => `arn:aws:iam::${ACCOUNT}:${kind}`;
const policyArn = (name: string) => arn(`policy/deep/down/${name}`);
const Document = allow('kms:*');
const versions = (...ids: readonly string[]) => ({
  DefaultVersionId: ids[0],
  PolicyVersionList: ids.map((VersionId) => ({ VersionId, Document })),
});

const Tags = [{ Key: 'team', Value: 'red' }];
/** Newer than this server has it. */
const NEWER = 'arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess';

/** No path is among it: each is in the ARN. */
const DETAILS = {
  UserDetailList: [
    {
      UserName: 'uma',
      Arn: arn('user/team/uma'),
      AttachedManagedPolicies: [{ PolicyName: 'AmazonEC2ReadOnlyAccess', PolicyArn: NEWER }],
    },
  ],
  GroupDetailList: [{ GroupName: 'crew', Arn: arn('group/crew') }],
  RoleDetailList: [
    {
      RoleName: 'worker',
      Arn: arn('role/a/b/worker'),
      AssumeRolePolicyDocument: trust({ Service: 'ec2.amazonaws.com' }),
      InstanceProfileList: [
        { InstanceProfileName: 'worker', Arn: arn('instance-profile/servers/worker'), Tags },
      ],
    },
  ],
  Policies: [
    { PolicyName: 'one', Arn: policyArn('one'), ...versions('v3', 'v7') },
    { PolicyName: 'first', Arn: policyArn('first'), ...versions('v1') },
    {
      PolicyName: 'AmazonEC2ReadOnlyAccess',
      Arn: NEWER,
      DefaultVersionId: 'v9',
      PolicyVersionList: [{ VersionId: 'v9', Document: allow('iam:ListUsers') }],
    },
  ],
};

test('identities whose paths nobody read have those of their ARNs, and policies go on from their last version', async (t) => {
  const out = mkdtempSync(join(tmpdir(), 'latchkey-adopted-identities-'));
  t.after(() => rmSync(out, { recursive: true }));
  const reads = new Reads();
  const read = { account: ACCOUNT, region: 'global', at: '2025-03-02T00:00:00Z', input: {} };
  const by = { by: arn('user/reader'), from: 'aws' } as const;
  reads.add({ ...read, ...by, operation: 'iam:GetAccountAuthorizationDetails', output: DETAILS });
  // As where an account is in none.
  reads.add({ ...read, ...by, operation: 'organizations:DescribeOrganization', output: {} });
  saveSnapshot(out, { reads, history: new History() });
  const fork = await startServerFor(t, servingOptions(out, true));
  const iam = fork.client(IAMClient, await fork.root(ACCOUNT));
  const { User } = await iam.send(new GetUserCommand({ UserName: 'uma' }));
  const { Group } = await iam.send(new GetGroupCommand({ GroupName: 'crew' }));
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'worker' }));
  const { InstanceProfile } = await iam.send(
    new GetInstanceProfileCommand({ InstanceProfileName: 'worker' }),
  );
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: policyArn('one') }));
  assert.deepEqual(
    [User, Group, Role, InstanceProfile, Policy].map((each) => [each?.Path, each?.Arn]),
    [
      ['/team/', arn('user/team/uma')],
      ['/', arn('group/crew')],
      ['/a/b/', arn('role/a/b/worker')],
      ['/servers/', arn('instance-profile/servers/worker')],
      ['/deep/down/', policyArn('one')],
    ],
  );
  assert.deepEqual(InstanceProfile?.Tags, Tags);
  // The policy that AWS had there decides, however often it is asked.
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'uma' }));
  const uma = fork.client(IAMClient, credentialsOf(AccessKey));
  for (let time = 0; time < 3; time++) await uma.send(new ListUsersCommand({}));
  for (const [name, next] of [
    ['one', 'v8'],
    ['first', 'v2'],
  ] as const) {
    const PolicyArn = policyArn(name);
    const { PolicyVersion } = await iam.send(
      new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: Document }),
    );
    assert.equal(PolicyVersion?.VersionId, next);
    const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
    assert.equal(new Set(Versions?.map(({ VersionId }) => VersionId)).size, Versions?.length);
  }
  const details = await iam.send(
    new GetAccountAuthorizationDetailsCommand({ Filter: ['LocalManagedPolicy'] }),
  );
  const one = details.Policies?.find(({ PolicyName }) => PolicyName === 'one');
  assert.deepEqual(
    one?.PolicyVersionList?.map(({ VersionId }) => VersionId),
    ['v8', 'v7', 'v3'],
  );
});
