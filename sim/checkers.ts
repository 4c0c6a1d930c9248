/** What must hold whatever has happened. Each checker returns what is wrong. */
import { auditLog } from '../src/invoke/audit/audit.ts';
import type { Model } from './model.ts';
import { BLOCK_BYTES, contentOf } from './workload.ts';
import type { World } from './world.ts';

type Checker = (world: World, model: Model) => Promise<string[]>;

/** An acknowledged change is there after any crash. */
async function promisesAreKept(world: World, model: Model): Promise<string[]> {
  const wrong: string[] = [];
  for (const [name, check] of model.promised) {
    const what = await world.until(check(world)).catch((error: Error) => `${error.name}: ${error.message}`);
    if (what !== undefined) wrong.push(`${name}: ${what}`);
  }
  return wrong;
}

/** What was flushed is readable: as it was flushed, or as it was written since. */
async function flushesAreReadable(world: World, model: Model): Promise<string[]> {
  const wrong: string[] = [];
  for (const [volumeId, blocks] of model.blocks) {
    const client = await world.until(world.nbd(volumeId));
    if (!client) continue;
    for (const [block, { flushed, begun }] of blocks) {
      if (flushed === 0) continue;
      const found = await world.until(client.read(block * BLOCK_BYTES, BLOCK_BYTES));
      const round = found.readUInt32LE(4);
      if (!found.equals(contentOf(block, round)) || round < flushed || round > begun) {
        wrong.push(`block ${block} of ${volumeId} is of round ${round}, and ${flushed} was flushed`);
      }
    }
    client.close();
  }
  return wrong;
}

/** One record of a change that was acknowledged, and no success without an allow. */
async function recordsAreTrue(world: World): Promise<string[]> {
  const wrong: string[] = [];
  const entries = await world.until(
    world.store.read((tx) => tx.scan(auditLog, { limit: Number.MAX_SAFE_INTEGER })),
  );
  const byRequest = new Map<string, number>();
  for (const { body } of entries) {
    const { event, decisions } = body;
    const id = `${event.eventName} ${event.requestID}`;
    byRequest.set(id, (byRequest.get(id) ?? 0) + 1);
    if (event.errorCode !== undefined) continue;
    const isNobody = JSON.stringify(event.userIdentity).includes('nobody');
    if (isNobody || decisions.some(({ decision }) => !decision.allowed)) {
      wrong.push(`${event.eventName} by ${JSON.stringify(event.userIdentity)} succeeded without an allow`);
    }
  }
  for (const id of world.acknowledged) {
    if (byRequest.get(id) !== 1) wrong.push(`${id} has ${byRequest.get(id) ?? 0} records`);
  }
  return wrong;
}

/** No plaintext key, secret or data key on the disk, in any form in which it might get there. */
async function secretsAreSealed({ disk, secrets }: World): Promise<string[]> {
  const needles = secrets.flatMap((bytes) => [
    bytes,
    Buffer.from(bytes.toString('base64').replace(/=+$/, '')),
  ]);
  return disk
    .paths()
    .filter((path) => needles.some((needle) => disk.content(path).includes(needle)))
    .map((path) => `${path} holds a secret`);
}

const SETTLED = new Set(['running', 'stopped', 'terminated', 'available', 'in-use', 'completed']);

/** Once the world is quiet nothing is under way. */
async function nothingIsStuck(world: World): Promise<string[]> {
  const { Reservations = [] } = await world.until(world.call('ec2', 'DescribeInstances', {}));
  const { Volumes = [] } = await world.until(world.call('ec2', 'DescribeVolumes', {}));
  const { Stacks = [] } = await world.until(world.call('cloudformation', 'DescribeStacks', {}));
  const states = [
    ...Reservations.flatMap(({ Instances = [] }) =>
      Instances.map(({ InstanceId, State }) => [InstanceId, State?.Name] as const),
    ),
    ...Volumes.map(({ VolumeId, State }) => [VolumeId, State] as const),
  ];
  return [
    ...states.filter(([, state]) => !SETTLED.has(state ?? '')).map(([id, state]) => `${id} is ${state}`),
    ...Stacks.filter(({ StackStatus }) => StackStatus?.endsWith('IN_PROGRESS')).map(
      ({ StackName, StackStatus }) => `${StackName} is ${StackStatus}`,
    ),
  ];
}

