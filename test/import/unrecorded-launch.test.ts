/**
 * A group that launches nothing, of an account of which no trail was read: who launches for it is known all the same, so that one more
 * launch is rehearsed; and asked about its role by name, `explain --as` decides the launch that the role makes.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { History } from '../../src/import/cloudtrail/history.ts';
import { Reads } from '../../src/import/snapshot/snapshot.ts';
import type { ImportedWorld } from '../../src/imported-world.ts';
import { allowing, denying } from '../worlds/account.ts';
import { type GroupWorld, groupWorld, SERVICE_ROLE } from '../worlds/groups.ts';
import { type Importing, readAccount } from '../worlds/imported.ts';
import { accountReader } from '../worlds/read-account.ts';
import type { Explained } from '../worlds/remedies.ts';

const readAccountOf = accountReader();
let world: GroupWorld;
before(async () => {
  world = await groupWorld({ after: () => undefined });
  const BlockDeviceMappings = [
    { DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId: await world.newKey() } },
  ];
  await world.newGroup(await world.newTemplate({ BlockDeviceMappings }));
  await world.server.settled();
});

after(() => world.server.close());

async function imported(options: Importing = {}): Promise<ImportedWorld> {
  const into = { reads: new Reads(), history: new History() };
  await readAccount(world.server, into, { sinceDays: 0, ...options });
  return readAccountOf(into.reads, into.history);
}

const asked = async (of: ImportedWorld, subject: string, more: object = {}): Promise<Explained> =>
  (await of.questions.explain?.({ subject, ...more })) as Explained;
const documents = ({ remedies }: Explained) => remedies.map(({ document, target }) => ({ document, target }));

test('says who may not do what, and what mends it, as the server does by the records', async () => {
  const live = await world.server.ask<Explained>('explain', { subject: 'web' });
  const group = await world.group();
  const [activity] = await world.activities();
  const of = await imported();
  for (const subject of ['web', group.AutoScalingGroupARN!, activity!.ActivityId!]) {
    const found = await asked(of, subject);
    assert.equal(found.headline, live.headline);
    assert.equal(found.verdict, 'denied');
    assert.match(
      found.symptom ?? '',
      /^Auto Scaling group web could not launch: .*\. No call of that launch is on record: one more was rehearsed, with what is known now, as AWSServiceRoleForAutoScaling makes it\.$/,
    );
    assert.deepEqual(documents(found), documents(live), found.text);
    assert.ok(found.remediesVerified);
  }
});

test('asks nobody who may not ask', async () => {
  const of = await imported();
  const role = SERVICE_ROLE.replace(/^.*?:role/, 'role');
  for (const as of [SERVICE_ROLE, role, 'role/AWSServiceRoleForAutoScaling']) {
    const found = await asked(of, 'web', { as });
    assert.match(
      found.headline,
      /^role AWSServiceRoleForAutoScaling could not launch one more instance for web: autoscaling:SetDesiredCapacity was rehearsed; no trail was consulted\.$/,
    );
    assert.match(found.checks[0]?.action ?? '', /^kms:/);
  }
});

test('a role that launches for other groups is none of this one', async () => {
  const of = await imported();
  const other = `${SERVICE_ROLE}_other`;
  await assert.rejects(asked(of, 'web', { as: other }), /There is no principal \S+_other/);
});

test('what was not read is said, and where to look', async () => {
  const { credentials } = await world.user('half', allowing('*'), denying('ec2:DescribeLaunchTemplate*'));
  const found = await asked(await imported({ credentials }), 'web');
  assert.equal(found.verdict, 'unknown');
  assert.match(found.headline, /^Auto Scaling group web could not launch: /);
  assert.match(
    found.symptom ?? '',
    /^No call of that launch is on record: .* latchkey audit --from DIR names keys that do not admit the role of a group\.$/,
  );
});
