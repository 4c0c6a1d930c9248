/** Spot Instances: how they are asked for, on what terms, what becomes of the request, and whom KMS is asked for. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CancelSpotInstanceRequestsCommand,
  CreateKeyPairCommand,
  CreateLaunchTemplateCommand,
  DeleteKeyPairCommand,
  DescribeSpotInstanceRequestsCommand,
  DescribeSpotPriceHistoryCommand,
  RequestSpotInstancesCommand,
  type RequestSpotInstancesCommandInput,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  waitUntilSpotInstanceRequestFulfilled,
} from '@aws-sdk/client-ec2';
import {
  DeleteServiceLinkedRoleCommand,
  GetServiceLinkedRoleDeletionStatusCommand,
} from '@aws-sdk/client-iam';
import { ACCOUNT, allowing, denying, statement } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const SPOT_ROLE = `arn:aws:iam::${ACCOUNT}:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot`;
const SPOT_SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/AWSServiceRoleForEC2Spot/ec2-spot`;
const SPOT = { InstanceMarketOptions: { MarketType: 'spot' } } as const;
const PERSISTENT = {
  InstanceMarketOptions: {
    MarketType: 'spot',
    SpotOptions: { SpotInstanceType: 'persistent', InstanceInterruptionBehavior: 'stop' },
  },
} as const;
const onKey = (KmsKeyId: string) => [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId } }];

const asked = async (
  world: World,
  input: Partial<RequestSpotInstancesCommandInput> = {},
  client = world.ec2,
) => {
  const { SpotInstanceRequests: made = [] } = await client.send(
    new RequestSpotInstancesCommand({
      ...input,
      LaunchSpecification: { ImageId: world.imageId, InstanceType: 't3.micro', ...input.LaunchSpecification },
    }),
  );
  return made[0]!;
};

const request = async (world: World, id: string | undefined) => {
  await world.server.settled();
  const found = await world.ec2.send(
    new DescribeSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [id!] }),
  );
  return found.SpotInstanceRequests![0]!;
};

const outcome = async (world: World, id: string | undefined) => {
  const { State, Status } = await request(world, id);
  return [State, Status!.Code];
};

describe('a launch on the Spot market', () => {
  test('comes with a request that it fulfils at once, and with tags for it', async (t) => {
    const world = await ec2World(t);
    const instanceId = await world.run({
      ...SPOT,
      TagSpecifications: [{ ResourceType: 'spot-instances-request', Tags: [{ Key: 'team', Value: 'red' }] }],
    });
    const instance = await world.instance(instanceId);
    assert.equal(instance.InstanceLifecycle, 'spot');
    const made = await request(world, instance.SpotInstanceRequestId);
    assert.deepEqual(
      [made.State, made.Status!.Code, made.Type, made.InstanceId, made.InstanceInterruptionBehavior],
      ['active', 'fulfilled', 'one-time', instanceId, 'terminate'],
    );
    assert.deepEqual(made.Tags, [{ Key: 'team', Value: 'red' }]);
    assert.equal(made.LaunchSpecification!.ImageId, world.imageId);
    const fulfilled = (await world.events()).find(
      (event) => event['detail-type'] === 'EC2 Spot Instance Request Fulfillment',
    );
    assert.deepEqual(fulfilled!.detail, {
      'spot-instance-request-id': made.SpotInstanceRequestId,
      'instance-id': instanceId,
    });
  });

  test('takes its market from the launch template', async (t) => {
    const world = await ec2World(t);
    const { LaunchTemplate } = await world.ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: 'spot',
        LaunchTemplateData: { ...PERSISTENT, ImageId: world.imageId, InstanceType: 't3.micro' },
      }),
    );
    const { LaunchTemplateId } = LaunchTemplate!;
    const id = await world.run({ LaunchTemplate: { LaunchTemplateId }, ImageId: undefined });
    const { SpotInstanceRequestId } = await world.instance(id);
    assert.equal((await request(world, SpotInstanceRequestId)).Type, 'persistent');
  });

  const REFUSED = [
    [
      { SpotInstanceType: 'persistent' },
      'InvalidParameterCombination',
      /terminate InstanceInterruptionBehavior/,
    ],
    [{ InstanceInterruptionBehavior: 'stop' }, 'InvalidParameterCombination', /type 'null' is not supported/],
    [{ ValidUntil: new Date('2100-01-01') }, 'InvalidParameterCombination', /ValidUntil/],
    [{ BlockDurationMinutes: 60 }, 'UnsupportedOperation', /defined duration/],
    [{ MaxPrice: 'much' }, 'InvalidParameterValue', /maxPrice/],
    [
      { MaxPrice: '0.0001' },
      'SpotMaxPriceTooLow',
      /lower than the minimum required Spot request fulfillment price/,
    ],
  ] as const;
  for (const [SpotOptions, code, message] of REFUSED) {
    test(`is refused with ${JSON.stringify(SpotOptions)}`, async (t) => {
      const world = await ec2World(t);
      const launch = world.run({ InstanceMarketOptions: { MarketType: 'spot', SpotOptions } });
      const refused = await refusal(launch);
      assert.equal(refused.code, code);
      assert.match(refused.message, message);
    });
  }

  test('alone has a request to give tags to', async (t) => {
    const world = await ec2World(t);
    const TagSpecifications = [
      { ResourceType: 'spot-instances-request' as const, Tags: [{ Key: 'a', Value: 'b' }] },
    ];
    const { code, message } = await refusal(world.run({ TagSpecifications }));
    assert.equal(code, 'InvalidParameterValue');
    assert.match(message, /no Spot instances requests being created/);
  });

  test('keeps the service-linked role in use until its request has ended', async (t) => {
    const world = await ec2World(t);
    const id = await world.run(SPOT);
    const remove = async () => {
      const RoleName = 'AWSServiceRoleForEC2Spot';
      const { DeletionTaskId } = await world.iam.send(new DeleteServiceLinkedRoleCommand({ RoleName }));
      await world.server.settled();
      return world.iam.send(new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId }));
    };
    await world.server.settled();
    assert.equal((await remove()).Status, 'FAILED');
    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    await world.server.settled();
    assert.equal((await remove()).Status, 'SUCCEEDED');
  });

  test('asks KMS for its caller', async (t) => {
    const world = await ec2World(t);
    const maria = await world.user('maria', allowing('ec2:*', 'kms:*', 'iam:CreateServiceLinkedRole'));
    await world.run({ ...SPOT, BlockDeviceMappings: onKey(await world.newKey()) }, maria.ec2);
    const grant = (await world.trail({ name: 'EventName', value: 'CreateGrant' })).at(-1)!;
    assert.equal(grant.userIdentity.arn, maria.arn);
  });

  test('needs the right to make the service-linked role, once, and says so as AWS does', async (t) => {
    const world = await ec2World(t);
    const maria = await world.user('maria', allowing('ec2:*'));
    const denied = await refusal(world.run(SPOT, maria.ec2));
    assert.equal(denied.code, 'AuthFailure.ServiceLinkedRoleCreationNotPermitted');
    assert.equal(denied.status, 403);
    assert.equal(
      denied.message,
      'The provided credentials do not have permission to create the service-linked role for EC2 Spot Instances.',
    );
    const [refused] = (await world.trail({ name: 'EventName', value: 'RunInstances' })).slice(-1);
    assert.equal(refused!.errorCode, 'Client.AuthFailure.ServiceLinkedRoleCreationNotPermitted');

    await world.allow(
      'maria',
      'spot-role',
      statement('iam:CreateServiceLinkedRole', {
        Resource: SPOT_ROLE,
        Condition: { StringEquals: { 'iam:AWSServiceName': 'spot.amazonaws.com' } },
      }),
    );
    await world.run(SPOT, maria.ec2);
    const john = await world.user('john', allowing('ec2:*'));
    await world.run(SPOT, john.ec2);
  });

  test('is told by ec2:InstanceMarketType, and its request by its tags alone', async (t) => {
    const world = await ec2World(t);
    await world.run(SPOT);
    const spotOnly = await world.user(
      'sue',
      allowing('ec2:*'),
      statement('ec2:RunInstances', {
        Effect: 'Deny',
        Resource: 'arn:aws:ec2:*:*:instance/*',
        Condition: { StringNotEquals: { 'ec2:InstanceMarketType': 'spot' } },
      }),
    );
    assert.equal((await refusal(world.run({}, spotOnly.ec2))).code, 'UnauthorizedOperation');
    await world.run(SPOT, spotOnly.ec2);
    const untagged = await world.user('tom', allowing('ec2:*'), {
      ...denying('ec2:RunInstances'),
      Resource: 'arn:aws:ec2:*:*:spot-instances-request/*',
    });
    await world.run(SPOT, untagged.ec2);
    const tags = [{ ResourceType: 'spot-instances-request' as const, Tags: [{ Key: 'a', Value: 'b' }] }];
    const tagged = refusal(world.run({ ...SPOT, TagSpecifications: tags }, untagged.ec2));
    assert.equal((await tagged).code, 'UnauthorizedOperation');
  });
});

describe('RequestSpotInstances', () => {
  test('gives an open request, which the Spot role fulfils', async (t) => {
    const world = await ec2World(t);
    const made = await asked(world, { SpotPrice: '0.01' });
    assert.deepEqual(
      [made.State, made.Status!.Code, made.SpotPrice],
      ['open', 'pending-evaluation', '0.010000'],
    );
    await waitUntilSpotInstanceRequestFulfilled(
      { client: world.ec2, maxWaitTime: 20, minDelay: 1, maxDelay: 1 },
      { SpotInstanceRequestIds: [made.SpotInstanceRequestId!] },
    );
    const now = await request(world, made.SpotInstanceRequestId);
    const instance = await world.instance(now.InstanceId!);
    assert.equal(instance.SpotInstanceRequestId, made.SpotInstanceRequestId);
    assert.equal(instance.State!.Name, 'running');
    const [launch] = await world.trail({ name: 'EventName', value: 'RunInstances' });
    assert.equal(launch!.userIdentity.invokedBy, 'spot.amazonaws.com');
    assert.equal(launch!.userIdentity.arn, SPOT_SESSION);
  });

  test('fails under a key that does not name the Spot role, and works by a grant to that role', async (t) => {
    const world = await ec2World(t);
    const keyArn = await world.newKey();
    const LaunchSpecification = { BlockDeviceMappings: onKey(keyArn) };
    const failed = await asked(world, { LaunchSpecification });
    const closed = await request(world, failed.SpotInstanceRequestId);
    assert.deepEqual([closed.State, closed.Status!.Code], ['closed', 'instance-terminated-by-user']);
    const instance = await world.instance(closed.InstanceId!);
    assert.equal(instance.StateReason!.Code, 'Client.InvalidKMSKey.InvalidState');
    const denied = (await world.trail()).find(({ errorCode }) => errorCode === 'AccessDenied')!;
    assert.equal(denied.userIdentity.arn, SPOT_SESSION);
  });

  test('has the On-Demand price where it is given an empty one, as Terraform sends it', async (t) => {
    const world = await ec2World(t);
    const [empty, none] = [await asked(world, { SpotPrice: '' }), await asked(world, {})];
    assert.equal(empty.SpotPrice, none.SpotPrice);
    assert.deepEqual(await outcome(world, empty.SpotInstanceRequestId), ['active', 'fulfilled']);
  });

  test('waits below the price, and is canceled before fulfillment', async (t) => {
    const world = await ec2World(t);
    const { SpotInstanceRequestId: id } = await asked(world, { SpotPrice: '0.0001' });
    assert.deepEqual(await outcome(world, id), ['open', 'price-too-low']);
    await world.ec2.send(new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [id!] }));
    assert.deepEqual(await outcome(world, id), ['cancelled', 'canceled-before-fulfillment']);
  });

  test('fails for good by what cannot come right, which is its fault; one that waits has none', async (t) => {
    const world = await ec2World(t, { delays: 1 });
    const KeyName = 'lost';
    await world.ec2.send(new CreateKeyPairCommand({ KeyName }));
    const failing = await asked(world, { LaunchSpecification: { KeyName } });
    const waiting = await asked(world, { SpotPrice: '0.0001' });
    await world.ec2.send(new DeleteKeyPairCommand({ KeyName }));
    await world.server.advance(2000);
    const failed = await request(world, failing.SpotInstanceRequestId);
    assert.deepEqual([failed.State, failed.Status!.Code], ['failed', 'bad-parameters']);
    const Message = "The key pair 'lost' does not exist";
    assert.deepEqual(failed.Fault, { Code: 'InvalidKeyPair.NotFound', Message });
    const held = await request(world, waiting.SpotInstanceRequestId);
    assert.deepEqual([held.State, held.Status!.Code, held.Fault], ['open', 'price-too-low', undefined]);
    const found = async (Name: string, value: string) => {
      const Filters = [{ Name, Values: [value] }];
      const { SpotInstanceRequests } = await world.ec2.send(
        new DescribeSpotInstanceRequestsCommand({ Filters }),
      );
      return SpotInstanceRequests!.map(({ SpotInstanceRequestId }) => SpotInstanceRequestId);
    };
    assert.deepEqual(await found('fault-code', 'InvalidKeyPair.NotFound'), [failed.SpotInstanceRequestId]);
    assert.deepEqual(await found('fault-message', Message), [failed.SpotInstanceRequestId]);
    assert.deepEqual(await found('fault-code', 'SpotMaxPriceTooLow'), []);
  });
});

describe('the request of a Spot Instance', () => {
  test('closes when the instance is terminated, and leaves it running when canceled', async (t) => {
    const world = await ec2World(t);
    const [gone, left] = [await world.run(SPOT), await world.run(SPOT)];
    const { SpotInstanceRequestId: first } = await world.instance(gone);
    const { SpotInstanceRequestId: second } = await world.instance(left);
    await world.server.settled();
    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [gone] }));
    assert.deepEqual(await outcome(world, first), ['closed', 'instance-terminated-by-user']);
    await world.ec2.send(new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [second!] }));
    assert.deepEqual(await outcome(world, second), ['cancelled', 'request-canceled-and-instance-running']);
    assert.equal((await world.instance(left)).State!.Name, 'running');
  });

  test('lets its user stop and start the instance only if it is persistent', async (t) => {
    const world = await ec2World(t);
    const [once, always] = [await world.run(SPOT), await world.run(PERSISTENT)];
    await world.server.settled();
    const refused = await refusal(world.ec2.send(new StopInstancesCommand({ InstanceIds: [once] })));
    assert.equal(refused.code, 'UnsupportedOperation');
    const { SpotInstanceRequestId: id } = await world.instance(always);
    await world.ec2.send(new StopInstancesCommand({ InstanceIds: [always] }));
    assert.deepEqual(await outcome(world, id), ['disabled', 'instance-stopped-by-user']);
    await world.ec2.send(new StartInstancesCommand({ InstanceIds: [always] }));
    assert.deepEqual(await outcome(world, id), ['active', 'fulfilled']);
    await world.ec2.send(new StopInstancesCommand({ InstanceIds: [always] }));
    await world.server.settled();
    await world.ec2.send(new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [id!] }));
    assert.deepEqual(await outcome(world, id), ['cancelled', 'instance-terminated-by-service']);
    assert.equal((await world.instance(always)).State!.Name, 'terminated');
  });

  test('asks for another instance when a persistent one has gone', async (t) => {
    const world = await ec2World(t);
    const made = await asked(world, { Type: 'persistent' });
    const { InstanceId: first } = await request(world, made.SpotInstanceRequestId);
    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [first!] }));
    const { InstanceId: second, State } = await request(world, made.SpotInstanceRequestId);
    assert.equal(State, 'active');
    assert.notEqual(second, first);
  });
});

test('prices are there for each zone, product and type', async (t) => {
  const world = await ec2World(t);
  const { SpotPriceHistory: prices = [] } = await world.ec2.send(
    new DescribeSpotPriceHistoryCommand({
      InstanceTypes: ['m5.large'],
      ProductDescriptions: ['Linux/UNIX (Amazon VPC)'],
    }),
  );
  assert.equal(new Set(prices.map(({ AvailabilityZone: zone }) => zone)).size, prices.length);
  assert.ok(prices.every(({ SpotPrice: price }) => Number(price) > 0));
});

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/enabling-hibernation.html#enable-hibernation-for-spot-instances
describe('Spot Instances that hibernate', () => {
  const encrypted = [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true } }];
  const made = async (world: World, input: Parameters<World['run']>[0]) => {
    const id = await world.run({ BlockDeviceMappings: encrypted, ...input });
    const { HibernationOptions, SpotInstanceRequestId } = await world.instance(id);
    const shown = await request(world, SpotInstanceRequestId);
    return { hibernates: HibernationOptions?.Configured, when: shown.InstanceInterruptionBehavior };
  };
  const persistent = (SpotOptions: object) => ({
    InstanceMarketOptions: {
      MarketType: 'spot' as const,
      SpotOptions: { SpotInstanceType: 'persistent' as const, ...SpotOptions },
    },
  });
  const BOTH = { hibernates: true, when: 'hibernate' };

  test('are asked for by either of two parameters, which stand for each other', async (t) => {
    const world = await ec2World(t);
    const HibernationOptions = { Configured: true };
    assert.deepEqual(await made(world, { ...persistent({}), HibernationOptions }), BOTH);
    const hibernated = persistent({ InstanceInterruptionBehavior: 'hibernate' });
    assert.deepEqual(await made(world, hibernated), BOTH);
    const stopped = persistent({ InstanceInterruptionBehavior: 'stop' });
    const both = { ...stopped, HibernationOptions };
    assert.deepEqual(await made(world, both), { hibernates: true, when: 'stop' });
    assert.deepEqual(await made(world, stopped), { hibernates: false, when: 'stop' });
  });

  test('need a persistent request and what hibernation needs', async (t) => {
    const world = await ec2World(t);
    const once = await refusal(made(world, { ...SPOT, HibernationOptions: { Configured: true } }));
    assert.equal(once.code, 'InvalidParameterCombination');
    const hibernated = persistent({ InstanceInterruptionBehavior: 'hibernate' });
    const plain = await refusal(world.run(hibernated));
    assert.equal(plain.code, 'UnsupportedHibernationConfiguration');
  });

  test('come of Spot Instance requests, too', async (t) => {
    const world = await ec2World(t);
    const LaunchSpecification = { BlockDeviceMappings: encrypted };
    const input = { Type: 'persistent', InstanceInterruptionBehavior: 'hibernate' } as const;
    const { SpotInstanceRequestId } = await asked(world, { ...input, LaunchSpecification });
    const { InstanceId, Status } = await request(world, SpotInstanceRequestId);
    assert.equal(Status!.Code, 'fulfilled');
    assert.deepEqual((await world.instance(InstanceId!)).HibernationOptions, { Configured: true });
    assert.equal((await refusal(asked(world, input))).code, 'UnsupportedHibernationConfiguration');
  });
});
