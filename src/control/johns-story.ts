/**
 * John's story, played in the world by calls through the front door: he may do everything in EC2, and still cannot start an
 * instance, since its volume is encrypted and nobody let him create grants on the key (examples/johns-story.ts).
 */
import type { Scope } from '../aws/scope.ts';
import type { Runtime } from '../invoke/runtime.ts';
import { readAsRoot } from '../rehearsal/reading.ts';
import { ControlError } from './control-api.ts';
import { type Ask, callsAsRoot, callsAsUser } from './credentials.ts';

const EC2_ALL = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }],
});

/** Under the delays of AWS, a launch and a stop take some seconds. */
const PATIENCE_MS = 120_000;
const POLL_MS = 100;

export interface PlayedStory {
  readonly instanceId: string;
  readonly volumeId: string;
  readonly key: string;
}

export async function playJohnsStory(runtime: Runtime, scope: Scope): Promise<PlayedStory> {
  const root = await callsAsRoot(runtime, scope);
  const look: Look = <T>(name: string, input: object) =>
    readAsRoot(runtime, scope, requireOperation(runtime, name), input) as Promise<T>;
  const { KeyMetadata } = await root<{ KeyMetadata: { Arn: string } }>('kms', 'CreateKey', {
    Description: "John's data volumes",
  });
  const key = KeyMetadata.Arn;
  const { Images } = await root<{ Images: { ImageId: string }[] }>('ec2', 'DescribeImages', {
    Owners: ['amazon'],
  });
  const launched = await root<{ Instances: Instance[] }>('ec2', 'RunInstances', {
    ImageId: Images[0]?.ImageId,
    InstanceType: 't3.micro',
    MinCount: 1,
    MaxCount: 1,
  });
  const { InstanceId: instanceId } = launched.Instances[0] as Instance;
  const { Placement } = await instanceAt(runtime, look, instanceId, 'running');
  const { VolumeId: volumeId } = await root<{ VolumeId: string }>('ec2', 'CreateVolume', {
    AvailabilityZone: Placement.AvailabilityZone,
    Size: 1,
    Encrypted: true,
    KmsKeyId: key,
  });
  await until(runtime, async () => {
    const { Volumes } = await look<{ Volumes: { State: string }[] }>('DescribeVolumes', {
      VolumeIds: [volumeId],
    });
    return Volumes[0]?.State === 'available' || undefined;
  });
  await root('ec2', 'AttachVolume', { VolumeId: volumeId, InstanceId: instanceId, Device: '/dev/sdf' });
  await root('ec2', 'StopInstances', { InstanceIds: [instanceId] });
  await instanceAt(runtime, look, instanceId, 'stopped');
  const john = await callsAsUser(runtime, scope, 'john');
  await root('iam', 'PutUserPolicy', { UserName: 'john', PolicyName: 'ec2-all', PolicyDocument: EC2_ALL });
  await forgetFixes(root);
  await john('ec2', 'StartInstances', { InstanceIds: [instanceId] });
  await instanceAt(runtime, look, instanceId, 'stopped');
  return { instanceId, volumeId, key };
}

interface Instance {
  readonly InstanceId: string;
  readonly State: { readonly Name: string };
  readonly Placement: { readonly AvailabilityZone: string };
}

/** Looks at what became of things without a trace in the record. */
type Look = <T>(operation: string, input: object) => Promise<T>;

function requireOperation({ registry }: Runtime, name: string) {
  const operation = registry.operation('ec2', name);
  if (!operation) throw new Error(`ec2:${name} is not served`);
  return operation;
}

/** What mended an earlier telling of the story. */
async function forgetFixes(root: Ask): Promise<void> {
  const UserName = 'john';
  const { PolicyNames } = await root<{ PolicyNames: string[] }>('iam', 'ListUserPolicies', { UserName });
  for (const PolicyName of PolicyNames) {
    if (PolicyName !== 'ec2-all') await root('iam', 'DeleteUserPolicy', { UserName, PolicyName });
  }
}

function instanceAt(runtime: Runtime, look: Look, instanceId: string, state: string): Promise<Instance> {
  return until(runtime, async () => {
    const { Reservations } = await look<{ Reservations: { Instances: Instance[] }[] }>('DescribeInstances', {
      InstanceIds: [instanceId],
    });
    const instance = Reservations[0]?.Instances[0];
    return instance?.State.Name === state ? instance : undefined;
  });
}

async function until<T>({ timers }: Runtime, find: () => Promise<T | undefined>): Promise<T> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += POLL_MS) {
    const found = await find();
    if (found !== undefined) return found;
    await new Promise<void>((resolve) => void timers.after(POLL_MS, resolve));
  }
  throw new ControlError(
    'The story takes longer than it should: look at the activity for what it waits for.',
  );
}