/** A stack has each of its resources once, and what belongs to no stack is not left. */
async function nothingIsTwice(world: World): Promise<string[]> {
  const wrong: string[] = [];
  const { Stacks = [] } = await world.until(world.call('cloudformation', 'DescribeStacks', {}));
  const complete = Stacks.filter(({ StackStatus }) => StackStatus === 'CREATE_COMPLETE');
  const { Keys = [] } = await world.until(world.call('kms', 'ListKeys', { Limit: 1000 }));
  const count = new Map<string, number>();
  for (const { KeyId } of Keys) {
    const { KeyMetadata } = await world.until(world.call('kms', 'DescribeKey', { KeyId: KeyId as string }));
    const { Description = '', KeyState } = KeyMetadata ?? {};
    if (KeyState === 'Enabled') count.set(Description, (count.get(Description) ?? 0) + 1);
  }
  for (const { StackName = '' } of complete) {
    if (count.get(StackName) !== 1) wrong.push(`${StackName} has ${count.get(StackName) ?? 0} keys`);
    count.delete(StackName);
  }
  for (const [name, keys] of count) {
    if (name.startsWith('stack-')) wrong.push(`${keys} keys of ${name} are left`);
  }
  const { Vpcs = [] } = await world.until(world.call('ec2', 'DescribeVpcs', {}));
  const own = Vpcs.filter(({ CidrBlock }) => CidrBlock === '10.9.0.0/16').length;
  if (own !== complete.length) wrong.push(`${complete.length} stacks have ${own} VPCs`);
  return wrong;
}

async function groupsHaveWhatTheyWant(world: World, model: Model): Promise<string[]> {
  const wrong: string[] = [];
  for (const [name, wanted] of model.groups) {
    const { AutoScalingGroups = [] } = await world.until(
      world.call('autoscaling', 'DescribeAutoScalingGroups', { AutoScalingGroupNames: [name] }),
    );
    const group = AutoScalingGroups[0];
    const has = group?.Instances?.length;
    if (!group || has !== group.DesiredCapacity)
      wrong.push(`${name} has ${has} of ${group?.DesiredCapacity}`);
    if (!model.uncertainGroups.has(name) && group?.DesiredCapacity !== wanted) {
      wrong.push(`${name} wants ${group?.DesiredCapacity}, and ${wanted} was acknowledged`);
    }
  }
  return wrong;
}

/** Whoever uses a volume of a customer's key has a grant, and whoever no longer is has none. */
async function grantsAreNeeded(world: World, model: Model): Promise<string[]> {
  const wrong: string[] = [];
  const running = new Set<string>();
  const { Reservations = [] } = await world.until(world.call('ec2', 'DescribeInstances', {}));
  for (const { Instances = [] } of Reservations) {
    for (const { InstanceId, State } of Instances) {
      if (State?.Name === 'running') running.add(InstanceId as string);
    }
  }
  const granted = new Set<string>();
  for (const KeyId of model.keys) {
    const { Grants = [] } = await world.until(world.call('kms', 'ListGrants', { KeyId }));
    for (const { GranteePrincipal } of Grants) granted.add(GranteePrincipal?.split('/').at(-1) ?? '');
  }
  const { Volumes = [] } = await world.until(world.call('ec2', 'DescribeVolumes', {}));
  for (const { KmsKeyId, Attachments = [], VolumeId } of Volumes) {
    const isOurs = model.keys.some((id) => KmsKeyId?.endsWith(id));
    const user = Attachments[0]?.InstanceId ?? '';
    if (isOurs && running.has(user) && !granted.has(user))
      wrong.push(`${user} uses ${VolumeId} without a grant`);
  }
  return wrong;
}

export const CHECKERS: Readonly<Record<string, Checker>> = {
  promisesAreKept,
  flushesAreReadable,
  recordsAreTrue,
  secretsAreSealed,
  nothingIsStuck,
  nothingIsTwice,
  groupsHaveWhatTheyWant,
  grantsAreNeeded,
};
