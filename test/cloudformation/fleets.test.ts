/** AWS::EC2::EC2Fleet: made, made larger in place, and deleted with its instances. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fleetWorld } from '../worlds/fleets.ts';
import { stacksOf } from '../worlds/stacks.ts';

test('a stack makes a fleet, resizes it and takes it down', async (t) => {
  const world = await fleetWorld(t);
  const stacks = stacksOf(world.server);
  const template = (TotalTargetCapacity: number) => ({
    Resources: {
      Template: {
        Type: 'AWS::EC2::LaunchTemplate',
        Properties: { LaunchTemplateData: { ImageId: world.imageId, InstanceType: 't3.micro' } },
      },
      Fleet: {
        Type: 'AWS::EC2::EC2Fleet',
        Properties: {
          LaunchTemplateConfigs: [
            {
              LaunchTemplateSpecification: {
                LaunchTemplateId: { Ref: 'Template' },
                Version: { 'Fn::GetAtt': ['Template', 'LatestVersionNumber'] },
              },
              Overrides: [{ InstanceType: 't3.small', WeightedCapacity: '2' }],
            },
          ],
          TargetCapacitySpecification: { TotalTargetCapacity, DefaultTargetCapacityType: 'spot' },
          TagSpecifications: [{ ResourceType: 'fleet', Tags: [{ Key: 'team', Value: 'red' }] }],
        },
      },
    },
    Outputs: { Id: { Value: { 'Fn::GetAtt': ['Fleet', 'FleetId'] } } },
  });
  const made = await stacks.create('fleet', template(2));
  assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.story('fleet')).join('\n'));
  const id = await stacks.physicalId('fleet', 'Fleet');
  assert.equal(made.Outputs![0]!.OutputValue, id);
  assert.equal((await world.fleetInstances(id)).length, 1);
  assert.deepEqual((await world.fleet(id)).Tags, [{ Key: 'team', Value: 'red' }]);

  const changed = await stacks.update('fleet', template(4));
  assert.equal(changed.StackStatus, 'UPDATE_COMPLETE', (await stacks.story('fleet')).join('\n'));
  assert.equal(await stacks.physicalId('fleet', 'Fleet'), id);
  assert.equal((await world.fleetInstances(id)).length, 2);

  const removed = await stacks.remove('fleet');
  assert.equal(removed.StackStatus, 'DELETE_COMPLETE');
  assert.deepEqual(await world.running(), []);
});
