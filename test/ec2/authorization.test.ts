/** Who may do what in EC2: resources, condition keys and denials as AWS has them; and the key policy of the mission's fourth document. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AttachVolumeCommand,
  CreateSnapshotCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  type CreateVolumePermissionModifications,
  DescribeVolumesCommand,
  EC2Client,
  ModifySnapshotAttributeCommand,
  type RunInstancesCommandInput,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateGrantCommand, GenerateDataKeyWithoutPlaintextCommand, KMSClient } from '@aws-sdk/client-kms';
import { AssumeRoleCommand, DecodeAuthorizationMessageCommand, STSClient } from '@aws-sdk/client-sts';
import { ACCOUNT, allowing, OTHER_ACCOUNT, REGION, ZONE } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const arnOf = (type: string, id: string) => `arn:aws:ec2:${REGION}:${ACCOUNT}:${type}/${id}`;
const allowIf = (Action: string, Condition: object, Resource = '*') => ({
  Effect: 'Allow',
  Action,
  Resource,
  Condition,
});
const isDenied = async (call: Promise<unknown>) => (await refusal(call)).code === 'UnauthorizedOperation';

describe('a denial', () => {
  test('names the caller, the action and the resource, and carries a message that can be decoded', async (t) => {
    const world = await ec2World(t);
    const instanceId = await world.run();
    await world.server.settled();
    const john = await world.user('john', allowing('ec2:Describe*', 'sts:DecodeAuthorizationMessage'));
    const refused = await refusal(john.ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] })));
    assert.equal(refused.code, 'UnauthorizedOperation');
    assert.equal(refused.status, 403);
    const start =
      'You are not authorized to perform this operation. ' +
      `User: ${john.arn} is not authorized to perform: ec2:StopInstances on resource: ${arnOf('instance', instanceId)} ` +
      'because no identity-based policy allows the ec2:StopInstances action. Encoded authorization failure message: ';
    assert.equal(refused.message.slice(0, start.length), start);
    const sts = world.server.client(STSClient, john.credentials);
    const decodedOf = async (message: string) => {
      const EncodedMessage = message.split('failure message: ')[1];
      const { DecodedMessage } = await sts.send(new DecodeAuthorizationMessageCommand({ EncodedMessage }));
      return JSON.parse(DecodedMessage!);
    };
    const decoded = await decodedOf(refused.message);
    assert.equal(decoded.allowed, false);
    assert.equal(decoded.explicitDeny, false);
    assert.equal(decoded.context.principal.arn, john.arn);
    assert.equal(decoded.context.action, 'StopInstances');
    const conditions = new Map(
      decoded.context.conditions.items.map(
        (item: { key: string; values: { items: { value: string }[] } }) => [
          item.key,
          item.values.items[0]?.value,
        ],
      ),
    );
    assert.equal(conditions.get('ec2:Region'), REGION);
    assert.equal(conditions.get('aws:ARN'), arnOf('instance', instanceId));
    assert.equal(conditions.get('aws:Resource'), `instance/${instanceId}`);
    assert.equal(conditions.get('aws:Type'), 'instance');
    // Of the caller and the request there is nothing in it.
    for (const key of ['aws:PrincipalArn', 'aws:SourceIp', 'aws:CurrentTime'])
      assert.ok(!conditions.has(key), key);
    assert.equal(conditions.get('ec2:InstanceType'), 't3.micro');
    // As captured of a volume to be made: the IOPS of gp2 are none of its keys.
    const volume = new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1 });
    const { context } = await decodedOf((await refusal(john.ec2.send(volume))).message);
    assert.deepEqual(
      context.conditions.items.map(({ key }: { key: string }) => key.replace(/^(aws|ec2):/, '')).toSorted(),
      [
        ...['ARN', 'Account', 'AvailabilityZone', 'AvailabilityZoneId', 'Encrypted', 'Region', 'Region'],
        ...['Resource', 'ResourceBeingCreated', 'Service', 'Type', 'VolumeID', 'VolumeSize', 'VolumeType'],
      ],
    );

    const [told] = (await world.trail({ name: 'EventName', value: 'StopInstances' })).slice(-1);
    assert.equal(told!.errorCode, 'Client.UnauthorizedOperation');
    assert.deepEqual(told!.requestParameters, { instancesSet: { items: [{ instanceId }] }, force: false });
    assert.equal(told!.responseElements, null);
  });

  test('comes before the news that a resource is not there', async (t) => {
    const world = await ec2World(t);
    const nobody = await world.user('nobody');
    const start = new StartInstancesCommand({ InstanceIds: ['i-0123456789abcdef0'] });
    assert.equal(await isDenied(nobody.ec2.send(start)), true);
  });
});

describe('RunInstances asks about each resource that it touches', () => {
  const everything = (world: World, region = REGION) => [
    arnOf('instance', '*'),
    arnOf('volume', '*'),
    arnOf('network-interface', '*'),
    arnOf('subnet', '*'),
    arnOf('security-group', '*'),
    `arn:aws:ec2:${region}::image/${world.imageId}`,
  ];
  const allowRun = (resources: readonly string[]) => ({
    Effect: 'Allow',
    Action: 'ec2:RunInstances',
    Resource: resources,
  });

  test('and needs all of them', async (t) => {
    const world = await ec2World(t);
    const all = everything(world);
    const full = await world.user('full', allowRun(all));
    await world.run({}, full.ec2);
    for (const [index, missing] of all.entries()) {
      const user = await world.user(`without-${index}`, allowRun(all.filter((each) => each !== missing)));
      assert.equal(await isDenied(world.run({}, user.ec2)), true, missing);
    }
  });

  test('with the conditions of instances and volumes', async (t) => {
    const world = await ec2World(t);
    const attempt = async (condition: object, input: Partial<RunInstancesCommandInput>, name: string) => {
      const user = await world.user(name, allowIf('ec2:RunInstances', condition));
      return !(await refusal(world.run({ DryRun: true, ...input }, user.ec2)).then(
        ({ code }) => code === 'UnauthorizedOperation',
      ));
    };
    const encrypted = { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true } }] };
    const onlyEncrypted = { BoolIfExists: { 'ec2:Encrypted': 'true' } };
    assert.equal(await attempt(onlyEncrypted, encrypted, 'a'), true);
    assert.equal(await attempt(onlyEncrypted, {}, 'b'), false);
    const onlyMicro = { StringEqualsIfExists: { 'ec2:InstanceType': ['t3.micro'] } };
    assert.equal(await attempt(onlyMicro, {}, 'c'), true);
    assert.equal(await attempt(onlyMicro, { InstanceType: 't3.large' }, 'd'), false);
    assert.equal(await attempt({ StringEquals: { 'ec2:Region': REGION } }, {}, 'e'), true);
    assert.equal(await attempt({ StringEquals: { 'ec2:Region': 'eu-west-1' } }, {}, 'f'), false);
    const small = { NumericLessThanEqualsIfExists: { 'ec2:VolumeSize': '8' } };
    const large = { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 9 } }] };
    assert.equal(await attempt(small, {}, 'g'), true);
    assert.equal(await attempt(small, large, 'h'), false);
    const amazonOnly = { StringEqualsIfExists: { 'ec2:Owner': 'amazon' } };
    assert.equal(await attempt(amazonOnly, {}, 'i'), true);
  });

  test('and, for tags, about ec2:CreateTags with the creating action', async (t) => {
    const world = await ec2World(t);
    const tags = {
      TagSpecifications: [{ ResourceType: 'instance' as const, Tags: [{ Key: 'Team', Value: 'blue' }] }],
    };
    const without = await world.user('without', allowing('ec2:RunInstances'));
    assert.equal(await isDenied(world.run(tags, without.ec2)), true);
    const creating = allowIf('ec2:CreateTags', { StringEquals: { 'ec2:CreateAction': 'RunInstances' } });
    const user = await world.user('with', allowing('ec2:RunInstances'), creating);
    const instanceId = await world.run(tags, user.ec2);
    const later = new CreateTagsCommand({ Resources: [instanceId], Tags: [{ Key: 'k', Value: 'v' }] });
    assert.equal(await isDenied(user.ec2.send(later)), true);
    const blueOnly = allowIf('ec2:RunInstances', { StringEqualsIfExists: { 'aws:RequestTag/Team': 'blue' } });
    const blue = await world.user('blue', blueOnly, allowing('ec2:CreateTags'));
    await world.run(tags, blue.ec2);
    const red = {
      TagSpecifications: [{ ResourceType: 'instance' as const, Tags: [{ Key: 'Team', Value: 'red' }] }],
    };
    assert.equal(await isDenied(world.run(red, blue.ec2)), true);
  });

  test('and, for an instance profile, about passing its role', async (t) => {
    const world = await ec2World(t);
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    };
    const { Role: role } = await world.iam.send(
      new CreateRoleCommand({ RoleName: 'web', AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    const { InstanceProfile: profile } = await world.iam.send(
      new CreateInstanceProfileCommand({ InstanceProfileName: 'web' }),
    );
    await world.iam.send(
      new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'web', RoleName: 'web' }),
    );
    const launch = { IamInstanceProfile: { Name: 'web' } };
    const without = await world.user('without', allowing('ec2:*'));
    const refused = await refusal(world.run(launch, without.ec2));
    assert.equal(refused.code, 'UnauthorizedOperation');
    assert.match(
      refused.message,
      /is not authorized to perform: iam:PassRole on resource: arn:aws:iam::\d+:role\/web /,
    );
    const passing = allowIf(
      'iam:PassRole',
      { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
      role!.Arn,
    );
    const user = await world.user('with', allowing('ec2:*'), passing);
    const instanceId = await world.run(launch, user.ec2);
    assert.deepEqual((await world.instance(instanceId)).IamInstanceProfile, {
      Arn: profile!.Arn,
      Id: profile!.InstanceProfileId,
    });
    const unknown = await refusal(world.run({ IamInstanceProfile: { Name: 'none' } }, user.ec2));
    assert.equal(unknown.code, 'InvalidParameterValue');
  });
});

test('resource tags decide about what exists', async (t) => {
  const world = await ec2World(t);
  const volume = async (owner: string) => {
    const { VolumeId: id } = await world.ec2.send(
      new CreateVolumeCommand({
        AvailabilityZone: ZONE,
        Size: 1,
        TagSpecifications: [{ ResourceType: 'volume', Tags: [{ Key: 'Owner', Value: owner }] }],
      }),
    );
    return id!;
  };
  const [mine, theirs] = [await volume('john'), await volume('mary')];
  await world.server.settled();
  for (const [name, key] of [
    ['john', 'aws:ResourceTag/Owner'],
    ['jon', 'ec2:ResourceTag/Owner'],
  ] as const) {
    // The snapshot that is made has no such tag: only the volume's decides.
    const user = await world.user(
      name,
      allowIf('ec2:CreateSnapshot', { StringEquals: { [key]: 'john' } }, arnOf('volume', '*')),
      { Effect: 'Allow', Action: 'ec2:CreateSnapshot', Resource: `arn:aws:ec2:${REGION}::snapshot/*` },
    );
    await user.ec2.send(new CreateSnapshotCommand({ VolumeId: mine }));
    assert.equal(await isDenied(user.ec2.send(new CreateSnapshotCommand({ VolumeId: theirs }))), true);
  }
});

test('each change of who may use a snapshot is a condition key', async (t) => {
  const world = await ec2World(t);
  const { VolumeId } = await world.ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1 }));
  await world.server.settled();
  const { SnapshotId } = await world.ec2.send(new CreateSnapshotCommand({ VolumeId }));
  await world.server.settled();
  const [user, group] = [{ UserId: OTHER_ACCOUNT }, { Group: 'all' as const }];
  const changes: readonly [key: string, value: string, CreateVolumePermissionModifications][] = [
    ['ec2:Add/userId', OTHER_ACCOUNT, { Add: [user] }],
    ['ec2:Add/group', 'all', { Add: [group] }],
    ['ec2:Remove/userId', OTHER_ACCOUNT, { Remove: [user] }],
    ['ec2:Remove/group', 'all', { Remove: [group] }],
  ];
  for (const [key, value] of changes) {
    const condition = { 'ForAnyValue:StringEquals': { [key]: value } };
    const forbidden = { ...allowIf('ec2:ModifySnapshotAttribute', condition), Effect: 'Deny' };
    const sharer = await world.user(key.replaceAll(/\W/g, '-'), allowing('ec2:*'), forbidden);
    for (const [change, , CreateVolumePermission] of changes) {
      const asked = new ModifySnapshotAttributeCommand({ SnapshotId, CreateVolumePermission });
      if (change !== key) await sharer.ec2.send(asked);
      else assert.ok(await isDenied(sharer.ec2.send(asked)), `${change} under a condition on it`);
    }
  }
});

test('a role uses the key through EC2 and not by itself, with the key policy of the best practices', async (t) => {
  const world = await ec2World(t);
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' },
    ],
  };
  const { Role: role } = await world.iam.send(
    new CreateRoleCommand({ RoleName: 'UserRole', AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  const everything = { Version: '2012-10-17', Statement: [allowing('ec2:*')] };
  await world.iam.send(
    new PutRolePolicyCommand({
      RoleName: 'UserRole',
      PolicyName: 'ec2',
      PolicyDocument: JSON.stringify(everything),
    }),
  );
  const maker = await world.user('maker', allowing('sts:AssumeRole'));
  const keyArn = await world.newKey({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' },
      {
        Sid: 'Allow for use of this Key',
        Effect: 'Allow',
        Principal: { AWS: role!.Arn },
        Action: ['kms:GenerateDataKeyWithoutPlaintext', 'kms:Decrypt'],
        Resource: '*',
      },
      {
        Sid: 'Allow for EC2 Use',
        Effect: 'Allow',
        Principal: { AWS: role!.Arn },
        Action: ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'],
        Resource: '*',
        Condition: { StringEquals: { 'kms:ViaService': `ec2.${REGION}.amazonaws.com` } },
      },
    ],
  });
  const sts = world.server.client(STSClient, maker.credentials);
  const { Credentials: session } = await sts.send(
    new AssumeRoleCommand({ RoleArn: role!.Arn, RoleSessionName: 'maria' }),
  );
  const credentials = {
    accessKeyId: session!.AccessKeyId!,
    secretAccessKey: session!.SecretAccessKey!,
    sessionToken: session!.SessionToken!,
  };
  const ec2 = world.server.client(EC2Client, credentials);
  const kms = world.server.client(KMSClient, credentials);

  const instanceId = await world.run({ Placement: { AvailabilityZone: ZONE } });
  const { VolumeId: volumeId } = await ec2.send(
    new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId: keyArn }),
  );
  await world.server.settled();
  await ec2.send(new AttachVolumeCommand({ VolumeId: volumeId, InstanceId: instanceId, Device: '/dev/sdf' }));
  await world.server.settled();
  assert.equal((await world.volume(volumeId!))?.Attachments?.[0]?.State, 'attached');
  const [grant] = await world.trail({ name: 'EventName', value: 'CreateGrant' });
  assert.equal(grant!.userIdentity.arn, `arn:aws:sts::${ACCOUNT}:assumed-role/UserRole/maria`);
  assert.equal(grant!.userIdentity.invokedBy, 'ec2-frontend-api.amazonaws.com');

  const direct = await refusal(
    kms.send(new CreateGrantCommand({ KeyId: keyArn, GranteePrincipal: role!.Arn, Operations: ['Decrypt'] })),
  );
  assert.equal(direct.code, 'AccessDeniedException');
  // The first statement has no condition: this the role may do by itself, too.
  await kms.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId: keyArn, KeySpec: 'AES_256' }));
});

test('Describe needs its own permission and no more', async (t) => {
  const world = await ec2World(t);
  const reader = await world.user('reader', allowing('ec2:DescribeVolumes'));
  await reader.ec2.send(new DescribeVolumesCommand({}));
  assert.equal(
    await isDenied(reader.ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1 }))),
    true,
  );
});
