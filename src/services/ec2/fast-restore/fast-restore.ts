/**
 * A fast snapshot restore: of one snapshot, in one Availability Zone, for one account (aws-facts F53). What comes of it here
 * is `FastRestored`: volumes have their blocks at once all the same.
 */
import type { Scope } from '../../../aws/scope.ts';
import type { DescribeFastSnapshotRestoreSuccessItem } from '../../../shapes/generated/ec2.ts';
import { table } from '../../../store/store.ts';

export type FastRestoreState = 'disabled' | 'disabling' | 'enabled' | 'enabling' | 'optimizing';

/** Whose account is that which enabled it. */
export interface FastRestoreRecord extends Scope {
  readonly snapshotId: string;
  readonly zone: string;
  readonly zoneId: string;
  readonly state: FastRestoreState;
  readonly reason: string;
  /** When it entered each state, since it was last enabled. */
  readonly enteredAtMs: Readonly<Partial<Record<FastRestoreState, number>>>;
  /** Volumes that could be made at once; they grow with time. */
  readonly credits: number;
  readonly creditsAtMs: number;
}

export const fastRestores = table<FastRestoreRecord>()({
  name: 'ec2.fast-restores',
  key: ({ account, region, snapshotId, zone }) => [account, region, snapshotId, zone],
  indexes: { snapshot: ({ region, snapshotId }) => [[region, snapshotId]] },
});

export const isOn = ({ state }: FastRestoreRecord): boolean => state !== 'disabled' && state !== 'disabling';

export function showFastRestore(restore: FastRestoreRecord): DescribeFastSnapshotRestoreSuccessItem {
  const { enteredAtMs: at } = restore;
  return {
    SnapshotId: restore.snapshotId,
    AvailabilityZone: restore.zone,
    AvailabilityZoneId: restore.zoneId,
    State: restore.state,
    StateTransitionReason: restore.reason,
    OwnerId: restore.account,
    EnablingTime: at.enabling,
    OptimizingTime: at.optimizing,
    EnabledTime: at.enabled,
    DisablingTime: at.disabling,
    DisabledTime: at.disabled,
  };
}
