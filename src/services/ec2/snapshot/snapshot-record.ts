/** What is stored of a snapshot. */
import type { VolumeGrant, WrappedKey } from '../encryption/data-key.ts';
import type { KmsFailure } from '../encryption/kms-failure.ts';
import type { ResourceRecord } from '../resource/kind.ts';

export interface SnapshotRecord extends ResourceRecord {
  /** `vol-ffffffff` for copies and what the EBS direct APIs made (aws-facts F2). */
  readonly volumeId: string;
  readonly volumeSizeGiB: number;
  readonly description: string;
  readonly state: 'pending' | 'completed' | 'error';
  readonly stateMessage?: string;
  readonly progressPercent: number;
  readonly startedAtMs: number;
  readonly completedAtMs?: number;
  readonly encrypted: boolean;
  /** As AWS shows it: the key's ARN, or what the request named where no such key is. */
  readonly kmsKeyId?: string;
  readonly dataKey?: WrappedKey;
  /** False for the snapshots of public images, which hold no blocks here. */
  readonly hasBlocks: boolean;
  /** Accounts that may make volumes from it; `all` is everybody. */
  readonly createVolumePermissions: readonly string[];
  /** While it is a pending copy. */
  readonly copy?: SnapshotCopy;
  readonly failure?: KmsFailure;
  /** Its blocks are damaged, or cannot be read since the server started. */
  readonly isLost?: true;
  /** Of a copy that was to be complete within a time. */
  readonly completionMinutes?: number;
  /** Of all blocks that hold data, once it is complete. */
  readonly fullSizeBytes?: number;
  /** `amazon` for the snapshots of AWS's own images. */
  readonly ownerAlias?: string;
  /** Of one that was archived at some time, or is being archived. */
  readonly tiering?: Tiering;
  readonly lock?: SnapshotLock;
}

/** What keeps a snapshot from being deleted, or kept it. The clock says which. */
export interface SnapshotLock {
  readonly mode: 'governance' | 'compliance';
  readonly createdAtMs: number;
  /** Unset where it holds until a date. */
  readonly days?: number;
  /** Unset until the snapshot is complete. */
  readonly startedAtMs?: number;
  readonly expiresAtMs?: number;
  readonly coolOffHours?: number;
  readonly coolOffEndsAtMs?: number;
}

/** Where a snapshot is stored, and its last move. */
export interface Tiering {
  /** `archive` is out of use; a temporary restore is `standard`. */
  readonly tier: 'standard' | 'archive';
  /** The last one; unknown for a real account's. */
  readonly move?: TierMove;
  readonly archivedAtMs?: number;
  /** When a temporary restore ends. */
  readonly restoreExpiresAtMs?: number;
}

export interface TierMove {
  readonly kind: 'archival' | 'temporary-restore' | 'permanent-restore';
  readonly status: 'in-progress' | 'completed' | 'failed';
  readonly startedAtMs: number;
  /** Id of the request, which the event of the move carries. */
  readonly requestId: string;
  /** Of a temporary restore. */
  readonly days?: number;
  /** EBS's own grant for the move, while it is in progress. */
  readonly grant?: VolumeGrant;
}

/** What a pending copy goes on with. */
export interface SnapshotCopy {
  readonly sourceRegion: string;
  readonly sourceSnapshotId: string;
  /** The snapshot at the block host that the blocks come from; its blocks stay until the copy has them. */
  readonly blocksFrom?: string;
  /** The source's data key, where it is encrypted. */
  readonly sourceKey?: WrappedKey;
  /** EBS's own grants for the copy, by the region of their key. */
  readonly grants: readonly { readonly grant: VolumeGrant; readonly region: string }[];
  /** Why the copy comes to nothing: its `StateMessage` in the end. */
  readonly refused?: string;
}
