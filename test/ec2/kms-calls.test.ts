/** What EC2 and EBS ask KMS, in whose name and in which order, read from CloudTrail field by field (aws-facts B). */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AttachVolumeCommand,
  CopySnapshotCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  DetachVolumeCommand,
  type EC2Client,
  EnableEbsEncryptionByDefaultCommand,
  ModifyEbsDefaultKmsKeyIdCommand,
  RebootInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  ListAliasesCommand,
  ListGrantsCommand,
} from '@aws-sdk/client-kms';
import { ACCOUNT, allowing, REGION, type TrailEvent, ZONE } from '../worlds/account.ts';
import { ec2World, encryptedRoot, type User, type World } from '../worlds/ec2.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const FRONTEND = 'ec2-frontend-api.amazonaws.com';
const SERVICE = `ec2.${REGION}.amazonaws.com`;
const infrastructure = (instanceId: string) =>
  `arn:aws:sts::${ACCOUNT}:assumed-role/aws:ec2-infrastructure/${instanceId}`;

interface Scene {
  readonly world: World;
  readonly user: User;
  readonly keyArn: string;
  /** KMS's events since the last time, in order. */
  kmsEvents(): Promise<TrailEvent[]>;
}

async function scene(t: { after(fn: () => unknown): void }): Promise<Scene> {
  const world = await ec2World(t as never);
  const user = await world.user('maria', allowing('ec2:*', 'kms:*'));
  const keyArn = await world.newKey();
  let seen = (await world.trail({ name: 'EventSource', value: 'kms.amazonaws.com' })).length;
  return {
    world,
    user,
    keyArn,
    async kmsEvents() {
      await world.server.settled();
      const events = await world.trail({ name: 'EventSource', value: 'kms.amazonaws.com' });
      const fresh = events.slice(seen);
      seen = events.length;
      return fresh;
    },
  };
}

const names = (events: readonly TrailEvent[]) => events.map(({ eventName }) => eventName);

/** The marks of a call that EC2 makes in its caller's name (B1.5). */
function assertForwarded(event: TrailEvent, { user, keyArn }: Scene, requestId: string | undefined): void {
  const { accessKeyId } = user.credentials;
  assert.deepEqual(event.userIdentity, {
    type: 'IAMUser',
    principalId: event.userIdentity.principalId,
    arn: user.arn,
    accountId: ACCOUNT,
    accessKeyId,
    userName: user.name,
    invokedBy: FRONTEND,
  });
  assert.match(String(event.userIdentity.principalId), /^AIDA[A-Z0-9]{16,17}$/);
  assert.equal(event.sourceIPAddress, FRONTEND);
  assert.equal(event.userAgent, FRONTEND);
  assert.equal(event.requestID, requestId);
  assert.equal(event.eventType, 'AwsApiCall');
  assert.equal(event.managementEvent, true);
  assert.equal(event.eventCategory, 'Management');
  assert.match(String(event.sharedEventID), UUID);
  assert.equal(event.vpcEndpointId, 'AWS Internal');
  assert.equal(event.vpcEndpointAccountId, 'AWS Internal');
  assert.deepEqual(event.resources, [{ accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN: keyArn }]);
}

function assertDataKey(event: TrailEvent, { keyArn }: Scene, volumeId: string): void {
  assert.equal(event.eventName, 'GenerateDataKeyWithoutPlaintext');
  assert.deepEqual(event.requestParameters, {
    keyId: keyArn,
    encryptionContext: { 'aws:ebs:id': volumeId },
    numberOfBytes: 64,
  });
  assert.equal(event.responseElements, null);
  assert.equal(event.readOnly, true);
}

function assertGrant(event: TrailEvent, { keyArn }: Scene, grantee: string, volumeId: string): string {
  assert.equal(event.eventName, 'CreateGrant');
  assert.deepEqual(event.requestParameters, {
    keyId: keyArn,
    granteePrincipal: grantee,
    retiringPrincipal: SERVICE,
    operations: ['Decrypt'],
    constraints: { encryptionContextSubset: { 'aws:ebs:id': volumeId } },
  });
  const { grantId, keyId } = event.responseElements as { grantId: string; keyId: string };
  assert.match(grantId, /^[0-9a-f]{64}$/);
  assert.equal(keyId, keyArn);
  assert.equal(event.readOnly, false);
  return grantId;
}

