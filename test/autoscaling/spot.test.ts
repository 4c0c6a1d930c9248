/**
 * Spot Instances of groups: as whom KMS is asked for each, what a key says that does not admit that role, and requests that
 * wait (https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html).
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type CreateAutoScalingGroupCommandInput,
  CreateLaunchConfigurationCommand,
  type CreateLaunchConfigurationCommandInput,
  DeleteAutoScalingGroupCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  DescribeInstancesCommand,
  DescribeSpotInstanceRequestsCommand,
  EnableEbsEncryptionByDefaultCommand,
  ModifyEbsDefaultKmsKeyIdCommand,
} from '@aws-sdk/client-ec2';
import { CreateServiceLinkedRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { ACCOUNT } from '../worlds/account.ts';
import { encryptedRoot } from '../worlds/ec2.ts';
import { type GroupWorld, groupWorld, SERVICE_ROLE } from '../worlds/groups.ts';
import { refusal } from '../worlds/server.ts';

const SPOT_ROLE = `arn:aws:iam::${ACCOUNT}:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot`;
const OWNER = {
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  Action: 'kms:*',
  Resource: '*',
};
const admitting = (...roles: string[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [OWNER, ...roles.map((AWS) => ({ ...OWNER, Principal: { AWS } }))],
  });

/** `on-demand` and `spot`, of those that run. */
async function lifecycles(world: GroupWorld): Promise<string[]> {
  const { Reservations } = await world.ec2.send(new DescribeInstancesCommand({}));
  return Reservations!
    .flatMap(({ Instances }) => Instances!)
    .filter(({ State }) => State!.Name === 'running')
    .map(({ InstanceLifecycle = 'on-demand' }) => InstanceLifecycle)
    .sort();
}

interface Explained {
  symptom: string;
  text: string;
  remedies: { document: { Principal?: { AWS?: string } } }[];
  remediesVerified: boolean;
}

describe('a mixed group', () => {
  const mixed = (
    LaunchTemplateId: string,
    OnDemandPercentageAboveBaseCapacity: number,
  ): Partial<CreateAutoScalingGroupCommandInput> => ({
    LaunchTemplate: undefined,
    MixedInstancesPolicy: {
      LaunchTemplate: {
        LaunchTemplateSpecification: { LaunchTemplateId, Version: '1' },
        Overrides: [{ InstanceType: 't3.small' }, { InstanceType: 't3.micro' }],
      },
      InstancesDistribution: {
        OnDemandBaseCapacity: 1,
        OnDemandPercentageAboveBaseCapacity,
        SpotAllocationStrategy: 'price-capacity-optimized',
        SpotMaxPrice: '0.02',
      },
    },
  });

  test('is on demand and Spot as its policy says, and shrinks by what it has too much of', async (t) => {
    const world = await groupWorld(t);
    const templateId = await world.newTemplate();
    await world.newGroup(templateId, { DesiredCapacity: 4, ...mixed(templateId, 0) });
    await world.server.settled();
    assert.deepEqual(await lifecycles(world), ['on-demand', 'spot', 'spot', 'spot']);
    const types = (await world.group()).Instances!.map(({ InstanceType }) => InstanceType).sort();
    assert.deepEqual(types, ['t3.micro', 't3.micro', 't3.micro', 't3.small']);
    await world.iam.send(new GetRoleCommand({ RoleName: 'AWSServiceRoleForEC2Spot' }));
    const { SpotInstanceRequests } = await world.ec2.send(new DescribeSpotInstanceRequestsCommand({}));
    for (const { Type, SpotPrice, InstanceInterruptionBehavior } of SpotInstanceRequests!)
      assert.deepEqual(
        [Type, SpotPrice, InstanceInterruptionBehavior],
        ['one-time', '0.020000', 'terminate'],
      );
    assert.equal(SpotInstanceRequests!.length, 3);
    await world.autoscaling.send(
      new SetDesiredCapacityCommand({ AutoScalingGroupName: 'web', DesiredCapacity: 2 }),
    );
    await world.server.settled();
    assert.deepEqual(await lifecycles(world), ['on-demand', 'spot']);
  });

  test('asks KMS for either as its own role', async (t) => {
    const world = await groupWorld(t);
    const keyArn = await world.newKey();
    const templateId = await world.newTemplate(encryptedRoot(keyArn));
    await world.newGroup(templateId, { DesiredCapacity: 2, ...mixed(templateId, 0) });
    await world.server.settled();
    assert.deepEqual(await lifecycles(world), []);
    const explained = await world.server.ask<Explained>('explain', { subject: 'web' });
    assert.ok(explained.remediesVerified);
    for (const { document } of explained.remedies) assert.equal(document.Principal!.AWS, SERVICE_ROLE);
    await world.kms.send(new PutKeyPolicyCommand({ KeyId: keyArn, Policy: admitting(SERVICE_ROLE) }));
    await world.server.advance(60_000);
    assert.deepEqual(await lifecycles(world), ['on-demand', 'spot']);
  });
});

