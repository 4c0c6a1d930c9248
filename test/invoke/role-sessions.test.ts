/** The sessions of roles that services work in: one serves many calls, until it is about to end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { workflowContext } from '../../src/invoke/effects.ts';
import { ec2 } from '../../src/services/ec2/ec2.ts';
import { ACCOUNT, allow, lookupEvents, REGION, trust } from '../worlds/account.ts';
import { startServerFor } from '../worlds/server.ts';

const MINUTE_MS = 60_000;
const RoleName = 'worker';

test('a service works in one session of a role until five minutes before its end, or until the role is another', async (t) => {
  const server = await startServerFor(t);
  const iam = server.client(IAMClient);
  const { runtime } = server.latchkey;
  const makeRole = async () => {
    const AssumeRolePolicyDocument = trust({ Service: 'ec2.amazonaws.com' });
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    await iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: allow('ec2:DescribeVpcs') }),
    );
  };
  /** How many sessions were begun so far, once another call is made. */
  const begun = async (sessionName = 'work') => {
    const { clock, entropy, turns, ports } = runtime;
    const nowMs = clock.nowMs();
    const work = { account: ACCOUNT, region: REGION, requestId: 'r', nowMs, entropy, turns, ports };
    const role = {
      roleArn: `arn:aws:iam::${ACCOUNT}:role/${RoleName}`,
      sessionName,
      service: 'ec2.amazonaws.com',
    };
    const { call } = await workflowContext(runtime, work, ec2).asRole(role);
    await call('ec2', 'DescribeVpcs', {});
    const events = await lookupEvents(server, { AttributeKey: 'EventName', AttributeValue: 'AssumeRole' });
    return events.length;
  };
  await makeRole();
  assert.deepEqual([await begun(), await begun()], [1, 1]);
  await server.advance(54 * MINUTE_MS);
  assert.equal(await begun(), 1);
  await server.advance(2 * MINUTE_MS);
  assert.deepEqual([await begun(), await begun()], [2, 2]);
  assert.deepEqual([await begun('other'), await begun('other'), await begun()], [3, 3, 3]);
  await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'p' }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
  await makeRole();
  assert.deepEqual([await begun(), await begun()], [4, 4]);
});
