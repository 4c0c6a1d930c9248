/** What lies under a key: volumes and snapshots, the instances that hold the volumes, and the groups that launched those. */
import { groupsOfInstances } from '../../services/autoscaling/index.ts';
import { snapshotsUnderKeys, volumesUnderKeys } from '../../services/ec2/index.ts';
import type { ReadTransaction } from '../../store/store.ts';
import type { PathGraph } from './graph.ts';

/** Volumes and snapshots of a key that are listed one by one, of each. */
const MAX_LISTED = 100;

type Volume = Awaited<ReturnType<typeof volumesUnderKeys>>[number];
type Snapshot = Awaited<ReturnType<typeof snapshotsUnderKeys>>[number];

/** By the ARNs of keys. */
export interface KeyedResources {
  readonly volumes: ReadonlyMap<string, readonly Volume[]>;
  readonly snapshots: ReadonlyMap<string, readonly Snapshot[]>;
  /** By the ids of instances. */
  readonly groups: ReadonlyMap<string, string>;
}

/** `instance`: only what that holds. `failed`: what is listed before the others. */
export async function resourcesUnderKeys(
  tx: ReadTransaction,
  failed: ReadonlySet<string>,
  instance: string | undefined,
): Promise<KeyedResources> {
  const volumes = (await volumesUnderKeys(tx))
    .filter(({ instanceIds }) => !instance || instanceIds.includes(instance))
    .map((each) => [each, [each.volumeId, ...each.instanceIds].some((id) => failed.has(id))] as const)
    .sort(([, one], [, other]) => Number(other) - Number(one))
    .map(([each]) => each);
  const snapshots = instance ? [] : await snapshotsUnderKeys(tx);
  return {
    volumes: Map.groupBy(volumes, ({ keyArn }) => keyArn),
    snapshots: Map.groupBy(snapshots, ({ keyArn }) => keyArn),
    groups: await groupsOfInstances(tx),
  };
}

export function addResources(graph: PathGraph, key: string, resources: KeyedResources): void {
  const volumes = resources.volumes.get(key) ?? [];
  for (const { volumeId, instanceIds, account } of volumes.slice(0, MAX_LISTED)) {
    graph.add({ id: volumeId, kind: 'volume', noun: 'volume', name: volumeId, account });
    graph.join({ from: key, to: volumeId, state: 'allowed', label: 'encrypts' });
    for (const id of instanceIds) {
      graph.add({ id, kind: 'instance', noun: 'instance', name: id, account });
      graph.join({ from: volumeId, to: id, state: 'allowed', label: 'attached' });
      addGroup(graph, id, account, resources);
    }
  }
  addManyVolumes(graph, key, volumes.slice(MAX_LISTED), resources);
  const snapshots = resources.snapshots.get(key) ?? [];
  for (const { snapshotId, account } of snapshots.slice(0, MAX_LISTED)) {
    graph.add({ id: snapshotId, kind: 'snapshot', noun: 'snapshot', name: snapshotId, account });
    graph.join({ from: key, to: snapshotId, state: 'allowed', label: 'encrypts' });
  }
  addMany(graph, key, 'snapshot', snapshots.slice(MAX_LISTED));
}

function addGroup(graph: PathGraph, instanceId: string, account: string, { groups }: KeyedResources): void {
  const name = groups.get(instanceId);
  if (name === undefined) return;
  graph.add({ ...groupNode(name), account });
  graph.join({ from: instanceId, to: groupNode(name).id, state: 'allowed', label: 'in the group' });
}

export const groupNode = (name: string) =>
  ({ id: `group ${name}`, kind: 'group', noun: 'Auto Scaling group', name }) as const;

/** The others as one node, joined to the key. */
function addMany(
  graph: PathGraph,
  key: string,
  kind: 'volume' | 'snapshot',
  others: readonly { readonly account: string }[],
): string {
  const id = `more ${kind}s of ${key}`;
  const count = others.length;
  const [first] = others;
  if (!first) return id;
  const name = `${count.toLocaleString('en')} more ${kind}s`;
  graph.add({ id, kind, noun: kind, name, account: first.account, count });
  graph.join({ from: key, to: id, state: 'allowed', label: 'encrypts' });
  return id;
}

function addManyVolumes(
  graph: PathGraph,
  key: string,
  others: readonly Volume[],
  resources: KeyedResources,
): void {
  const volumes = addMany(graph, key, 'volume', others);
  const holders = new Set(others.flatMap(({ instanceIds }) => instanceIds));
  const account = others[0]?.account ?? '';
  for (const [group, ids] of Map.groupBy(holders, (id) => resources.groups.get(id))) {
    const id = `more instances of ${group ?? 'no group'} under ${key}`;
    const count = ids.length;
    const name = `${count.toLocaleString('en')} more instances`;
    graph.add({ id, kind: 'instance', noun: 'instance', name, account, count });
    graph.join({ from: volumes, to: id, state: 'allowed', label: 'attached' });
    if (group === undefined) continue;
    graph.add({ ...groupNode(group), account });
    graph.join({ from: id, to: groupNode(group).id, state: 'allowed', label: 'in the group' });
  }
}