function assertInstanceDecrypt(
  event: TrailEvent,
  { instanceId, volumeId, requestId }: { instanceId: string; volumeId: string; requestId?: string },
): void {
  assert.equal(event.eventName, 'Decrypt');
  // The instance's session goes on under the id of the request that attaches the volume.
  assert.equal(event.requestID, requestId);
  const { sessionContext, accessKeyId, ...identity } = event.userIdentity as {
    accessKeyId: string;
    sessionContext: { sessionIssuer: object; attributes: { creationDate: string } };
  };
  assert.match(accessKeyId, /^ASIA[A-Z2-7]{16}$/);
  assert.deepEqual(identity, {
    type: 'AssumedRole',
    principalId: `${ACCOUNT}:aws:ec2-infrastructure:${instanceId}`,
    arn: infrastructure(instanceId),
    accountId: ACCOUNT,
    inScopeOf: {
      issuerType: 'AWS::EC2::Instance',
      credentialsIssuedTo: `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/${instanceId}`,
    },
    invokedBy: 'AWS Internal',
  });
  assert.deepEqual(sessionContext.sessionIssuer, {
    type: 'Role',
    principalId: `${ACCOUNT}:aws:ec2-infrastructure`,
    arn: `arn:aws:iam::${ACCOUNT}:role/aws:ec2-infrastructure`,
    accountId: ACCOUNT,
    userName: 'aws:ec2-infrastructure',
  });
  assert.equal(event.sourceIPAddress, 'AWS Internal');
  assert.equal(event.userAgent, 'AWS Internal');
  assert.deepEqual(event.requestParameters, {
    encryptionContext: { 'aws:ebs:id': volumeId },
    encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
  });
  assert.equal(event.errorCode, undefined);
}

function assertRetired(event: TrailEvent, { keyArn }: Scene, grantId: string, requestId?: string): void {
  assert.equal(event.eventName, 'RetireGrant');
  assert.deepEqual(event.userIdentity, { type: 'AWSService', invokedBy: 'AWS Internal' });
  assert.equal(event.requestParameters, null);
  assert.deepEqual(event.responseElements, { keyId: keyArn });
  assert.deepEqual(event.additionalEventData, { grantId });
  if (requestId) assert.equal(event.requestID, requestId);
}

