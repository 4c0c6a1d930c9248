/** What must hold whatever has happened. Each checker returns what is wrong. */
import { auditLog } from '../src/invoke/audit/audit.ts';
import type { Model } from './model.ts';
import { PLACES } from './places.ts';
import { LOG_GROUP } from './prepare.ts';
import { BLOCK_BYTES, contentOf } from './workload.ts';
import type { World } from './world.ts';

/** What EC2 shows in each place. */
async function everywhere(world: World) {
  const found = [];
  for (const place of PLACES) {
    const { Reservations = [] } = await world.until(world.call('ec2', 'DescribeInstances', {}, place));
    const { Volumes: volumes = [] } = await world.until(world.call('ec2', 'DescribeVolumes', {}, place));
    const own = { OwnerIds: ['self'] };
    const { Snapshots: snapshots = [] } = await world.until(
      world.call('ec2', 'DescribeSnapshots', own, place),
    );
    found.push({
      place,
      instances: Reservations.flatMap(({ Instances = [] }) => Instances),
      volumes,
      snapshots,
    });
  }
  return found;
}

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

const SECTOR_BYTES = 512;

/** What was flushed is readable: as it was flushed, or as it was written since. */
async function flushesAreReadable(world: World, model: Model): Promise<string[]> {
  const wrong: string[] = [];
  for (const [volumeId, blocks] of model.blocks) {
    const client = await world.until(world.nbd(volumeId));
    if (!client) continue;
    for (const [block, { flushed, begun }] of blocks) {
      if (flushed === 0) continue;
      const found = await world.until(client.read(block * BLOCK_BYTES, BLOCK_BYTES));
      for (let at = 0; at < BLOCK_BYTES; at += SECTOR_BYTES) {
        const sector = found.subarray(at, at + SECTOR_BYTES);
        // What was not flushed may be torn.
        const rounds = Array.from({ length: begun - flushed + 1 }, (_, index) => flushed + index);
        if (rounds.some((round) => sector.equals(contentOf(block, round).subarray(at, at + SECTOR_BYTES))))
          continue;
        wrong.push(
          `block ${block} of ${volumeId} is of round ${sector.at(-1)} at ${at}: ${flushed} was flushed`,
        );
        break;
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

const SETTLED = new Set(['running', 'stopped', 'terminated', 'available', 'in-use', 'completed', 'error']);

/** Once the world is quiet nothing is under way. */
async function nothingIsStuck(world: World): Promise<string[]> {
  const { Stacks = [] } = await world.until(world.call('cloudformation', 'DescribeStacks', {}));
  const states: [string | undefined, string | undefined][] = [];
  for (const { volumes, instances, snapshots } of await everywhere(world)) {
    states.push(
      ...instances.map(({ InstanceId, State }) => [InstanceId, State?.Name] as [string, string]),
      ...volumes.map(({ VolumeId, State }) => [VolumeId, State] as [string, string]),
      ...snapshots.map(({ SnapshotId, State }) => [SnapshotId, State] as [string, string]),
    );
  }
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

/** Each volume that an instance uses under a customer's key has its grant, and there is no other. */
async function grantsAreNeeded(world: World, model: Model): Promise<string[]> {
  const needed = new Set<string>();
  for (const { volumes, instances } of await everywhere(world)) {
    const running = new Set(
      instances.filter(({ State }) => State?.Name === 'running').map(({ InstanceId }) => InstanceId),
    );
    for (const { KmsKeyId, Attachments = [] } of volumes) {
      const user = Attachments[0]?.InstanceId;
      if (running.has(user) && model.keys.some(({ id }) => id === KmsKeyId))
        needed.add(`${user} of ${KmsKeyId}`);
    }
  }
  const wrong: string[] = [];
  for (const { id, place } of model.keys) {
    const { Grants = [] } = await world.until(
      world.call('kms', 'ListGrants', { KeyId: id, Limit: 100 }, place),
    );
    for (const { GranteePrincipal } of Grants) {
      const use = `${GranteePrincipal?.split('/').at(-1)} of ${id}`;
      if (!needed.delete(use)) wrong.push(`a grant that nobody needs lets ${use}`);
    }
  }
  return [...wrong, ...[...needed].map((use) => `no grant lets ${use}`)];
}

/** Blocks on the disk are those of a volume or a snapshot that is there. */
async function blocksAreOwned(world: World): Promise<string[]> {
  const owners = new Set<string | undefined>();
  for (const { volumes, snapshots } of await everywhere(world)) {
    for (const { VolumeId } of volumes) owners.add(VolumeId);
    for (const { SnapshotId } of snapshots) owners.add(SnapshotId);
  }
  return world
    .images()
    .filter((id) => !owners.has(id))
    .map((id) => `the blocks of ${id} are left`);
}

const NEXT: Readonly<Record<string, readonly string[]>> = {
  '': ['pending'],
  pending: ['running', 'shutting-down', 'stopping', 'stopped', 'terminated'],
  running: ['stopping', 'shutting-down'],
  stopping: ['stopped', 'shutting-down'],
  stopped: ['pending', 'terminated', 'shutting-down'],
  'shutting-down': ['terminated'],
  terminated: [],
};

/**
 * Of each change of an instance's state there is an event at least once, and by their times they are in order; which of
 * those of one second came first they do not say.
 */
async function eventsAreInOrder(world: World): Promise<string[]> {
  const wrong: string[] = [];
  for (const { place, instances } of await everywhere(world)) {
    const { events = [] } = await world.until(
      world.call('logs', 'FilterLogEvents', { logGroupName: LOG_GROUP, limit: 10_000 }, place),
    );
    const changes = new Map<string, Map<string, { state: string; time: string }>>();
    for (const { message } of events) {
      const { id, time, detail, 'detail-type': type } = JSON.parse(message ?? '{}');
      if (type !== 'EC2 Instance State-change Notification') continue;
      const { 'instance-id': instanceId, state } = detail;
      changes.set(instanceId, (changes.get(instanceId) ?? new Map()).set(id, { state, time }));
    }
    const now = new Map(instances.map(({ InstanceId, State }) => [InstanceId, State?.Name]));
    for (const [instanceId, byEvent] of changes) {
      const path = [...byEvent.values()].sort((one, other) => (one.time < other.time ? -1 : 1));
      // An instance that is forgotten was terminated.
      if (isLife('', path, now.get(instanceId) ?? 'terminated')) continue;
      const told = path.map(({ state, time }) => `${state} at ${time}`).join(', ');
      wrong.push(`${instanceId} is ${now.get(instanceId)}, and its events are: ${told}`);
    }
    for (const [id] of now) if (!changes.has(id as string)) wrong.push(`${id} has no events`);
  }
  return wrong;
}

/** Whether the changes lead from one state to the other, each following on the last. */
function isLife(from: string, changes: readonly { state: string; time: string }[], to: string): boolean {
  const [first] = changes;
  if (!first) return from === to;
  return changes.some(
    (next, index) =>
      next.time === first.time &&
      NEXT[from]?.includes(next.state) === true &&
      isLife(next.state, changes.toSpliced(index, 1), to),
  );
}

export const CHECKERS: Readonly<Record<string, Checker>> = {
  promisesAreKept,
  flushesAreReadable,
  recordsAreTrue,
  secretsAreSealed,
  nothingIsStuck,
  nothingIsTwice,
  groupsHaveWhatTheyWant,
  eventsAreInOrder,
};

/** What holds once the server has started again: it cleans up after calls that a crash or a full disk cut off. */
export const CHECKERS_AFTER_RESTART: Readonly<Record<string, Checker>> = { grantsAreNeeded, blocksAreOwned };