describe('an interruption', () => {
  async function spotGroup(
    t: Parameters<typeof groupWorld>[0],
    input: Partial<CreateAutoScalingGroupCommandInput>,
  ) {
    const world = await groupWorld(t);
    const keyArn = await world.newKey();
    const templateId = await world.newTemplate({
      ...encryptedRoot(keyArn),
      InstanceMarketOptions: { MarketType: 'spot' },
    });
    await world.newGroup(templateId, { DesiredCapacity: 1, ...input });
    // The first launch fails; the next is due a while after that.
    await world.server.settled();
    await world.kms.send(new PutKeyPolicyCommand({ KeyId: keyArn, Policy: admitting(SERVICE_ROLE) }));
    await world.server.advance(60_000);
    const ids = async () => (await world.group()).Instances!.map(({ InstanceId }) => InstanceId!);
    const [instanceId] = await ids();
    const asked = async () =>
      (await world.trail()).filter(({ eventName }) => eventName === 'GenerateDataKeyWithoutPlaintext').length;
    const before = await asked();
    await world.server.ask('spot-interrupt', { instanceId, noticeMs: 120_000 });
    await world.server.settled();
    return { world, ids, instanceId: instanceId!, askedAgain: async () => (await asked()) - before };
  }

  test('ends an instance that its group then replaces, asking KMS again', async (t) => {
    const { world, ids, instanceId, askedAgain } = await spotGroup(t, {});
    assert.deepEqual(await ids(), [instanceId]);
    await world.server.advance(121_000);
    assert.equal((await ids()).length, 1);
    assert.notDeepEqual(await ids(), [instanceId]);
    assert.equal(await askedAgain(), 1);
    const ended = (await world.activities()).find(({ Description }) =>
      Description!.startsWith('Terminating'),
    );
    assert.match(ended!.Cause!, /EC2 health check indicating it has been terminated or stopped\.$/);
  });

  test('is made up for before the instance ends, where the group rebalances its capacity', async (t) => {
    const { world, ids, instanceId, askedAgain } = await spotGroup(t, { CapacityRebalance: true });
    assert.equal((await ids()).length, 1);
    assert.notDeepEqual(await ids(), [instanceId]);
    assert.equal(await askedAgain(), 1);
    assert.deepEqual(await lifecycles(world), ['spot']);
    const causes = (await world.activities()).map(({ Cause }) => Cause!);
    assert.equal(causes.filter((cause) => cause.includes('rebalance recommendation')).length, 2);
  });
});

describe('a launch configuration with a Spot price', () => {
  async function worldOf(
    t: Parameters<typeof groupWorld>[0],
    input: (world: GroupWorld) => Promise<Partial<CreateLaunchConfigurationCommandInput>>,
  ): Promise<GroupWorld> {
    const world = await groupWorld(t);
    await world.autoscaling.send(
      new CreateLaunchConfigurationCommand({
        LaunchConfigurationName: 'cheap',
        ImageId: world.imageId,
        InstanceType: 't3.micro',
        SpotPrice: '0.02',
        ...(await input(world)),
      }),
    );
    await world.newGroup('', { LaunchTemplate: undefined, LaunchConfigurationName: 'cheap' });
    await world.server.settled();
    return world;
  }
  const noMore = async () => ({});

  test("is a Spot Instance request, whose instance is the group's", async (t) => {
    const world = await worldOf(t, noMore);
    assert.deepEqual(await lifecycles(world), ['spot']);
    const [member] = (await world.group()).Instances!;
    assert.equal(member!.LaunchConfigurationName, 'cheap');
    const { Reservations } = await world.ec2.send(
      new DescribeInstancesCommand({
        Filters: [{ Name: 'tag:aws:autoscaling:groupName', Values: ['web'] }],
      }),
    );
    assert.equal(Reservations![0]!.Instances![0]!.InstanceId, member!.InstanceId);
    const [activity] = await world.activities();
    assert.equal(activity!.StatusCode, 'Successful');
  });

  test('has KMS asked as AWSServiceRoleForEC2Spot, which the key must admit', async (t) => {
    let keyArn = '';
    const world = await worldOf(t, async (of) => {
      keyArn = await of.newKey();
      await of.iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: 'autoscaling.amazonaws.com' }));
      await of.kms.send(new PutKeyPolicyCommand({ KeyId: keyArn, Policy: admitting(SERVICE_ROLE) }));
      await of.ec2.send(new EnableEbsEncryptionByDefaultCommand({}));
      await of.ec2.send(new ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId: keyArn }));
      return {};
    });
    const [activity] = await world.activities();
    assert.equal(activity!.StatusCode, 'Cancelled');
    assert.match(activity!.StatusMessage!, /Termination Reason: Client\.InvalidKMSKey\.InvalidState: /);
    const explained = await world.server.ask<Explained>('explain', { subject: 'web' });
    assert.match(explained.text, /AWSServiceRoleForEC2Spot/);
    assert.ok(explained.remediesVerified);
    for (const { document } of explained.remedies) assert.equal(document.Principal!.AWS, SPOT_ROLE);
    const found = async () => (await world.server.ask<{ findings: { rule: string }[] }>('audit')).findings;
    const rules = async () => (await found()).map(({ rule }) => rule);
    assert.ok((await rules()).includes('default-key-not-for-groups'));
    await world.kms.send(new PutKeyPolicyCommand({ KeyId: keyArn, Policy: admitting(SPOT_ROLE) }));
    assert.ok(!(await rules()).includes('default-key-not-for-groups'));
    await world.server.advance(60_000);
    assert.deepEqual(await lifecycles(world), ['spot']);
  });

  test('that is too low waits, and is taken back as the group goes', async (t) => {
    const world = await worldOf(t, async () => ({ SpotPrice: '0.0001' }));
    const [activity] = await world.activities();
    assert.equal(activity!.StatusCode, 'WaitingForSpotInstanceId');
    assert.match(
      activity!.StatusMessage!,
      /^Placed Spot instance request: sir-[0-9a-z]+\. Waiting for instance\(s\)/,
    );
    const remove = (ForceDelete: boolean) =>
      world.autoscaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: 'web', ForceDelete }));
    assert.equal((await refusal(remove(false))).code, 'ScalingActivityInProgress');
    await remove(true);
    await world.server.settled();
    assert.equal(await world.group(), undefined);
    const { SpotInstanceRequests } = await world.ec2.send(new DescribeSpotInstanceRequestsCommand({}));
    assert.equal(SpotInstanceRequests![0]!.State, 'cancelled');
  });
});