describe('KMS calls', () => {
  test('of CreateVolume: a data key, and nothing more', async (t) => {
    const here = await scene(t);
    const made = await here.user.ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId: here.keyArn }),
    );
    const events = await here.kmsEvents();
    assert.deepEqual(names(events), ['GenerateDataKeyWithoutPlaintext']);
    assertDataKey(events[0]!, here, made.VolumeId!);
    assertForwarded(events[0]!, here, made.$metadata.requestId);
    const shown = await here.world.volume(made.VolumeId!);
    assert.equal(shown?.State, 'available');
    assert.equal(shown?.KmsKeyId, here.keyArn);
    assert.equal(shown?.Encrypted, true);
  });

  test('of AttachVolume, reboot, DetachVolume: grant and Decrypt; nothing; retired', async (t) => {
    const here = await scene(t);
    const { ec2 } = here.user;
    const instanceId = await here.world.run({ Placement: { AvailabilityZone: ZONE } });
    const { VolumeId: volumeId } = await ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId: here.keyArn }),
    );
    await here.kmsEvents();
    const attached = await ec2.send(
      new AttachVolumeCommand({ VolumeId: volumeId, InstanceId: instanceId, Device: '/dev/sdf' }),
    );
    assert.equal(attached.State, 'attaching');
    const events = await here.kmsEvents();
    assert.deepEqual(names(events), ['CreateGrant', 'Decrypt']);
    const grantId = assertGrant(events[0]!, here, infrastructure(instanceId), volumeId!);
    assertForwarded(events[0]!, here, attached.$metadata.requestId);
    assertInstanceDecrypt(events[1]!, {
      instanceId,
      volumeId: volumeId!,
      requestId: attached.$metadata.requestId,
    });
    assert.equal((await here.world.volume(volumeId!))?.Attachments?.[0]?.State, 'attached');

    await ec2.send(new RebootInstancesCommand({ InstanceIds: [instanceId] }));
    assert.deepEqual(names(await here.kmsEvents()), []);

    const detached = await ec2.send(new DetachVolumeCommand({ VolumeId: volumeId }));
    assert.equal(detached.State, 'detaching');
    const ended = await here.kmsEvents();
    assert.deepEqual(names(ended), ['RetireGrant']);
    assertRetired(ended[0]!, here, grantId);
    const { Grants: left } = await here.world.kms.send(new ListGrantsCommand({ KeyId: here.keyArn }));
    assert.deepEqual(left, []);
  });

  test('of RunInstances with a new key for the root of an unencrypted image: five calls, in order', async (t) => {
    const here = await scene(t);
    const instanceId = await here.world.run(encryptedRoot(here.keyArn), here.user.ec2);
    const events = await here.kmsEvents();
    const { BlockDeviceMappings } = await here.world.instance(instanceId);
    const volumeId = BlockDeviceMappings![0]!.Ebs!.VolumeId!;
    const [run] = (await here.world.trail({ name: 'EventName', value: 'RunInstances' })).slice(-1);
    const calls = events.filter(({ eventName }) => eventName !== 'RetireGrant');
    assert.deepEqual(names(calls), [
      'GenerateDataKeyWithoutPlaintext',
      'CreateGrant',
      'Decrypt',
      'CreateGrant',
      'Decrypt',
    ]);
    const [dataKey, serviceGrant, serviceDecrypt, instanceGrant, instanceDecrypt] = calls as [
      TrailEvent,
      TrailEvent,
      TrailEvent,
      TrailEvent,
      TrailEvent,
    ];
    assertDataKey(dataKey, here, volumeId);
    const copied = assertGrant(serviceGrant, here, SERVICE, volumeId);
    assert.deepEqual(serviceDecrypt.userIdentity, { type: 'AWSService', invokedBy: 'ebs.amazonaws.com' });
    assert.equal(serviceDecrypt.sourceIPAddress, 'ebs.amazonaws.com');
    assert.notEqual(serviceDecrypt.requestID, run!.requestID);
    assertGrant(instanceGrant, here, infrastructure(instanceId), volumeId);
    assertInstanceDecrypt(instanceDecrypt, { instanceId, volumeId, requestId: run!.requestID });
    for (const event of [dataKey, serviceGrant, instanceGrant]) assertForwarded(event, here, run!.requestID);

    const retired = events.filter(({ eventName }) => eventName === 'RetireGrant');
    assert.equal(retired.length, 1);
    assertRetired(retired[0]!, here, copied);
  });

  test('of StopInstances, StartInstances and TerminateInstances: retired, granted again, retired', async (t) => {
    const here = await scene(t);
    const { ec2 } = here.user;
    const instanceId = await here.world.run(
      {
        BlockDeviceMappings: [
          { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: here.keyArn } },
        ],
      },
      ec2,
    );
    const launched = await here.kmsEvents();
    assert.deepEqual(names(launched), ['GenerateDataKeyWithoutPlaintext', 'CreateGrant', 'Decrypt']);
    const volumeId = (launched[0]!.requestParameters as { encryptionContext: Record<string, string> })
      .encryptionContext['aws:ebs:id']!;
    const first = assertGrant(launched[1]!, here, infrastructure(instanceId), volumeId);

    const stop = await ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
    const stopped = await here.kmsEvents();
    assert.deepEqual(names(stopped), ['RetireGrant']);
    assertRetired(stopped[0]!, here, first, stop.$metadata.requestId);

    const start = await ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
    const started = await here.kmsEvents();
    assert.deepEqual(names(started), ['CreateGrant', 'Decrypt']);
    const second = assertGrant(started[0]!, here, infrastructure(instanceId), volumeId);
    assertForwarded(started[0]!, here, start.$metadata.requestId);
    assertInstanceDecrypt(started[1]!, { instanceId, volumeId, requestId: start.$metadata.requestId });

    const end = await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
    const ended = await here.kmsEvents();
    assert.deepEqual(names(ended), ['RetireGrant']);
    assertRetired(ended[0]!, here, second, end.$metadata.requestId);
    assert.equal(await here.world.volume(volumeId), undefined);
  });

  test('without a key named, the first use makes aws/ebs, once; no permission on it is needed', async (t) => {
    const world = await ec2World(t);
    const john = await world.user('john', allowing('ec2:*'));
    await world.ec2.send(new EnableEbsEncryptionByDefaultCommand({}));
    const ask = () => john.ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1 }));
    const made = await Promise.all([ask(), ask(), ask()]);
    await world.server.settled();

    const calls = await world.trail({ name: 'EventSource', value: 'kms.amazonaws.com' });
    assert.equal(names(calls).filter((name) => name === 'CreateKey').length, 1);
    const [createKey, createAlias] = calls as [TrailEvent, TrailEvent];
    assert.deepEqual(names([createKey, createAlias]), ['CreateKey', 'CreateAlias']);
    assert.deepEqual(createKey.userIdentity, { type: 'AWSService', invokedBy: 'ebs.amazonaws.com' });
    const { KeyMetadata: key } = await world.kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/ebs' }));
    assert.equal(key?.KeyManager, 'AWS');
    const { Policy } = await world.kms.send(new GetKeyPolicyCommand({ KeyId: key!.KeyId }));
    assert.equal(JSON.parse(Policy!).Id, 'auto-ebs-2');
    for (const { VolumeId, Encrypted } of made) {
      assert.equal(Encrypted, true);
      const shown = await world.volume(VolumeId!);
      assert.equal(shown?.State, 'available');
      assert.equal(shown?.KmsKeyId, key!.Arn);
    }
  });

  test('naming aws/ebs is a first use of it, as a volume’s key, a copy’s and the account’s default', async (t) => {
    const AliasArn = `arn:aws:kms:${REGION}:${ACCOUNT}:alias/aws/ebs`;
    const KmsKeyId = 'alias/aws/ebs';
    const newVolume = (ec2: EC2Client, more: object) =>
      ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, ...more }));
    const uses: Record<string, (ec2: EC2Client, settled: () => Promise<unknown>) => Promise<unknown>> = {
      'by its name': (ec2) => newVolume(ec2, { Encrypted: true, KmsKeyId }),
      'by its ARN': (ec2) => newVolume(ec2, { Encrypted: true, KmsKeyId: AliasArn }),
      'as the default': async (ec2) => {
        await ec2.send(new EnableEbsEncryptionByDefaultCommand({}));
        await ec2.send(new ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId }));
        await newVolume(ec2, {});
      },
      'for a copy': async (ec2, settled) => {
        const { VolumeId } = await newVolume(ec2, {});
        await settled();
        const { SnapshotId } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
        await settled();
        const source = { SourceSnapshotId: SnapshotId, SourceRegion: REGION };
        await ec2.send(new CopySnapshotCommand({ ...source, Encrypted: true, KmsKeyId }));
      },
    };
    for (const [how, use] of Object.entries(uses)) {
      const { ec2, kms, server } = await ec2World(t);
      await use(ec2, () => server.settled());
      await server.settled();
      const { Aliases } = await kms.send(new ListAliasesCommand({}));
      const id = Aliases?.find(({ AliasName }) => AliasName === KmsKeyId)?.TargetKeyId;
      assert.ok(id, how);
      const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({}));
      const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
      const under = [...Volumes, ...Snapshots].flatMap(({ KmsKeyId: key }) => key ?? []);
      assert.deepEqual(under, [`arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`], how);
    }
  });
});
