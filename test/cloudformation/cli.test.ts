/** The AWS CLI deploys `examples/cloudformation`, changes it by a change set, and deletes it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DescribeInstancesCommand, DescribeVolumesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { userWith } from '../worlds/account.ts';
import { lacksAwsCli } from '../worlds/aws-cli.ts';
import { startServerFor } from '../worlds/server.ts';
import { stacksOf } from '../worlds/stacks.ts';

const TEMPLATE = fileURLToPath(
  new URL('../../examples/cloudformation/encrypted-volume.yaml', import.meta.url),
);
const run = promisify(execFile);

test('aws cloudformation deploy makes an instance with its disk under its key, grows it, and all goes again', {
  skip: lacksAwsCli,
}, async (t) => {
  const server = await startServerFor(t);
  const anna = await userWith(
    server,
    'anna',
    { Effect: 'Allow', Action: ['cloudformation:*', 'ec2:*'], Resource: '*' },
    {
      Effect: 'Allow',
      Action: 'kms:*',
      Resource: '*',
    },
  );
  const aws = async (...words: string[]) => {
    const { stdout } = await run('aws', words, {
      env: {
        PATH: process.env.PATH,
        AWS_ENDPOINT_URL: server.url,
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: anna.accessKeyId,
        AWS_SECRET_ACCESS_KEY: anna.secretAccessKey,
        AWS_DEFAULT_OUTPUT: 'json',
      },
    });
    return stdout.trim();
  };
  const stacks = stacksOf(server);
  /** Looks between the execution and the wait, which would otherwise sleep half a minute after its first look. */
  const deploy = async (...overrides: string[]) => {
    const words = ['cloudformation', 'deploy', '--stack-name', 'storage', '--template-file', TEMPLATE];
    const told = await aws(...words, '--no-execute-changeset', '--parameter-overrides', ...overrides);
    const changeSet = /changeSet\/\S+/.exec(told)?.[0] ?? '';
    const arn = `arn:aws:cloudformation:us-east-1:123456789012:${changeSet}`;
    await aws('cloudformation', 'execute-change-set', '--change-set-name', arn);
    const { StackStatus: status } = await stacks.settled('storage');
    const waiter = `stack-${status?.startsWith('CREATE') ? 'create' : 'update'}-complete`;
    await aws('cloudformation', 'wait', waiter, '--stack-name', 'storage');
  };
  const imageId = await aws(
    'ec2',
    'describe-images',
    '--owners',
    'amazon',
    '--query',
    'Images[0].ImageId',
    '--output',
    'text',
  );
  await aws('cloudformation', 'validate-template', '--template-body', `file://${TEMPLATE}`);

  await deploy(`ImageId=${imageId}`);
  const { Stacks } = JSON.parse(await aws('cloudformation', 'describe-stacks', '--stack-name', 'storage'));
  const outputs = Object.fromEntries(
    Stacks[0].Outputs.map((each: { OutputKey: string; OutputValue: string }) => [
      each.OutputKey,
      each.OutputValue,
    ]),
  );
  const ec2 = server.client(EC2Client);
  const { Volumes: [volume] = [] } = await ec2.send(
    new DescribeVolumesCommand({ VolumeIds: [outputs.VolumeId] }),
  );
  assert.deepEqual(
    [volume?.State, volume?.Size, volume?.KmsKeyId, volume?.Attachments?.[0]?.InstanceId],
    ['in-use', 20, outputs.KeyArn, outputs.InstanceId],
  );

  await deploy(`ImageId=${imageId}`, 'VolumeSizeGiB=30');
  const grown = await ec2.send(new DescribeVolumesCommand({ VolumeIds: [outputs.VolumeId] }));
  assert.equal(grown.Volumes?.[0]?.Size, 30);
  await assert.rejects(deploy(`ImageId=${imageId}`, 'VolumeSizeGiB=30'), /No changes to deploy/);

  await aws('cloudformation', 'delete-stack', '--stack-name', 'storage');
  await stacks.settled(Stacks[0].StackId);
  await aws('cloudformation', 'wait', 'stack-delete-complete', '--stack-name', 'storage');
  const { Reservations } = await ec2.send(
    new DescribeInstancesCommand({ InstanceIds: [outputs.InstanceId] }),
  );
  assert.equal(Reservations?.[0]?.Instances?.[0]?.State?.Name, 'terminated');
  const { KeyMetadata: key } = await server
    .client(KMSClient)
    .send(new DescribeKeyCommand({ KeyId: outputs.KeyArn }));
  assert.equal(key?.KeyState, 'PendingDeletion');
});
