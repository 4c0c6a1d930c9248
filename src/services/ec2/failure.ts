/** For `explain`: what made a resource fail, and how that shows. */
import type { Scope } from '../../aws/scope.ts';
import { unreadOf } from '../../invoke/imported/unread.ts';
import type { FailureSource, ResourceFailure, StandingFailure } from '../../invoke/ports/failure-source.ts';
import type { ReadTransaction } from '../../store/store.ts';
import type { KmsFailure } from './encryption/kms-failure.ts';
import { failureOfFleet } from './fleet/fleet-failure.ts';
import { findFleet } from './fleet/fleet-family.ts';
import { type InstanceRecord, instances } from './instance/instance.ts';
import { hasFailedToStart, type InstanceState } from './instance/instance-state.ts';
import { networkInterfaces } from './network/network-interface/network-interface.ts';
import { rootVolumeTasks } from './root-volume/replace-root-volume-task.ts';
import { KEY_REFUSED } from './snapshot/copy-preparation.ts';
import { snapshots } from './snapshot/snapshot.ts';
import type { SnapshotRecord } from './snapshot/snapshot-record.ts';
import { type SpotRequestRecord, spotRequests } from './spot/spot-request.ts';
import { underWay, unread } from './under-way.ts';
import { attachmentTo, volumes, volumesOf } from './volume/volume.ts';

export const failureSource: FailureSource = { failureOf, madeWith, standing, underWay, unread };

/** A launch makes volumes and interfaces of which CloudTrail names none. */
async function madeWith(
  tx: ReadTransaction,
  { account, region }: Scope,
  id: string,
): Promise<string | undefined> {
  const key = [account, region, id];
  const volume = await tx.get(volumes, key);
  return volume?.attachments[0]?.instanceId ?? (await tx.get(networkInterfaces, key))?.attachment?.instanceId;
}

async function standing(tx: ReadTransaction, limit: number): Promise<StandingFailure[]> {
  const of = (kind: StandingFailure['kind'], found: readonly (Scope & { readonly id: string })[]) =>
    found.map(({ account, region, id }) => ({ kind, account, region, subject: id }));
  return [
    ...of('instance', await tx.find(instances, 'failed', { limit })),
    ...of('volume', await tx.find(volumes, 'failed', { limit })),
    ...of('snapshot', await tx.find(snapshots, 'failed', { limit })),
  ];
}

async function failureOf(
  tx: ReadTransaction,
  { account, region }: Scope,
  id: string,
): Promise<ResourceFailure | undefined> {
  const key = [account, region, id];
  const describe = (failure: KmsFailure | undefined, symptom: string): ResourceFailure | undefined =>
    failure?.eventId ? { cause: { eventId: failure.eventId }, symptom: `${id} ${symptom}` } : undefined;

  const instance = await tx.get(instances, key);
  if (instance) return failureOfInstance(instance, await whatFails(tx, instance));
  const volume = await tx.get(volumes, key);
  if (volume?.failure) {
    const wasMade = volume.state === 'available' || volume.state === 'in-use';
    return describe(volume.failure, wasMade ? 'could not be attached' : 'could not be created');
  }
  // What the instance could not start for may be this volume.
  for (const { instanceId } of volume?.attachments ?? []) {
    const failure = await failureOf(tx, { account, region }, instanceId);
    if (failure) return failure;
  }
  if (volume) return undefined;
  const request = await tx.get(spotRequests, key);
  if (request) return failureOfRequest(request);
  const fleet = await findFleet(tx, { account, region }, id);
  if (fleet) return failureOfFleet(tx, fleet);
  const task = await tx.get(rootVolumeTasks, key);
  if (task) return describe(task.failure, `could not replace the root volume of ${task.instanceId}`);
  const snapshot = await tx.get(snapshots, key);
  return snapshot && describe(snapshot.failure, symptomOf(snapshot));
}

function symptomOf({ tiering, stateMessage }: SnapshotRecord): string {
  if (!tiering?.move) return `could not be copied: ${stateMessage ?? 'the copy has failed'}`;
  const moved = tiering.move.kind === 'archival' ? 'archived' : 'restored from the archive';
  return `could not be ${moved}: ${KEY_REFUSED}`;
}

const BECAME: Readonly<Partial<Record<InstanceState, string>>> = {
  stopping: 'is being stopped',
  stopped: 'was stopped',
  'shutting-down': 'is being terminated',
  terminated: 'was terminated',
};

function failureOfInstance(instance: InstanceRecord, will: string): ResourceFailure | undefined {
  const { id, state, stateReason, failure } = instance;
  const cause = failure?.eventId === undefined ? {} : { cause: { eventId: failure.eventId } };
  const became = BECAME[state];
  // Of a real account's instance the call may not be on record.
  if (became && hasFailedToStart(instance))
    return { ...cause, symptom: `${id} ${became}: ${stateReason?.Message}` };
  if (!failure?.eventId || (!became && state !== 'pending')) return undefined;
  return { ...cause, symptom: `${id} ${became ? `could not start, and ${became} since` : will}` };
}

const VOLUMES = 'ec2:DescribeVolumes';

/**
 * A launch that fails ends the instance; a start that fails leaves it stopped (aws-facts C1.1, C2.5). The root volume was attached
 * when it was launched; what has none cannot be stopped, so that it is never started again.
 */
async function whatFails(tx: ReadTransaction, instance: InstanceRecord): Promise<string> {
  const { id, rootDeviceName, launchedAtMs } = instance;
  const attached = (await volumesOf(tx, instance, id)).map((volume) => attachmentTo(volume, id));
  const root = attached.find((attachment) => attachment?.device === rootDeviceName);
  const unread = root ? undefined : await unreadOf(tx, VOLUMES, instance);
  if (unread !== undefined)
    return `is starting, and will be stopped, or terminated if it is being launched. Not known: its volumes: ${unread}`;
  return root === undefined || root.attachedAtMs >= launchedAtMs
    ? 'is being launched, and will be terminated'
    : 'is starting, and will be stopped';
}

/** Its launch was refused, or the instance that it got has failed. */
function failureOfRequest({ id, state, status, failure }: SpotRequestRecord): ResourceFailure | undefined {
  if (!failure?.eventId) return undefined;
  const symptom = `Spot Instance request ${id} is ${state} (${status.code}): ${failure.message}`;
  return { cause: { eventId: failure.eventId }, symptom };
}
