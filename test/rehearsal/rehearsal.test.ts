/** A rehearsal asks what the real call would ask, and leaves nothing behind. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StartInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { recordedCall } from '../../src/invoke/audit/recorded-call.ts';
import type { Invocation } from '../../src/invoke/runtime.ts';
import { idleBlocks } from '../../src/rehearsal/idle-hosts.ts';
import { Rehearsal } from '../../src/rehearsal/rehearsal.ts';
import { ec2World, type World } from '../worlds/ec2.ts';

async function stoppedInstance(world: World, keys: readonly string[]): Promise<string> {
  const id = await world.run({
    BlockDeviceMappings: keys.map((KmsKeyId, at) => ({
      DeviceName: `/dev/sd${'fgh'[at]}`,
      Ebs: { Encrypted: true, KmsKeyId, VolumeSize: 1 },
    })),
  });
  await world.server.settled();
  await world.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  await world.server.settled();
  return id;
}

async function lastCall(world: World, eventName: string): Promise<Invocation> {
  const { runtime } = world.server.latchkey;
  const event = (await world.trail({ name: 'EventName', value: eventName })).at(-1);
  const call = await runtime.store.read((tx) => recordedCall(runtime, tx, String(event?.eventID)));
  assert.ok(call);
  return call;
}

test('a walk-through passes over denials and names everything that is asked, to the end of the workflows', async (t) => {
  const world = await ec2World(t);
  const keys = [await world.newKey(), await world.newKey()];
  const id = await stoppedInstance(world, keys);
  const ann = await world.user('ann', { Effect: 'Allow', Action: 'ec2:*', Resource: '*' });
  await ann.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
  await world.server.settled();
  const grantsAsked = async () => (await world.trail({ name: 'EventName', value: 'CreateGrant' })).length;
  const before = await grantsAsked();

  const rehearsal = new Rehearsal(world.server.latchkey.runtime);
  const call = await lastCall(world, 'StartInstances');
  const { error, transcript } = await rehearsal.walkThrough(call);
  assert.equal(error, undefined);
  const asked = transcript.asked.map(({ invocation, ruling }) => [
    invocation.caller.kind,
    ruling.request.action,
    ruling.request.resource.split('/').at(-1),
    ruling.decision.allowed,
  ]);
  const names = keys.map((arn) => arn.split('/').at(-1));
  assert.deepEqual(asked, [
    ['external', 'ec2:StartInstances', id, true],
    ...names.map((name) => ['forwarded', 'kms:CreateGrant', name, false]),
    ...names.map((name) => ['infrastructure', 'kms:Decrypt', name, true]),
  ]);

  assert.deepEqual(
    (await rehearsal.try(call)).transcript.denied.map(({ ruling }) => ruling.request.action),
    ['kms:CreateGrant'],
  );
  assert.equal((await world.instance(id)).State?.Name, 'stopped');
  assert.equal(await grantsAsked(), before);
});

test('what is performed stays in the rehearsal and its forks', async (t) => {
  const world = await ec2World(t);
  const keyArn = await world.newKey();
  const { runtime } = world.server.latchkey;
  const id = await stoppedInstance(world, [keyArn]);
  await world.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
  await world.server.settled();
  const call = await lastCall(world, 'StartInstances');
  await world.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  await world.server.settled();

  const rehearsal = new Rehearsal(runtime);
  const DisableKey = runtime.registry.operation('kms', 'DisableKey');
  assert.ok(DisableKey);
  await rehearsal.perform({ caller: call.caller, operation: DisableKey, input: { KeyId: keyArn } });
  const { transcript } = await rehearsal.fork().try(call);
  assert.deepEqual(
    transcript.stateFailures.map(({ error }) => error.code),
    ['DisabledException'],
  );
  assert.deepEqual((await new Rehearsal(runtime).try(call)).transcript.stateFailures, []);
});

test('its host takes data keys over, as the one that keeps blocks does', async () => {
  const keys = Array.from({ length: 5 }, () => Buffer.alloc(64, 1)) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ];
  const [attached, sourceKey, targetKey, read, written] = keys;
  await idleBlocks.attach('vol-1', attached);
  await idleBlocks.copySnapshot({ sourceSnapshotId: 'snap-1', snapshotId: 'snap-2', sourceKey, targetKey });
  await idleBlocks.readBlock('snap-1', 0, read);
  await idleBlocks.writeBlock('snap-1', 0, Buffer.alloc(1), written);
  for (const key of keys) assert.ok(key.every((byte) => byte === 0));
});

test('what does not come to an end is cut short, and said to be', async (t) => {
  const world = await ec2World(t);
  const id = await stoppedInstance(world, [await world.newKey()]);
  await world.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
  await world.server.settled();
  const call = await lastCall(world, 'StartInstances');
  await world.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  await world.server.settled();
  const { runtime } = world.server.latchkey;
  const budget = { rehearsedMs: 600_000, steps: 4000, patientTurns: 20, turnsAtOneStep: 200 };

  const complete = await new Rehearsal(runtime, budget).try(call);
  assert.equal(complete.isCutShort, false);
  const fewSteps = await new Rehearsal(runtime, { ...budget, steps: complete.steps - 1 }).try(call);
  assert.equal(fewSteps.isCutShort, true);
  const { operation } = call;
  const definition = { ...operation.definition, calls: () => new Promise<never>(() => {}) };
  const never = { ...call, operation: { ...operation, shape: operation.shape, definition } };
  const hanging = await new Rehearsal(runtime, budget).try(never);
  assert.deepEqual([hanging.isCutShort, hanging.error, hanging.output], [true, undefined, undefined]);
  // What was asked until then is there.
  assert.deepEqual(
    hanging.transcript.asked.map(({ ruling }) => ruling.request.action),
    ['ec2:StartInstances'],
  );
});
