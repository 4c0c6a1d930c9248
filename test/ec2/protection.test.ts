/** Instances that are protected from termination and from being stopped, which Spot Instances cannot be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DescribeSubnetsCommand,
  ModifyInstanceAttributeCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const terminate = (world: World, ...InstanceIds: string[]) =>
  world.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
const states = async (world: World, ...ids: string[]) => {
  await world.server.settled();
  return Promise.all(ids.map(async (id) => (await world.instance(id)).State?.Name));
};
const mayNot = (id: string, attribute: string) => ({
  code: 'OperationNotPermitted',
  message: `The instance '${id}' may not be terminated. Modify its '${attribute}' instance attribute and try again.`,
  status: 400,
});

test('stop protection keeps an instance from termination, too', async (t) => {
  const world = await ec2World(t);
  const id = await world.run({ DisableApiStop: true });
  await world.server.settled();
  assert.deepEqual(await refusal(terminate(world, id)), mayNot(id, 'disableApiStop'));
  await world.ec2.send(
    new ModifyInstanceAttributeCommand({ InstanceId: id, DisableApiTermination: { Value: true } }),
  );
  assert.deepEqual(await refusal(terminate(world, id)), mayNot(id, 'disableApiTermination'));
  for (const attribute of ['DisableApiStop', 'DisableApiTermination'])
    await world.ec2.send(
      new ModifyInstanceAttributeCommand({ InstanceId: id, [attribute]: { Value: false } }),
    );
  await terminate(world, id);
  assert.deepEqual(await states(world, id), ['terminated']);
});

test('a protected instance holds those of its zone; in other zones they go, though the request fails', async (t) => {
  const world = await ec2World(t);
  const { Subnets } = await world.ec2.send(new DescribeSubnetsCommand({}));
  const zones = Subnets!.map(({ SubnetId }) => SubnetId!);
  const run = (zone: number, DisableApiTermination = false) =>
    world.run({ SubnetId: zones[zone], DisableApiTermination });
  const [a, b, c, d] = [await run(0), await run(0), await run(1, true), await run(1)];
  await world.server.settled();
  assert.deepEqual(await refusal(terminate(world, d, c)), mayNot(c, 'disableApiTermination'));
  assert.deepEqual(await states(world, c, d), ['running', 'running']);
  const all = [a, b, c, d];
  const { code } = await refusal(
    world.ec2.send(new TerminateInstancesCommand({ InstanceIds: all, DryRun: true })),
  );
  assert.equal(code, 'DryRunOperation');
  assert.deepEqual(await states(world, ...all), Array(4).fill('running'));
  assert.deepEqual(await refusal(terminate(world, ...all)), mayNot(c, 'disableApiTermination'));
  assert.deepEqual(await states(world, ...all), ['terminated', 'terminated', 'running', 'running']);
  const [record, ...others] = await world.trail({ name: 'EventName', value: 'TerminateInstances' });
  assert.deepEqual([record!.errorCode, others.length], ['Client.OperationNotPermitted', 2]);
});

test('a Spot Instance cannot be protected', async (t) => {
  const world = await ec2World(t);
  const SPOT = { InstanceMarketOptions: { MarketType: 'spot' } } as const;
  const id = await world.run(SPOT);
  await world.server.settled();
  const modify = (input: object) =>
    refusal(world.ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, ...input })));
  const unsupported = (attribute: string) => ({
    code: 'UnsupportedOperation',
    message: `Modifying '${attribute}' is not supported for spot instances.`,
    status: 400,
  });
  for (const Value of [true, false]) {
    assert.deepEqual(
      await modify({ DisableApiTermination: { Value } }),
      unsupported('disableApiTermination'),
    );
    assert.deepEqual(
      await modify({ Attribute: 'disableApiTermination', Value: String(Value) }),
      unsupported('disableApiTermination'),
    );
    assert.deepEqual(await modify({ DisableApiStop: { Value } }), unsupported('disableApiStop'));
  }
  for (const asked of [{ DisableApiTermination: true }, { DisableApiStop: true }])
    assert.equal((await refusal(world.run({ ...SPOT, ...asked }))).code, 'InvalidParameterCombination');
  await terminate(world, id);
  assert.deepEqual(await states(world, id), ['terminated']);
});

test('stopping asks for stop protection alone', async (t) => {
  const world = await ec2World(t);
  const id = await world.run({ DisableApiTermination: true });
  await world.server.settled();
  await world.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  assert.deepEqual(await states(world, id), ['stopped']);
});
