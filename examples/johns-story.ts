/**
 * John's story, played against a real server on this machine: he may do everything in EC2, and still cannot start an
 * instance, because its volume is encrypted and nobody let him create grants on the key.
 *
 *   npm run demo
 */
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  AttachVolumeCommand,
  CreateVolumeCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  DetachVolumeCommand,
  EC2Client,
  type Instance,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateGrantCommand, CreateKeyCommand, KMSClient, ListGrantsCommand } from '@aws-sdk/client-kms';
import { startLatchkey } from '../src/assemble.ts';
import { type AccountAnswer, ask } from '../src/cli/server-connection.ts';
import type { ExplanationAnswer } from '../src/control/explanations.ts';

const latchkey = await startLatchkey({ delays: 0.1 });
const admin = await ask<AccountAnswer>(latchkey, 'account');
const clientOptions = { endpoint: latchkey.url, region: admin.region, maxAttempts: 1 };

const out = (text = '') => process.stdout.write(`${text}\n`);
let number = 0;
const step = (text: string) => out(`\n${++number}. ${text}`);
const tell = (text: string) => out(text.replace(/^/gm, '   '));

const ec2 = new EC2Client({ ...clientOptions, credentials: admin });
const kms = new KMSClient({ ...clientOptions, credentials: admin });
const iam = new IAMClient({ ...clientOptions, credentials: admin });
const cloudtrail = new CloudTrailClient({ ...clientOptions, credentials: admin });

async function instance(instanceId: string): Promise<Instance> {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
  return Reservations?.[0]?.Instances?.[0] as Instance;
}

/** Waits until the instance rests, telling each state that it passes. */
async function follow(instanceId: string): Promise<Instance> {
  let told = '';
  for (let polls = 0; polls < 1000; polls++) {
    const now = await instance(instanceId);
    const state = now.State?.Name ?? '';
    if (state !== told) tell(`${instanceId} is ${state}`);
    told = state;
    if (state === 'running' || state === 'stopped' || state === 'terminated') return now;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${instanceId} does not come to rest`);
}

async function volumeIs(volumeId: string, state: string): Promise<void> {
  for (let polls = 0; polls < 1000; polls++) {
    const { Volumes } = await ec2.send(new DescribeVolumesCommand({ VolumeIds: [volumeId] }));
    if (Volumes?.[0]?.State === state) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${volumeId} does not become ${state}`);
}

try {
  out(`John's story. A Latchkey server runs at ${latchkey.url}, account ${admin.accountId}.`);

  step('The administrator makes a customer managed key, with the default key policy.');
  const key = (await kms.send(new CreateKeyCommand({ Description: 'data volumes' }))).KeyMetadata;
  const keyArn = key?.Arn as string;
  tell(keyArn);

  step('An instance, with a data volume encrypted under that key; then it is stopped for maintenance.');
  const images = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  const ImageId = images.Images?.[0]?.ImageId;
  const run = await ec2.send(
    new RunInstancesCommand({ ImageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 }),
  );
  const instanceId = run.Instances?.[0]?.InstanceId as string;
  const { Placement } = await follow(instanceId);
  const { VolumeId: volumeId } = await ec2.send(
    new CreateVolumeCommand({
      AvailabilityZone: Placement?.AvailabilityZone,
      Size: 1,
      Encrypted: true,
      KmsKeyId: keyArn,
    }),
  );
  await volumeIs(volumeId as string, 'available');
  await ec2.send(new AttachVolumeCommand({ VolumeId: volumeId, InstanceId: instanceId, Device: '/dev/sdf' }));
  tell(`${volumeId} is attached`);
  await ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
  await follow(instanceId);

  step('John may do everything in EC2, and nothing else.');
  await iam.send(new CreateUserCommand({ UserName: 'john' }));
  await iam.send(
    new PutUserPolicyCommand({
      UserName: 'john',
      PolicyName: 'ec2-all',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }],
      }),
    }),
  );
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'john' }));
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId as string,
    secretAccessKey: AccessKey?.SecretAccessKey as string,
  };
  const john = new EC2Client({ ...clientOptions, credentials });
  const johnsKms = new KMSClient({ ...clientOptions, credentials });
  tell('user john, inline policy ec2-all: Allow ec2:* on *');

  step('John starts the instance. The call succeeds; the instance does not.');
  await john.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
  const failed = await follow(instanceId);
  tell(`StateReason: ${failed.StateReason?.Code} - ${failed.StateReason?.Message}`);
  tell(`StateTransitionReason: ${failed.StateTransitionReason}`);

  step('What CloudTrail has on CreateGrant:');
  const events = await cloudtrail.send(
    new LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateGrant' }],
      MaxResults: 1,
    }),
  );
  const event = JSON.parse(events.Events?.[0]?.CloudTrailEvent ?? '{}');
  tell(`${event.errorCode}: ${event.errorMessage}`);

  step('Without the encrypted volume he can start it:');
  await ec2.send(new DetachVolumeCommand({ VolumeId: volumeId }));
  await volumeIs(volumeId as string, 'available');
  await john.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
  await follow(instanceId);
  await john.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
  await follow(instanceId);

  step('And with it again he cannot:');
  await ec2.send(new AttachVolumeCommand({ VolumeId: volumeId, InstanceId: instanceId, Device: '/dev/sdf' }));
  await john.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
  await follow(instanceId);

  step(`latchkey explain ${instanceId}`);
  const explanation = await ask<ExplanationAnswer>(latchkey, 'explain', { subject: instanceId });
  tell(explanation.text);

  step('That policy, attached to john:');
  const policy = explanation.remedies[0]?.document;
  await iam.send(
    new PutUserPolicyCommand({
      UserName: 'john',
      PolicyName: 'start-encrypted',
      PolicyDocument: JSON.stringify(policy),
    }),
  );
  await john.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
  await follow(instanceId);
  const { Grants } = await kms.send(new ListGrantsCommand({ KeyId: keyArn }));
  for (const grant of Grants ?? [])
    tell(`grant for ${grant.GranteePrincipal}: ${grant.Operations?.join(', ')}`);

  step('And John himself still cannot hand the key on:');
  const refused = await johnsKms
    .send(
      new CreateGrantCommand({
        KeyId: keyArn,
        GranteePrincipal: `arn:aws:iam::${admin.accountId}:user/john`,
        Operations: ['Decrypt'],
      }),
    )
    .then(
      () => 'he can: this is a bug',
      (error: Error) => `${error.name}: ${error.message}`,
    );
  tell(refused);
} finally {
  await latchkey.close();
}
