/** What an account chooses for a whole Region, and what an instance says of itself. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreatePlacementGroupCommand,
  CreateTagsCommand,
  DescribeInstanceCreditSpecificationsCommand,
  DescribeInstancesCommand,
  DescribeSubnetsCommand,
  DisableImageBlockPublicAccessCommand,
  EnableAllowedImagesSettingsCommand,
  EnableImageBlockPublicAccessCommand,
  EnableSerialConsoleAccessCommand,
  GetAllowedImagesSettingsCommand,
  GetConsoleOutputCommand,
  GetDefaultCreditSpecificationCommand,
  GetImageBlockPublicAccessStateCommand,
  GetInstanceMetadataDefaultsCommand,
  GetLaunchTemplateDataCommand,
  GetSerialConsoleAccessStatusCommand,
  ModifyDefaultCreditSpecificationCommand,
  ModifyInstanceMetadataDefaultsCommand,
  ModifyInstanceMetadataOptionsCommand,
} from '@aws-sdk/client-ec2';
import { ec2World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

describe('settings of a Region', () => {
  test('serial console access is off until it is enabled', async (t) => {
    const { ec2 } = await ec2World(t);
    const isOn = async () =>
      (await ec2.send(new GetSerialConsoleAccessStatusCommand({}))).SerialConsoleAccessEnabled;
    assert.equal(await isOn(), false);
    await ec2.send(new EnableSerialConsoleAccessCommand({}));
    assert.equal(await isOn(), true);
  });

  test('all images are allowed, and nobody can have it otherwise', async (t) => {
    const { ec2 } = await ec2World(t);
    const { State, ImageCriteria, ManagedBy } = await ec2.send(new GetAllowedImagesSettingsCommand({}));
    assert.deepEqual([State, ImageCriteria, ManagedBy], ['disabled', [], 'account']);
    const enable = new EnableAllowedImagesSettingsCommand({ AllowedImagesSettingsState: 'enabled' });
    assert.equal((await refusal(ec2.send(enable))).code, 'NotImplemented');
  });

  test('images are not shared with everybody until the account says so', async (t) => {
    const { ec2 } = await ec2World(t);
    const state = async () =>
      (await ec2.send(new GetImageBlockPublicAccessStateCommand({}))).ImageBlockPublicAccessState;
    assert.equal(await state(), 'block-new-sharing');
    await ec2.send(new DisableImageBlockPublicAccessCommand({}));
    assert.equal(await state(), 'unblocked');
    await ec2.send(
      new EnableImageBlockPublicAccessCommand({ ImageBlockPublicAccessState: 'block-new-sharing' }),
    );
    assert.equal(await state(), 'block-new-sharing');
  });

  test('CPU credits of a family are what launches get that name none', async (t) => {
    const world = await ec2World(t);
    const creditsOf = async (InstanceId: string) => {
      const { InstanceCreditSpecifications } = await world.ec2.send(
        new DescribeInstanceCreditSpecificationsCommand({ InstanceIds: [InstanceId] }),
      );
      return InstanceCreditSpecifications![0]!.CpuCredits;
    };
    const modify = (InstanceFamily: string, CpuCredits: string) =>
      world.ec2.send(
        new ModifyDefaultCreditSpecificationCommand({ InstanceFamily: InstanceFamily as 't3', CpuCredits }),
      );
    assert.equal(await creditsOf(await world.run()), 'unlimited');
    await modify('t3', 'standard');
    const { InstanceFamilyCreditSpecification: shown } = await world.ec2.send(
      new GetDefaultCreditSpecificationCommand({ InstanceFamily: 't3' }),
    );
    assert.deepEqual(shown, { InstanceFamily: 't3', CpuCredits: 'standard' });
    assert.equal(await creditsOf(await world.run()), 'standard');
    const named = { CreditSpecification: { CpuCredits: 'unlimited' } };
    assert.equal(await creditsOf(await world.run(named)), 'unlimited');
    assert.equal((await refusal(modify('m5', 'standard'))).code, 'InvalidInstanceFamily');
    assert.equal((await refusal(modify('t3', 'some'))).code, 'InvalidCpuCredits');
  });

  test('metadata defaults reach launches that do not say otherwise, until taken back', async (t) => {
    const world = await ec2World(t);
    const { ec2 } = world;
    const options = async (id: string) => (await world.instance(id)).MetadataOptions!;
    const change = { HttpTokens: 'required' as const, HttpPutResponseHopLimit: 3 };
    await ec2.send(new ModifyInstanceMetadataDefaultsCommand(change));
    const { AccountLevel } = await ec2.send(new GetInstanceMetadataDefaultsCommand({}));
    assert.deepEqual([AccountLevel!.HttpTokens, AccountLevel!.HttpPutResponseHopLimit], ['required', 3]);
    const plain = await options(await world.run());
    assert.deepEqual([plain.HttpTokens, plain.HttpPutResponseHopLimit], ['required', 3]);
    const own = await options(await world.run({ MetadataOptions: { HttpTokens: 'optional' } }));
    assert.deepEqual([own.HttpTokens, own.HttpPutResponseHopLimit], ['optional', 3]);
    await ec2.send(
      new ModifyInstanceMetadataDefaultsCommand({
        HttpTokens: 'no-preference',
        HttpPutResponseHopLimit: -1,
      }),
    );
    const { AccountLevel: none } = await ec2.send(new GetInstanceMetadataDefaultsCommand({}));
    assert.equal(none!.HttpTokens, undefined);
  });

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-new-instances.html#enforce-imdsv2-at-the-account-level
  test('tokens that are enforced are asked for by whatever is launched, and no longer given up', async (t) => {
    const world = await ec2World(t);
    const { ec2 } = world;
    const modify = (InstanceId: string, HttpTokens: 'optional' | 'required') =>
      ec2.send(new ModifyInstanceMetadataOptionsCommand({ InstanceId, HttpTokens }));
    const before = await world.run({ MetadataOptions: { HttpTokens: 'optional' } });
    const enforce = (HttpTokensEnforced: 'enabled' | 'no-preference') =>
      ec2.send(new ModifyInstanceMetadataDefaultsCommand({ HttpTokensEnforced }));
    await enforce('enabled');
    const { AccountLevel } = await ec2.send(new GetInstanceMetadataDefaultsCommand({}));
    assert.equal(AccountLevel!.HttpTokensEnforced, 'enabled');

    const older = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2';
    for (const launch of [{ ImageId: older }, { MetadataOptions: { HttpTokens: 'optional' } }] as const) {
      const { code, message } = await refusal(world.run(launch));
      assert.equal(code, 'UnsupportedOperation');
      assert.match(message, /^You can't launch instances with IMDSv1 because httpTokensEnforced is enabled/);
    }
    const after = await world.run({ ImageId: older, MetadataOptions: { HttpTokens: 'required' } });
    assert.equal((await refusal(modify(after, 'optional'))).code, 'UnsupportedOperation');
    // What took requests without a token goes on, until it does not.
    await modify(before, 'optional');
    await modify(before, 'required');
    assert.equal((await refusal(modify(before, 'optional'))).code, 'UnsupportedOperation');
    await ec2.send(new ModifyInstanceMetadataDefaultsCommand({ HttpTokens: 'required' }));
    const byDefault = await world.instance(await world.run({ ImageId: older }));
    assert.equal(byDefault.MetadataOptions!.HttpTokens, 'required');

    await ec2.send(new ModifyInstanceMetadataDefaultsCommand({ HttpTokens: 'no-preference' }));
    await enforce('no-preference');
    await modify(after, 'optional');
    await world.run({ MetadataOptions: { HttpTokens: 'optional' } });
  });
});

describe('an instance', () => {
  test('has a console without output', async (t) => {
    const world = await ec2World(t);
    const InstanceId = await world.run();
    const { Output, Timestamp } = await world.ec2.send(new GetConsoleOutputCommand({ InstanceId }));
    assert.equal(Output ?? '', '');
    assert.ok(Timestamp);
  });

  test('tells the template that would launch its like', async (t) => {
    const world = await ec2World(t);
    const InstanceId = await world.run({ UserData: Buffer.from('hello').toString('base64') });
    await world.server.settled();
    await world.ec2.send(
      new CreateTagsCommand({ Resources: [InstanceId], Tags: [{ Key: 'team', Value: 'a' }] }),
    );
    const { LaunchTemplateData: data } = await world.ec2.send(
      new GetLaunchTemplateDataCommand({ InstanceId }),
    );
    const { Reservations } = await world.ec2.send(
      new DescribeInstancesCommand({ InstanceIds: [InstanceId] }),
    );
    const shown = Reservations![0]!.Instances![0]!;
    assert.equal(data!.ImageId, shown.ImageId);
    assert.equal(data!.InstanceType, shown.InstanceType);
    assert.equal(Buffer.from(data!.UserData!, 'base64').toString(), 'hello');
    assert.deepEqual(data!.TagSpecifications, [
      { ResourceType: 'instance', Tags: [{ Key: 'team', Value: 'a' }] },
    ]);
    assert.equal(data!.BlockDeviceMappings![0]!.DeviceName, shown.RootDeviceName);
    assert.equal(data!.NetworkInterfaces![0]!.SubnetId, shown.SubnetId);
  });

  test('tells where and on which terms its like would be placed', async (t) => {
    const world = await ec2World(t);
    const GroupName = 'spread-out';
    await world.ec2.send(
      new CreatePlacementGroupCommand({ GroupName, Strategy: 'partition', PartitionCount: 3 }),
    );
    const { Subnets } = await world.ec2.send(new DescribeSubnetsCommand({}));
    const InstanceId = await world.run({
      Placement: { GroupName, PartitionNumber: 2 },
      InstanceMarketOptions: { MarketType: 'spot', SpotOptions: { MaxPrice: '0.5' } },
      NetworkInterfaces: [
        { DeviceIndex: 0, SubnetId: Subnets![0]!.SubnetId!, SecondaryPrivateIpAddressCount: 1 },
      ],
    });
    const { LaunchTemplateData: data } = await world.ec2.send(
      new GetLaunchTemplateDataCommand({ InstanceId }),
    );
    assert.equal(data!.Placement!.GroupName, GroupName);
    assert.equal(data!.Placement!.PartitionNumber, 2);
    assert.deepEqual(data!.InstanceMarketOptions, {
      MarketType: 'spot',
      SpotOptions: {
        InstanceInterruptionBehavior: 'terminate',
        MaxPrice: '0.500000',
        SpotInstanceType: 'one-time',
      },
    });
    const [shown] = (await world.instance(InstanceId)).NetworkInterfaces!;
    const [told] = data!.NetworkInterfaces!;
    assert.equal(told!.NetworkInterfaceId, shown!.NetworkInterfaceId);
    assert.equal(told!.PrivateIpAddress, shown!.PrivateIpAddress);
    assert.deepEqual(
      told!.PrivateIpAddresses,
      shown!.PrivateIpAddresses!.map(({ Primary, PrivateIpAddress }) => ({ Primary, PrivateIpAddress })),
    );
    assert.equal(told!.PrivateIpAddresses!.length, 2);
  });
});
