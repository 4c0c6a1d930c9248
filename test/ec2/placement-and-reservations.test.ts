/** Placement groups and Capacity Reservations: what launches and starts make of them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as cli from '@aws-sdk/client-ec2';
import { allowing, HOUR_MS, statement, ZONE } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

let world: World;
before(async () => {
  world = await ec2World(undefined, { delays: 0 });
});
after(() => world.server.close());

const type = (InstanceType: string) => ({ InstanceType: InstanceType as 'm5.large' });
const inZone = (AvailabilityZone: string, rest: object = {}) => ({
  Placement: { AvailabilityZone, ...rest },
});
const terminate = async (...InstanceIds: string[]) => {
  await world.ec2.send(new cli.TerminateInstancesCommand({ InstanceIds }));
  await world.server.settled();
};

test('each strategy of placement groups has its rules', async () => {
  const { ec2 } = world;
  const create = (GroupName: string, Strategy?: cli.PlacementStrategy, more: object = {}) =>
    ec2.send(new cli.CreatePlacementGroupCommand({ GroupName, Strategy, ...more }));
  const { PlacementGroup: near } = await create('near');
  assert.deepEqual([near!.Strategy, near!.State], ['cluster', 'available']);
  await create('apart', 'spread');
  await create('parts', 'partition', { PartitionCount: 3 });
  assert.equal((await refusal(create('near'))).code, 'InvalidPlacementGroup.Duplicate');
  assert.equal(
    (await refusal(create('x', 'spread', { PartitionCount: 2 }))).code,
    'InvalidParameterCombination',
  );
  assert.equal(
    (await refusal(create('x', 'partition', { PartitionCount: 8 }))).code,
    'InvalidParameterValue',
  );
  assert.equal((await refusal(create(''))).code, 'MissingParameter');

  const near1 = { ...type('c5.large'), ...inZone('us-east-1a', { GroupName: 'near' }) };
  const burstable = await refusal(world.run({ ...near1, ...type('t3.micro') }));
  assert.equal(burstable.code, 'InvalidParameterCombination');
  assert.match(
    burstable.message,
    /^Cluster placement groups are not supported by the 't3.micro' instance type/,
  );
  const first = await world.run(near1);
  const { Placement: placement } = await world.instance(first);
  assert.deepEqual([placement!.GroupName, placement!.GroupId], ['near', near!.GroupId]);
  const farther = await refusal(world.run({ ...near1, ...inZone('us-east-1b', { GroupName: 'near' }) }));
  assert.equal(farther.code, 'InsufficientInstanceCapacity');
  const remove = (GroupName: string) => ec2.send(new cli.DeletePlacementGroupCommand({ GroupName }));
  assert.equal((await refusal(remove('near'))).code, 'InvalidPlacementGroup.InUse');
  await terminate(first);
  await remove('near');
  assert.equal((await refusal(world.run(near1))).code, 'InvalidPlacementGroup.Unknown');

  const spread = { ...type('t3.micro'), ...inZone('us-east-1a', { GroupName: 'apart' }) };
  const launch = (MinCount: number, MaxCount: number, input: object) =>
    ec2.send(new cli.RunInstancesCommand({ ImageId: world.imageId, MinCount, MaxCount, ...input }));
  const { Instances: seven = [] } = await launch(5, 9, spread);
  assert.equal(seven.length, 7, 'as many as there are racks for');
  assert.equal((await refusal(launch(1, 1, spread))).code, 'InsufficientInstanceCapacity');
  await launch(1, 1, { ...spread, ...inZone('us-east-1b', { GroupName: 'apart' }) });
  await world.server.settled();
  const [{ InstanceId: one = '' } = {}] = seven;
  await ec2.send(new cli.StopInstancesCommand({ InstanceIds: [one] }));
  await world.server.settled();
  await launch(1, 1, spread);
  const start = () => ec2.send(new cli.StartInstancesCommand({ InstanceIds: [one] }));
  assert.equal((await refusal(start())).code, 'InsufficientInstanceCapacity', 'its rack is taken');
  const move = (input: object) =>
    ec2.send(new cli.ModifyInstancePlacementCommand({ InstanceId: one, ...input }));
  const wrong = await refusal(move({ GroupName: 'parts', PartitionNumber: 4 }));
  assert.equal(wrong.code, 'InvalidParameterValue');
  await move({ GroupName: 'parts', PartitionNumber: 3 });
  await start();
  const parts = await launch(3, 3, { ...type('t3.micro'), ...inZone('us-east-1a', { GroupName: 'parts' }) });
  const numbers = parts.Instances!.map((each) => each.Placement!.PartitionNumber).sort();
  assert.deepEqual(numbers, [1, 1, 2], 'those with the fewest first');

  const { credentials } = await world.user(
    'placer',
    allowing('ec2:RunInstances'),
    statement('ec2:RunInstances', {
      Effect: 'Deny',
      Condition: { StringEquals: { 'ec2:PlacementGroupStrategy': 'partition' } },
    }),
  );
  const placer = world.server.client(cli.EC2Client, credentials);
  const dry = (GroupName: string) =>
    world.run({ ...type('t3.micro'), ...inZone('us-east-1c', { GroupName }), DryRun: true }, placer);
  assert.equal((await refusal(dry('apart'))).code, 'DryRunOperation');
  assert.equal((await refusal(dry('parts'))).code, 'UnauthorizedOperation');
});

test('instances take the room of Capacity Reservations, and leave it', async () => {
  const { ec2, server } = world;
  const create = async (input: Partial<cli.CreateCapacityReservationCommandInput> = {}) =>
    (
      await ec2.send(
        new cli.CreateCapacityReservationCommand({
          InstanceType: 'm5.large',
          InstancePlatform: 'Linux/UNIX',
          AvailabilityZone: ZONE,
          InstanceCount: 2,
          ...input,
        }),
      )
    ).CapacityReservation!;
  const targeted = await create({ InstanceMatchCriteria: 'targeted' });
  const CapacityReservationId = targeted.CapacityReservationId!;
  assert.deepEqual(
    [targeted.State, targeted.AvailableInstanceCount, targeted.EndDateType],
    ['active', 2, 'unlimited'],
  );
  const room = async (id = CapacityReservationId) => {
    const CapacityReservationIds = [id];
    const found = await ec2.send(new cli.DescribeCapacityReservationsCommand({ CapacityReservationIds }));
    const [{ State, AvailableInstanceCount } = {}] = found.CapacityReservations!;
    return [State, AvailableInstanceCount];
  };
  const target = {
    CapacityReservationSpecification: { CapacityReservationTarget: { CapacityReservationId } },
  };
  const launch = (MinCount: number, MaxCount: number, input: object = {}) =>
    ec2.send(
      new cli.RunInstancesCommand({
        ImageId: world.imageId,
        ...type('m5.large'),
        ...inZone(ZONE),
        MinCount,
        MaxCount,
        ...input,
      }),
    );
  assert.equal((await refusal(launch(3, 3, target))).code, 'ReservationCapacityExceeded');
  const other = await refusal(launch(1, 1, { ...target, ...type('m5.xlarge') }));
  assert.equal(other.code, 'InvalidLaunchTargets');
  const { Instances: [one, two, three] = [] } = await launch(1, 5, target);
  assert.equal(three, undefined, 'no more than it has room for');
  const instance = await world.instance(one!.InstanceId!);
  assert.equal(instance.CapacityReservationId, CapacityReservationId);
  assert.deepEqual(instance.CapacityReservationSpecification, target.CapacityReservationSpecification);
  assert.deepEqual(await room(), ['active', 0]);
  await server.settled();
  const stop = () => ec2.send(new cli.StopInstancesCommand({ InstanceIds: [one!.InstanceId!] }));
  await stop();
  await server.settled();
  assert.deepEqual(await room(), ['active', 1]);
  const { Instances: [third] = [] } = await launch(1, 1, target);
  const start = () => ec2.send(new cli.StartInstancesCommand({ InstanceIds: [one!.InstanceId!] }));
  assert.equal((await refusal(start())).code, 'ReservationCapacityExceeded');
  await ec2.send(
    new cli.ModifyInstanceCapacityReservationAttributesCommand({
      InstanceId: one!.InstanceId,
      CapacityReservationSpecification: { CapacityReservationPreference: 'none' },
    }),
  );
  await start();
  assert.equal((await world.instance(one!.InstanceId!)).CapacityReservationId, undefined);

  const only = {
    CapacityReservationSpecification: { CapacityReservationPreference: 'capacity-reservations-only' },
  };
  assert.equal((await refusal(launch(1, 1, only))).code, 'ReservationCapacityExceeded');
  const open = await create({ InstanceCount: 1, ClientToken: 'open' });
  assert.equal(
    (await create({ InstanceCount: 1, ClientToken: 'open' })).CapacityReservationId,
    open.CapacityReservationId,
  );
  const { Instances: both = [] } = await launch(2, 2);
  assert.deepEqual(
    both.map((each) => each.CapacityReservationId),
    [open.CapacityReservationId, undefined],
    'what matches an open one runs in it as long as there is room',
  );
  const usage = await ec2.send(
    new cli.GetCapacityReservationUsageCommand({ CapacityReservationId: open.CapacityReservationId }),
  );
  assert.equal(usage.InstanceUsages![0]!.UsedInstanceCount, 1);
  const modify = (InstanceCount: number) =>
    ec2.send(
      new cli.ModifyCapacityReservationCommand({
        CapacityReservationId: open.CapacityReservationId,
        InstanceCount,
      }),
    );
  assert.equal((await refusal(modify(0))).code, 'InvalidParameterValue');
  await modify(4);
  assert.deepEqual(await room(open.CapacityReservationId), ['active', 3]);

  const cancel = () => ec2.send(new cli.CancelCapacityReservationCommand({ CapacityReservationId }));
  await cancel();
  assert.equal((await refusal(cancel())).code, 'InvalidCapacityReservationState');
  assert.equal((await world.instance(third!.InstanceId!)).CapacityReservationId, undefined, 'it runs on');
  assert.equal((await world.instance(two!.InstanceId!)).State!.Name, 'running');
  const nowMs = Date.now();
  const ends = await create({ EndDateType: 'limited', EndDate: new Date(nowMs + HOUR_MS) });
  assert.equal(
    (await refusal(create({ EndDate: new Date(nowMs - HOUR_MS), EndDateType: 'limited' }))).code,
    'InvalidParameterValue',
  );
  await server.advance(HOUR_MS);
  assert.equal((await room(ends.CapacityReservationId))[0], 'expired');
});
