/** What CloudTrail records of multi-Region keys in either Region, and the service-linked role that they need. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DeleteServiceLinkedRoleCommand,
  GetRoleCommand,
  GetServiceLinkedRoleDeletionStatusCommand,
} from '@aws-sdk/client-iam';
import {
  CreateKeyCommand,
  ReplicateKeyCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
  UpdatePrimaryRegionCommand,
} from '@aws-sdk/client-kms';
import { ACCOUNT, auditRecords, DAY_MS, statement } from '../worlds/account.ts';
import { type KmsWorld, kmsWorld } from '../worlds/kms.ts';
import { refusal } from '../worlds/server.ts';

const WEST = 'eu-west-1';
const RoleName = 'AWSServiceRoleForKeyManagementServiceMultiRegionKeys';

/** KMS's records in a Region, oldest first. */
const recorded = async ({ server }: KmsWorld, region: string, ...names: string[]) => {
  const records = await auditRecords(server, { accountId: ACCOUNT, region });
  return records
    .map(({ event }) => event as typeof event & { requestParameters: object; responseElements: object })
    .filter(({ eventName }) => names.includes(eventName))
    .reverse();
};

async function replicated(world: KmsWorld) {
  const kms = await world.kms();
  const KeyId = await world.key({ MultiRegion: true });
  await kms.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: WEST, Description: 'of the west' }));
  await world.server.settled();
  return { kms, KeyId, replica: KeyId.replace('us-east-1', WEST) };
}

test('a replication is recorded as the creation of the replica, in its Region', async (t) => {
  const world = await kmsWorld(t);
  const { replica } = await replicated(world);
  const [asked] = await recorded(world, 'us-east-1', 'ReplicateKey');
  const [made, ...others] = await recorded(world, WEST, 'CreateKey');
  assert.deepEqual(others, []);
  assert.deepEqual(asked!.requestParameters, {
    keyId: replica.replace(WEST, 'us-east-1'),
    replicaRegion: WEST,
    description: 'of the west',
    bypassPolicyLockoutSafetyCheck: false,
  });
  assert.deepEqual(made!.requestParameters, {
    description: 'of the west',
    keyUsage: 'ENCRYPT_DECRYPT',
    keySpec: 'SYMMETRIC_DEFAULT',
    customerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    origin: 'AWS_KMS',
    bypassPolicyLockoutSafetyCheck: false,
    multiRegion: true,
  });
  const { keyMetadata } = made!.responseElements as { keyMetadata: { arn: string; keyState: string } };
  assert.deepEqual([keyMetadata.arn, keyMetadata.keyState], [replica, 'Creating']);
  assert.deepEqual(made!.resources, [{ accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN: replica }]);
  assert.deepEqual(
    [made!.awsRegion, made!.requestID, made!.userIdentity],
    [WEST, asked!.requestID, { ...(asked!.userIdentity as object), invokedBy: 'kms.amazonaws.com' }],
  );
  assert.notEqual(made!.eventID, asked!.eventID);
});

test('a change of the primary Region is recorded in both, and so is one that changes nothing in one', async (t) => {
  const world = await kmsWorld(t);
  const { kms, KeyId, replica } = await replicated(world);
  await kms.send(new UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion: 'us-east-1' }));
  await kms.send(new UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion: WEST }));
  await world.server.settled();
  const east = await recorded(world, 'us-east-1', 'UpdatePrimaryRegion');
  const [west, ...others] = await recorded(world, WEST, 'UpdatePrimaryRegion');
  assert.deepEqual([east.length, others], [2, []]);
  assert.deepEqual(west!.requestParameters, { keyId: replica, primaryRegion: WEST });
  assert.deepEqual(west!.responseElements, { keyId: replica });
  assert.deepEqual(
    [west!.resources, west!.requestID, (west!.userIdentity as { invokedBy: string }).invokedBy],
    [undefined, east[1]!.requestID, 'kms.amazonaws.com'],
  );
  const refused = kms.send(new UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion: WEST }));
  assert.equal((await refusal(refused)).code, 'KMSInvalidStateException');
  assert.equal((await recorded(world, WEST, 'UpdatePrimaryRegion')).length, 1);
});

