/** Overrides of fleets that name what is not there, or the same pool twice (aws-facts I27, I28). */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateSubnetCommand,
  DeleteSubnetCommand,
  DescribeSubnetsCommand,
  ModifyFleetCommand,
} from '@aws-sdk/client-ec2';
import { ACCOUNT, allowing, REGION } from '../worlds/account.ts';
import { type FleetWorld, fleetWorld } from '../worlds/fleets.ts';
import { refusal } from '../worlds/server.ts';

const MISSING_SUBNET = 'subnet-0123456789abcdef0';
const MISSING_IMAGE = 'ami-0123456789abcdef0';

async function subnetsOf(world: FleetWorld): Promise<{ readonly id: string; readonly zone: string }[]> {
  const { Subnets: found } = await world.ec2.send(new DescribeSubnetsCommand({}));
  const subnets = found!.map(({ SubnetId, AvailabilityZone }) => ({
    id: SubnetId!,
    zone: AvailabilityZone!,
  }));
  return subnets.sort((one, other) => (one.zone < other.zone ? -1 : 1));
}

describe('an override that names what is not there', () => {
  test('is an error of an instant fleet, which launches the rest', async (t) => {
    const world = await fleetWorld(t);
    const [subnet] = await subnetsOf(world);
    const { FleetId, Instances, Errors } = await world.newFleet(await world.newTemplate(), {
      Type: 'instant',
      TargetCapacitySpecification: { TotalTargetCapacity: 2, DefaultTargetCapacityType: 'on-demand' },
      OnDemandOptions: { AllocationStrategy: 'prioritized' },
      overrides: [
        { SubnetId: MISSING_SUBNET, Priority: 1 },
        { ImageId: MISSING_IMAGE, Priority: 2 },
        { SubnetId: subnet!.id, Priority: 3 },
      ],
    });
    const errors = [
      [MISSING_SUBNET, undefined, undefined, 'InvalidSubnetID.NotFound'],
      [undefined, undefined, MISSING_IMAGE, 'InvalidAMIID.NotFound'],
    ];
    const shown = (all: typeof Errors) =>
      all!.map(({ ErrorCode, LaunchTemplateAndOverrides: { Overrides: override } = {} }) => [
        override?.SubnetId,
        override?.AvailabilityZone,
        override?.ImageId,
        ErrorCode,
      ]);
    assert.deepEqual(shown(Errors), errors);
    assert.match(Errors![0]!.ErrorMessage!, new RegExp(`'${MISSING_SUBNET}' does not exist`));
    assert.deepEqual(
      Instances!.map(({ SubnetId, InstanceIds }) => [SubnetId, InstanceIds!.length]),
      [[subnet!.id, 2]],
    );
    assert.deepEqual(shown((await world.fleet(FleetId)).Errors), errors);
  });

  test('is authorized by its name first', async (t) => {
    const world = await fleetWorld(t);
    const arns = (...types: string[]) => types.map((type) => `arn:aws:ec2:${REGION}:${ACCOUNT}:${type}/*`);
    const statement = {
      ...allowing('ec2:CreateFleet'),
      Resource: arns('fleet', 'instance', 'volume', 'launch-template'),
    };
    const maria = await world.user('maria', statement);
    const overrides = [{ SubnetId: MISSING_SUBNET }];
    const template = await world.newTemplate();
    const refused = await refusal(world.newFleet(template, { Type: 'instant', overrides }, maria.ec2));
    assert.equal(refused.code, 'UnauthorizedOperation');
  });

  test('refuses a fleet of another type, and an id that can be none refuses each', async (t) => {
    const world = await fleetWorld(t);
    const template = await world.newTemplate();
    for (const Type of ['maintain', 'request'] as const) {
      const made = world.newFleet(template, { Type, overrides: [{ SubnetId: MISSING_SUBNET }] });
      assert.equal((await refusal(made)).code, 'InvalidSubnetID.NotFound', Type);
    }
    for (const Type of ['instant', 'maintain', 'request'] as const) {
      const made = world.newFleet(template, { Type, overrides: [{ SubnetId: 'subnet-nowhere' }] });
      assert.equal((await refusal(made)).code, 'InvalidSubnetID.Malformed', Type);
    }
  });

  test('costs a maintained fleet nothing when it goes missing later', async (t) => {
    const world = await fleetWorld(t);
    const [subnet, other] = await subnetsOf(world);
    const { FleetId } = await world.newFleet(await world.newTemplate(), {
      overrides: [{ SubnetId: subnet!.id }, { SubnetId: other!.id }],
      TargetCapacitySpecification: { TotalTargetCapacity: 0, DefaultTargetCapacityType: 'on-demand' },
    });
    await world.ec2.send(new DeleteSubnetCommand({ SubnetId: subnet!.id }));
    await world.server.settled();
    const TargetCapacitySpecification = { TotalTargetCapacity: 1 };
    await world.ec2.send(new ModifyFleetCommand({ FleetId, TargetCapacitySpecification }));
    assert.equal((await world.fleetInstances(FleetId)).length, 1);
  });
});

describe('a pool that is named twice', () => {
  const DUPLICATE = {
    code: 'InvalidFleetConfig',
    message: 'The fleet configuration contains duplicate instance pools.',
    status: 400,
  };

  test('is refused: a type in two subnets of a zone, in a zone and a subnet of it, or nowhere', async (t) => {
    const world = await fleetWorld(t);
    const [subnet, other] = await subnetsOf(world);
    const { Subnets: found } = await world.ec2.send(new DescribeSubnetsCommand({ SubnetIds: [subnet!.id] }));
    const { Subnet: second } = await world.ec2.send(
      new CreateSubnetCommand({
        VpcId: found![0]!.VpcId,
        CidrBlock: '172.31.250.0/24',
        AvailabilityZone: subnet!.zone,
      }),
    );
    const template = await world.newTemplate();
    const made = (
      overrides: NonNullable<Parameters<FleetWorld['newFleet']>[1]>['overrides'],
      Type?: 'instant',
    ) => world.newFleet(template, { Type, overrides });
    const here = { SubnetId: subnet!.id };
    for (const twice of [
      [here, { SubnetId: second!.SubnetId }],
      [here, { AvailabilityZone: subnet!.zone, InstanceType: 't3.micro' }],
      [{ InstanceType: 'm5.large' }, { InstanceType: 'm5.large', WeightedCapacity: 2 }],
      [{ SubnetId: MISSING_SUBNET }, { SubnetId: MISSING_SUBNET }],
    ] as const) {
      assert.deepEqual(await refusal(made([...twice], 'instant')), DUPLICATE, JSON.stringify(twice));
    }
    assert.deepEqual(await refusal(made([here, here])), DUPLICATE, 'maintained');

    const { FleetId } = await made([
      here,
      { SubnetId: other!.id },
      { SubnetId: second!.SubnetId, InstanceType: 'm5.large' },
    ]);
    const LaunchTemplateConfigs = [
      {
        LaunchTemplateSpecification: { LaunchTemplateId: template, Version: '1' },
        Overrides: [here, { SubnetId: second!.SubnetId }],
      },
    ];
    await world.server.settled();
    assert.deepEqual(
      await refusal(world.ec2.send(new ModifyFleetCommand({ FleetId, LaunchTemplateConfigs }))),
      DUPLICATE,
    );
  });
});
