/** AWS::EC2::EC2Fleet and AWS::EC2::SpotFleet: made, made larger in place, and deleted with their instances. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCOUNT } from '../worlds/account.ts';
import { fleetWorld } from '../worlds/fleets.ts';
import { spotFleetWorld } from '../worlds/spot-fleets.ts';
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

test('a stack makes a Spot Fleet, resizes it in place, replaces it, and takes it down', async (t) => {
  const world = await spotFleetWorld(t);
  const stacks = stacksOf(world.server);
  const IamFleetRole = `arn:aws:iam::${ACCOUNT}:role/aws-ec2-spot-fleet-tagging-role`;
  const template = (config: object, Tags: object[] = []) => ({
    Resources: {
      Fleet: {
        Type: 'AWS::EC2::SpotFleet',
        Properties: {
          SpotFleetRequestConfigData: {
            IamFleetRole,
            LaunchSpecifications: [
              {
                ImageId: world.imageId,
                InstanceType: 't3.micro',
                WeightedCapacity: '2',
                EbsOptimized: 'true',
              },
            ],
            TagSpecifications: [
              { ResourceType: 'spot-fleet-request', Tags: [{ Key: 'of', Value: 'config' }] },
            ],
            ...config,
          },
          Tags,
        },
      },
    },
    Outputs: { Id: { Value: { 'Fn::GetAtt': ['Fleet', 'Id'] } } },
  });
  const made = await stacks.create(
    'spot',
    template({ TargetCapacity: '2' }, [{ Key: 'team', Value: 'red' }]),
  );
  assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.story('spot')).join('\n'));
  const id = (await stacks.physicalId('spot', 'Fleet'))!;
  assert.equal(made.Outputs![0]!.OutputValue, id);
  assert.equal((await world.instancesOf(id)).length, 1);
  const tags = async () =>
    (await world.described(id)).Tags!.flatMap(({ Key, Value }) =>
      Key!.startsWith('aws:') ? [] : `${Key} ${Value}`,
    );
  assert.deepEqual((await tags()).toSorted(), ['of config', 'team red']);

  const larger = await stacks.update(
    'spot',
    template({ TargetCapacity: 4 }, [{ Key: 'team', Value: 'blue' }]),
  );
  assert.equal(larger.StackStatus, 'UPDATE_COMPLETE', (await stacks.story('spot')).join('\n'));
  assert.equal(await stacks.physicalId('spot', 'Fleet'), id);
  assert.equal((await world.instancesOf(id)).length, 2);
  assert.deepEqual((await tags()).toSorted(), ['of config', 'team blue']);

  const ValidUntil = new Date(Date.now() + 86_400_000).toISOString();
  const dated = await stacks.update('spot', template({ TargetCapacity: 4, ValidUntil }));
  assert.equal(dated.StackStatus, 'UPDATE_COMPLETE', (await stacks.story('spot')).join('\n'));
  const other = (await stacks.physicalId('spot', 'Fleet'))!;
  assert.notEqual(other, id);
  assert.equal((await world.described(id)).SpotFleetRequestState, 'cancelled');
  const { SpotFleetRequestConfig: config } = await world.described(other);
  assert.equal(config!.ValidUntil!.toISOString(), ValidUntil);

  const removed = await stacks.remove('spot');
  assert.equal(removed.StackStatus, 'DELETE_COMPLETE');
  assert.deepEqual(await world.running(), []);
});

test('a stack whose Spot Fleet can launch nothing is complete, and explain says why it is empty', async (t) => {
  const world = await spotFleetWorld(t);
  const stacks = stacksOf(world.server);
  const key = await world.newKey();
  const IamFleetRole = `arn:aws:iam::${ACCOUNT}:role/aws-ec2-spot-fleet-tagging-role`;
  const Ebs = { Encrypted: true, KmsKeyId: key };
  const LaunchSpecifications = [
    world.specification({ BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }] }),
  ];
  const SpotFleetRequestConfigData = { IamFleetRole, TargetCapacity: 1, LaunchSpecifications };
  const made = await stacks.create('empty', {
    Resources: { Fleet: { Type: 'AWS::EC2::SpotFleet', Properties: { SpotFleetRequestConfigData } } },
  });
  assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.story('empty')).join('\n'));
  await world.server.settled();
  const subject = await stacks.physicalId('empty', 'Fleet');
  const { headline } = await world.server.ask<{ headline: string }>('explain', { subject });
  assert.match(headline, /^role AWSServiceRoleForEC2SpotFleet may not kms:GenerateDataKeyWithoutPlaintext/);
});