test('each synchronization is recorded where the primary key is', async (t) => {
  const world = await kmsWorld(t);
  const { kms, KeyId, replica } = await replicated(world);
  const named = async (region: string) =>
    (await recorded(world, region, 'SynchronizeMultiRegionKey')).map(({ resources }) =>
      (resources as { ARN: string }[]).map(({ ARN }) => ARN),
    );
  assert.deepEqual(await named('us-east-1'), [[KeyId]]);
  const [event] = await recorded(world, 'us-east-1', 'SynchronizeMultiRegionKey');
  assert.deepEqual(
    [event!.userIdentity, event!.eventType, typeof event!.requestID, event!.requestParameters],
    [{ accountId: ACCOUNT, invokedBy: 'AWS Internal' }, 'AwsApiCall', 'string', null],
  );
  assert.deepEqual(event!.responseElements, { keyId: KeyId });
  await kms.send(new RotateKeyOnDemandCommand({ KeyId }));
  await world.server.settled();
  assert.deepEqual(await named('us-east-1'), [[KeyId], [KeyId]]);
  await kms.send(new UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion: WEST }));
  await world.server.settled();
  assert.deepEqual([await named('us-east-1'), await named(WEST)], [[[KeyId], [KeyId]], [[replica]]]);
});

test('whoever makes the first multi-Region key makes the service-linked role, with a right of their own', async (t) => {
  const world = await kmsWorld(t);
  const iam = await world.iam();
  const role = () => iam.send(new GetRoleCommand({ RoleName }));
  const ann = await world.user('ann', { allow: [statement('kms:*')] });
  const bob = await world.user('bob', { allow: [statement(['kms:*', 'iam:CreateServiceLinkedRole'])] });
  const create = ({ kms }: typeof ann, MultiRegion = true) => kms.send(new CreateKeyCommand({ MultiRegion }));
  const refused = await refusal(create(ann));
  assert.equal(refused.code, 'AccessDeniedException');
  assert.match(
    refused.message,
    /user\/ann is not authorized to perform: iam:CreateServiceLinkedRole on resource/,
  );
  await create(ann, false);
  assert.equal((await refusal(role())).code, 'NoSuchEntity');
  await create(bob);
  assert.equal((await role()).Role?.Path, '/aws-service-role/mrk.kms.amazonaws.com/');
  const [made] = await world.trail('CreateServiceLinkedRole');
  assert.equal(made!.userIdentity.invokedBy, 'kms.amazonaws.com');
  await create(ann);
});

test('the role stays while there are multi-Region keys', async (t) => {
  const world = await kmsWorld(t);
  const iam = await world.iam();
  const { kms, KeyId, replica } = await replicated(world);
  const remove = async () => {
    const { DeletionTaskId } = await iam.send(new DeleteServiceLinkedRoleCommand({ RoleName }));
    await world.server.settled();
    return iam.send(new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId }));
  };
  const { Status, Reason } = await remove();
  assert.equal(Status, 'FAILED');
  assert.deepEqual(Reason, {
    Reason: 'Account owns one or more multi-Region keys',
    RoleUsageList: [
      { Region: WEST, Resources: [replica] },
      { Region: 'us-east-1', Resources: [KeyId] },
    ],
  });
  const west = await world.kms(ACCOUNT, WEST);
  await west.send(new ScheduleKeyDeletionCommand({ KeyId: replica, PendingWindowInDays: 7 }));
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  await world.server.advance(8 * DAY_MS);
  await world.server.advance(8 * DAY_MS);
  assert.equal((await remove()).Status, 'SUCCEEDED');
});
