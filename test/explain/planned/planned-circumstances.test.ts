/**
 * `explain --as` rehearses a call that nobody made: where a policy asks how a call comes (from which address, with MFA, over TLS), the
 * answer depends on it, and is none where all that is in the way does.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allowing, denying } from '../../worlds/account.ts';
import { ec2World, type World } from '../../worlds/ec2.ts';
import type { Explained } from '../../worlds/remedies.ts';

let world: World;
let machine = '';
before(async () => {
  world = await ec2World(undefined);
  machine = await world.run();
  await world.server.settled();
});
after(() => world.server.close());

const where = (statement: object, Condition: object) => ({ ...statement, Condition });
const OFFICE = { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } };
const WITHOUT_MFA = { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } };
const IN_THE_CLEAR = { Bool: { 'aws:SecureTransport': 'false' } };

const snapshotBy = async (name: string, ...statements: object[]): Promise<Explained> => {
  await world.user(name, ...statements);
  const question = { subject: machine, as: `user/${name}`, call: 'RunInstances' };
  return world.server.ask<Explained>('explain', question);
};

test('an address that the policy asks for is not known', async () => {
  const { verdict, headline } = await snapshotBy('ann', where(allowing('ec2:*'), OFFICE));
  assert.equal(verdict, 'unknown');
  assert.match(
    headline,
    /^It cannot be said whether user ann could launch an instance like i-\w+: it depends on aws:sourceip \(nobody has made the call\): ec2:RunInstances is allowed where aws:SourceIp is within 203\.0\.113\.0\/24/i,
  );
});

test('what a Deny asks for is said, where the call is let through with it', async () => {
  const denies = [where(denying('*'), WITHOUT_MFA), where(denying('*'), IN_THE_CLEAR)];
  const { verdict, headline } = await snapshotBy('bob', allowing('ec2:*'), ...denies);
  assert.equal(verdict, 'depends');
  assert.match(
    headline,
    /^user bob could launch an instance like i-\w+, but it depends on aws:MultiFactorAuthPresent \(nobody has made the call\) and on aws:SecureTransport/,
  );
});

test('who lacks something else lacks it however he calls', async () => {
  const { verdict, checks } = await snapshotBy('cid', where(allowing('ec2:DescribeInstances'), OFFICE));
  assert.equal(verdict, 'denied');
  assert.equal(checks[0]?.action, 'ec2:RunInstances');
});

test('nothing depends on what no policy asks for', async () => {
  assert.equal((await snapshotBy('dee', allowing('ec2:*'))).verdict, 'allowed');
});
