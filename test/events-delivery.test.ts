/** From what happens to a key or a volume, through a rule, into a log group that its owner reads. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { DeleteResourcePolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateVolumeCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateKeyCommand,
  DisableKeyCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { ACCOUNT, eventsWorld, REGION } from './events-world.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

describe('what a rule catches is in its log group', () => {
  test('a volume whose key is disabled: createVolume failed, then deleteVolume (aws-facts D1)', async (t) => {
    const { server, watch } = await eventsWorld(t);
    const volumes = await watch('ebs', {
      pattern: { source: ['aws.ec2'], 'detail-type': ['EBS Volume Notification'] },
    });
    const kms = server.client(KMSClient);
    const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({}));
    await kms.send(new DisableKeyCommand({ KeyId: key!.KeyId }));
    const made = await server.client(EC2Client).send(
      new CreateVolumeCommand({
        AvailabilityZone: 'us-east-1a',
        Size: 1,
        Encrypted: true,
        KmsKeyId: key!.Arn,
      }),
    );
    const [failed, deleted, ...others] = await volumes.caught();
    assert.deepEqual(others, []);
    const { id, time, ...event } = failed!;
    assert.match(id, UUID);
    assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.deepEqual(event, {
      version: '0',
      'detail-type': 'EBS Volume Notification',
      source: 'aws.ec2',
      account: ACCOUNT,
      region: REGION,
      resources: [`arn:aws:ec2:${REGION}:${ACCOUNT}:volume/${made.VolumeId}`, key!.Arn],
      detail: {
        event: 'createVolume',
        result: 'failed',
        cause: `${key!.Arn} is disabled.`,
        'request-id': made.$metadata.requestId,
      },
    });
    assert.deepEqual(Object.keys(failed!), [
      'version',
      'id',
      'detail-type',
      'source',
      'account',
      'time',
      'region',
      'resources',
      'detail',
    ]);
    assert.equal((deleted!.detail as { event: string }).event, 'deleteVolume');
  });

  test('a key whose time has come: KMS CMK Deletion (aws-facts D5)', async (t) => {
    const { server, watch } = await eventsWorld(t);
    const keys = await watch('kms', {
      pattern: { source: ['aws.kms'], 'detail-type': ['KMS CMK Deletion'] },
    });
    const kms = server.client(KMSClient);
    const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({}));
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key!.KeyId, PendingWindowInDays: 7 }));
    await server.advance(6 * DAY_MS);
    assert.deepEqual(await keys.caught(), []);
    await server.advance(2 * DAY_MS);
    const [event, ...others] = await keys.caught();
    assert.deepEqual(others, []);
    assert.deepEqual(event!.resources, [key!.Arn]);
    assert.deepEqual(event!.detail, { 'key-id': key!.KeyId });
  });

  test('unless no resource policy lets EventBridge in, which the trail tells', async (t) => {
    const { server, logs, watch } = await eventsWorld(t);
    const volumes = await watch('ebs', { pattern: { source: ['aws.ec2'] } });
    await logs.send(new DeleteResourcePolicyCommand({ policyName: 'events' }));
    await server.client(EC2Client).send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1 }));
    assert.deepEqual(await volumes.caught(), []);
    const { Events: [refused] = [] } = await server.client(CloudTrailClient).send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateLogStream' }],
      }),
    );
    const event = JSON.parse(refused!.CloudTrailEvent!);
    assert.equal(event.errorCode, 'AccessDenied');
    assert.deepEqual(event.userIdentity, { type: 'AWSService', invokedBy: 'events.amazonaws.com' });
    assert.match(
      event.errorMessage,
      /because no resource-based policy allows the logs:CreateLogStream action$/,
    );
  });
});
