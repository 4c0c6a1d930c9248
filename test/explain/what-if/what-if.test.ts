/** What `latchkey what-if` foretells of another key policy, and that it comes true when the policy is put. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateVolumeCommand, StartInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { CreateAliasCommand, EncryptCommand, KMSClient, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { renderWhatIf } from '../../../src/explain/what-if/render-what-if.ts';
import type { ChangedUse, WhatIf } from '../../../src/explain/what-if/what-if.ts';
import { auditLog } from '../../../src/invoke/audit/audit.ts';
import { ACCOUNT, allowing, REGION, ZONE } from '../../worlds/account.ts';
import { ec2World, type World } from '../../worlds/ec2.ts';
import { refusal } from '../../worlds/server.ts';

const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const OTHER_ACCOUNT = '111122223333';

const forKey = (principal: string, ...actions: string[]) => ({
  Effect: 'Allow',
  Principal: { AWS: principal },
  Action: actions,
  Resource: '*',
});
const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const DEFAULT = forKey(ROOT, 'kms:*');

const whatIf = (world: World, key: string, proposed: object) =>
  world.server.ask<WhatIf>('what-if', { key, policy: JSON.stringify(proposed) });

const uses = (changed: readonly ChangedUse[]) =>
  changed.map(({ who, action, inCourseOf, count }) => [who, action, inCourseOf ?? 'directly', count]);

const encryptWith = (kms: KMSClient, KeyId: string) =>
  kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));

test('an account that is no longer trusted with the key: who loses what, directly and through EC2', async (t) => {
  const world = await ec2World(t);
  const key = await world.newKey();
  const ann = await world.user('ann', allowing('kms:Encrypt'));
  const john = await world.user('john', allowing('ec2:*', 'kms:CreateGrant', 'kms:Generate*'));
  await encryptWith(ann.kms, key);
  await encryptWith(ann.kms, key);
  const instance = await world.run(
    {
      BlockDeviceMappings: [
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: key } },
      ],
    },
    john.ec2,
  );
  await world.server.settled();
  await john.ec2.send(new StopInstancesCommand({ InstanceIds: [instance] }));
  await world.server.settled();
  await john.ec2.send(new StartInstancesCommand({ InstanceIds: [instance] }));
  await world.server.settled();
  assert.equal((await world.instance(instance)).State?.Name, 'running');

  const proposed = policy(
    forKey(ROOT, 'kms:PutKeyPolicy', 'kms:DescribeKey'),
    forKey(ann.arn, 'kms:Encrypt'),
  );
  const answer = await whatIf(world, key, proposed);
  assert.deepEqual(uses(answer.denied).sort(), [
    ['user john', 'kms:CreateGrant', 'ec2:RunInstances', 1],
    ['user john', 'kms:CreateGrant', 'ec2:StartInstances', 1],
    ['user john', 'kms:GenerateDataKeyWithoutPlaintext', 'ec2:RunInstances', 1],
  ]);
  assert.deepEqual(answer.allowed, []);
  assert.equal(answer.leavesAccountOut, false);
  assert.match(
    renderWhatIf(answer),
    /user john\n {4}kms:CreateGrant, asked by ec2-frontend-api.amazonaws.com for ec2:StartInstances: at /,
  );
  assert.match(renderWhatIf(answer), /because no resource-based policy allows the kms:CreateGrant action/);

  await world.kms.send(new PutKeyPolicyCommand({ KeyId: key, Policy: JSON.stringify(proposed) }));
  await encryptWith(ann.kms, key);
  await john.ec2.send(new StopInstancesCommand({ InstanceIds: [instance] }));
  await world.server.settled();
  await john.ec2.send(new StartInstancesCommand({ InstanceIds: [instance] }));
  await world.server.settled();
  assert.equal((await world.instance(instance)).State?.Name, 'stopped', 'as was foretold');
});

test('a policy that lets in who was refused', async (t) => {
  const world = await ec2World(t);
  const key = await world.newKey();
  const bob = await world.user('bob');
  await refusal(encryptWith(bob.kms, key));
  const proposed = policy(DEFAULT, forKey(bob.arn, 'kms:Encrypt'));
  const answer = await whatIf(world, key, proposed);
  assert.deepEqual(uses(answer.allowed), [['user bob', 'kms:Encrypt', 'directly', 1]]);
  assert.deepEqual(answer.denied, []);
  await world.kms.send(new PutKeyPolicyCommand({ KeyId: key, Policy: JSON.stringify(proposed) }));
  await encryptWith(bob.kms, key);
});

test('another account that uses the key is among those who lose it', async (t) => {
  const world = await ec2World(t);
  const foreign = world.server.client(KMSClient, await world.server.root(OTHER_ACCOUNT));
  const key = await world.newKey(
    policy(DEFAULT, forKey(`arn:aws:iam::${OTHER_ACCOUNT}:root`, 'kms:Encrypt')),
  );
  await encryptWith(foreign, key);
  const answer = await whatIf(world, key, policy(DEFAULT));
  assert.deepEqual(uses(answer.denied), [
    [`the root user of account ${OTHER_ACCOUNT}`, 'kms:Encrypt', 'directly', 1],
  ]);
});

test('conditions are judged by the values that they had: a key only for EC2', async (t) => {
  const world = await ec2World(t);
  const key = await world.newKey();
  const john = await world.user('john', allowing('ec2:CreateVolume', 'kms:*'));
  await encryptWith(john.kms, key);
  await john.ec2.send(
    new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId: key }),
  );
  await world.server.settled();
  const throughEc2 = {
    ...forKey(ROOT, 'kms:GenerateDataKey*', 'kms:CreateGrant', 'kms:Encrypt'),
    Condition: { StringEquals: { 'kms:ViaService': `ec2.${REGION}.amazonaws.com` } },
  };
  const manage = forKey(ROOT, 'kms:Put*', 'kms:Describe*');
  const answer = await whatIf(world, key, policy(manage, throughEc2));
  assert.deepEqual(uses(answer.denied), [['user john', 'kms:Encrypt', 'directly', 1]]);
});

test('a policy that leaves the account out says so; one as it is changes nothing', async (t) => {
  const world = await ec2World(t);
  const key = await world.newKey();
  assert.match(renderWhatIf(await whatIf(world, key, policy(DEFAULT))), /Nobody has used the key here yet/);
  await world.kms.send(new CreateAliasCommand({ AliasName: 'alias/app', TargetKeyId: key }));
  const ann = await world.user('ann', allowing('kms:*'));
  await encryptWith(ann.kms, 'alias/app');
  const out = await whatIf(world, 'alias/app', policy(forKey(ann.arn, 'kms:*')));
  assert.equal(out.leavesAccountOut, true);
  assert.match(renderWhatIf(out), /The root user of the key's account could not change this policy any more/);
  const same = await whatIf(world, 'alias/app', policy(DEFAULT));
  assert.deepEqual([same.denied, same.allowed, same.judged], [[], [], 2]);
  assert.match(
    renderWhatIf(same),
    /The 2 recorded uses of the key since \S+ were decided again: all come out the same/,
  );
});

test('a key or policy that is none is refused in the words of KMS', async (t) => {
  const world = await ec2World(t);
  const key = await world.newKey();
  const because = (call: Promise<unknown>) =>
    call.then(
      () => assert.fail('it was answered'),
      (error: Error) => error.message,
    );
  assert.match(
    await because(whatIf(world, 'alias/none', policy(DEFAULT))),
    /^NotFoundException: Alias .* is not found/,
  );
  const nobody = policy(forKey(`arn:aws:iam::${ACCOUNT}:user/nobody`, 'kms:*'));
  assert.match(
    await because(whatIf(world, key, nobody)),
    /^MalformedPolicyDocumentException: Policy contains a statement with one or more invalid principals/,
  );
});

test('every recorded use is decided again, however many there are', async (t) => {
  const world = await ec2World(t);
  const key = await world.newKey();
  const ann = await world.user('ann', allowing('kms:Encrypt'));
  await encryptWith(ann.kms, key);
  const { store } = world.server.latchkey.runtime;
  // More than are read at a time.
  await store.transact(async (tx) => {
    const label = { name: 'EventName', value: 'Encrypt' };
    const [entry = assert.fail()] = await tx.scan(auditLog, { label, limit: 1 });
    for (let at = 0; at < 1000; at++) tx.append(auditLog, entry);
  });
  const { judged, denied } = await whatIf(world, key, policy(forKey(ROOT, 'kms:PutKeyPolicy')));
  assert.deepEqual([judged, uses(denied)], [1001, [['user ann', 'kms:Encrypt', 'directly', 1001]]]);
});
