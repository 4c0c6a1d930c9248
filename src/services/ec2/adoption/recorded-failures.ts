/**
 * What made resources of a real account fail. AWS shows that they did (a StateReason, a volume that was never attached), and
 * the trail which call on a key was refused for them.
 */
import type { Scope } from '../../../aws/scope.ts';
import type { Transaction } from '../../../store/store.ts';
import type { KmsFailure } from '../encryption/kms-failure.ts';
import { type InstanceRecord, instances } from '../instance/instance.ts';
import { hasFailedToStart } from '../instance/instance-state.ts';
import { snapshots } from '../snapshot/snapshot.ts';
import { volumes } from '../volume/volume.ts';

/** A call on a key that was refused in the course of a call about these resources. */
export interface RecordedFailure extends Scope, KmsFailure {
  readonly atMs: number;
  readonly resources: readonly string[];
}

/** The oldest first: of several, the last is why it is as it is. */
export async function noteFailures(tx: Transaction, all: readonly RecordedFailure[]): Promise<void> {
  for (const { account, region, resources, atMs, ...failure } of all) {
    for (const id of resources) {
      const key = [account, region, id];
      const instance = await tx.get(instances, key);
      if (instance && (hasFailed(instance) || isFailing(instance, atMs)))
        tx.put(instances, { ...instance, failure });
      const volume = await tx.get(volumes, key);
      if (volume && UNATTACHED.test(volume.state)) tx.put(volumes, { ...volume, failure });
      const snapshot = await tx.get(snapshots, key);
      if (snapshot?.state === 'error') tx.put(snapshots, { ...snapshot, failure });
    }
  }
}

const UNATTACHED = /^(?:creating|available|error)$/;

const hasFailed = (instance: InstanceRecord): boolean =>
  (instance.state === 'stopped' || instance.state === 'terminated') && hasFailedToStart(instance);

/** Times are of whole seconds, and no instance is started again so soon after it failed. */
const SAME_START_MS = 5000;

const isFailing = ({ state, launchedAtMs }: InstanceRecord, atMs: number): boolean =>
  state === 'pending' && atMs > launchedAtMs - SAME_START_MS;
