/** EC2 takes Spot Instances back: what it says before, how they end, and who gets another, KMS asked again. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DescribeSpotInstanceRequestsCommand, StartInstancesCommand } from '@aws-sdk/client-ec2';
import { PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { ACCOUNT, rootOf } from '../worlds/account.ts';
import { encryptedRoot, type World } from '../worlds/ec2.ts';
import { fleetWorld } from '../worlds/fleets.ts';
import { refusal } from '../worlds/server.ts';

const NOTICE_MS = 120_000;
const market = (SpotOptions: object = {}) => ({
  InstanceMarketOptions: { MarketType: 'spot' as const, SpotOptions },
});
const STOPPING = market({ SpotInstanceType: 'persistent', InstanceInterruptionBehavior: 'stop' });

const interrupt = async (world: World, instanceId: string, noticeMs = NOTICE_MS) => {
  await world.server.ask('spot-interrupt', { instanceId, noticeMs });
  await world.server.settled();
};

const statusOf = async (world: World, instanceId: string) => {
  const Filters = [{ Name: 'instance-id', Values: [instanceId] }];
  const found = await world.ec2.send(new DescribeSpotInstanceRequestsCommand({ Filters }));
  const [request] = found.SpotInstanceRequests!;
  return [request!.State, request!.Status!.Code];
};

const stateOf = async (world: World, id: string) => (await world.instance(id)).State!.Name;

describe('an interruption', () => {
  test('is told two minutes before, and then terminates', async (t) => {
    const world = await fleetWorld(t);
    const id = await world.run(market());
    await world.server.settled();
    await interrupt(world, id);
    const { events } = world;
    const told = (await events()).slice(-2);
    assert.deepEqual(
      told.map((event) => [event['detail-type'], event.detail, event.resources]),
      [
        [
          'EC2 Instance Rebalance Recommendation',
          { 'instance-id': id },
          [`arn:aws:ec2:us-east-1:${ACCOUNT}:instance/${id}`],
        ],
        [
          'EC2 Spot Instance Interruption Warning',
          { 'instance-id': id, 'instance-action': 'terminate' },
          [`arn:aws:ec2:us-east-1a:instance/${id}`],
        ],
      ],
    );
    assert.equal(await stateOf(world, id), 'running');
    assert.deepEqual(await statusOf(world, id), ['closed', 'instance-terminated-no-capacity']);
    await world.server.advance(NOTICE_MS);
    const { State, StateReason } = await world.instance(id);
    assert.deepEqual([State!.Name, StateReason!.Code], ['terminated', 'Server.SpotInstanceTermination']);
  });

  test('stops an instance that its user cannot start, and EC2 starts it as the Spot role', async (t) => {
    const world = await fleetWorld(t, { delays: 1 });
    const id = await world.run(STOPPING);
    await world.server.advance(60_000);
    await interrupt(world, id, 0);
    await world.server.advance(5_000);
    assert.equal(await stateOf(world, id), 'stopped');
    assert.deepEqual(await statusOf(world, id), ['disabled', 'instance-stopped-no-capacity']);
    const started = refusal(world.ec2.send(new StartInstancesCommand({ InstanceIds: [id] })));
    assert.equal((await started).code, 'IncorrectSpotRequestState');
    await world.server.advance(60_000);
    await world.server.advance(5_000);
    assert.equal(await stateOf(world, id), 'running');
    assert.deepEqual(await statusOf(world, id), ['active', 'fulfilled']);
    const start = (await world.trail({ name: 'EventName', value: 'StartInstances' })).at(-1)!;
    assert.equal(start.userIdentity.invokedBy, 'spot.amazonaws.com');
  });

  test('of an instance under a key that does not admit the Spot role leaves it stopped until the key does', async (t) => {
    const world = await fleetWorld(t);
    const keyArn = await world.newKey();
    const id = await world.run({ ...STOPPING, ...encryptedRoot(keyArn) });
    await world.server.settled();
    await interrupt(world, id, 0);
    const { State, StateReason } = await world.instance(id);
    assert.deepEqual([State!.Name, StateReason!.Code], ['stopped', 'Client.InternalError']);
    assert.deepEqual(await statusOf(world, id), ['disabled', 'instance-stopped-no-capacity']);
    const Role = `arn:aws:iam::${ACCOUNT}:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot`;
    const Statement = [
      { Effect: 'Allow', Principal: { AWS: rootOf(ACCOUNT) }, Action: 'kms:*', Resource: '*' },
      { Effect: 'Allow', Principal: { AWS: Role }, Action: 'kms:*', Resource: '*' },
    ];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await world.kms.send(new PutKeyPolicyCommand({ KeyId: keyArn, Policy }));
    await world.server.advance(300_000);
    assert.equal(await stateOf(world, id), 'running');
  });

  const REFUSED = [
    ['an On-Demand Instance', {}, /On-Demand Instance/],
    ['one that is not there', undefined, /there is no instance/],
  ] as const;
  for (const [what, launch, reason] of REFUSED) {
    test(`is refused for ${what}`, async (t) => {
      const world = await fleetWorld(t);
      const id = launch ? await world.run(launch) : 'i-0123456789abcdef0';
      await assert.rejects(interrupt(world, id), reason);
    });
  }
});

test('a fleet replaces what is taken back: at once with capacity rebalancing, else once it is gone', async (t) => {
  const world = await fleetWorld(t);
  const template = await world.newTemplate();
  const spot = { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'spot' } as const;
  for (const rebalances of [true, false]) {
    const SpotOptions = rebalances
      ? { MaintenanceStrategies: { CapacityRebalance: { ReplacementStrategy: 'launch' as const } } }
      : {};
    const { FleetId } = await world.newFleet(template, {
      TargetCapacitySpecification: spot,
      SpotOptions,
    });
    const [first] = await world.fleetInstances(FleetId);
    await interrupt(world, first!);
    assert.equal((await world.fleetInstances(FleetId)).length, rebalances ? 2 : 1);
    await world.server.advance(NOTICE_MS + 1);
    const [second] = await world.fleetInstances(FleetId);
    assert.notEqual(second, first);
  }
});
