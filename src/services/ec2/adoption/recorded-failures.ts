/**
 * What made resources of a real account fail. AWS shows that they did (a StateReason, a volume that was never attached), and
 * the trail which call on a key was refused for them.
 */
import type { Scope } from '../../../aws/scope.ts';
import type { Transaction } from '../../../store/store.ts';
import type { KmsFailure } from '../encryption/kms-failure.ts';
import { type InstanceRecord, instances } from '../instance/instance.ts';
import { snapshots } from '../snapshot/snapshot.ts';
import { volumes } from '../volume/volume.ts';

/** A call on a key that was refused in the course of a call about these resources. */
export interface RecordedFailure extends Scope, KmsFailure {
  readonly resources: readonly string[];
}

/** The oldest first: of several, the last is why it is as it is. */
export async function noteFailures(tx: Transaction, all: readonly RecordedFailure[]): Promise<void> {
  for (const { account, region, resources, ...failure } of all) {
    for (const id of resources) {
      const key = [account, region, id];
      const instance = await tx.get(instances, key);
      if (instance && hasFailed(instance)) tx.put(instances, { ...instance, failure });
      const volume = await tx.get(volumes, key);
      if (volume?.state === 'available' || volume?.state === 'error') tx.put(volumes, { ...volume, failure });
      const snapshot = await tx.get(snapshots, key);
      if (snapshot?.state === 'error') tx.put(snapshots, { ...snapshot, failure });
    }
  }
}

const hasFailed = ({ state, stateReason }: InstanceRecord): boolean =>
  (state === 'stopped' || state === 'terminated') &&
  (stateReason?.Code.startsWith('Client.Internal') ?? false);
