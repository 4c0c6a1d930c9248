/**
 * The block host as EC2 and EBS see it: volumes and snapshots as bytes. `dataplane/` implements it; it knows
 * nothing of IAM or KMS. A data key crosses this line once, is taken over (the caller's buffer is emptied), and
 * from then on lives only in the block host until the volume is detached.
 */
export interface BlockHost {
  createVolume(volume: {
    volumeId: string;
    sizeBytes: number;
    encrypted: boolean;
    /** Blocks are shared with this snapshot, copy on write. */
    snapshotId?: string;
  }): Promise<void>;
  /** Grows a volume; it may be attached. */
  resizeVolume(volumeId: string, sizeBytes: number): Promise<void>;
  deleteVolume(volumeId: string): Promise<void>;
  /** Opens the volume for I/O and serves it over NBD. `dataKey` is 64 bytes (AES-256-XTS), for encrypted volumes. */
  attach(volumeId: string, dataKey?: Uint8Array): Promise<{ nbdUri: string }>;
  /** Flushes, stops serving, and wipes the data key. */
  detach(volumeId: string): Promise<void>;
  /** The volumes and snapshots whose blocks the host has, and can read. */
  images(): Iterable<string>;
  isAttached(volumeId: string): Promise<boolean>;
  attachments(): Promise<{ volumeId: string; nbdUri: string }[]>;

  /**
   * Takes the point in time; the blocks stay under the volume's data key. Gives the size that the volume has then, which may
   * be more than its record says while it grows; undefined where there are no blocks.
   */
  createSnapshot(snapshot: { snapshotId: string; volumeId: string }): Promise<number | undefined>;
  /** Makes an empty snapshot that putBlock fills (EBS direct APIs). */
  startSnapshot(snapshot: {
    snapshotId: string;
    sizeBytes: number;
    encrypted: boolean;
    parentSnapshotId?: string;
  }): Promise<void>;
  /** A full copy under another data key (or without). Resolves when done; `progress` receives percent. */
  copySnapshot(copy: {
    sourceSnapshotId: string;
    snapshotId: string;
    sourceKey?: Uint8Array;
    targetKey?: Uint8Array;
    progress?: (percent: number) => void;
  }): Promise<void>;
  deleteSnapshot(snapshotId: string): Promise<void>;
  /** Indexes of 512-KiB blocks that hold data, ascending, after `afterIndex`. */
  listBlocks(snapshotId: string, afterIndex: number, limit: number): Promise<number[]>;
  changedBlocks(
    firstSnapshotId: string | undefined,
    secondSnapshotId: string,
    afterIndex: number,
    limit: number,
  ): Promise<{ index: number; inFirst: boolean; inSecond: boolean }[]>;
  readBlock(snapshotId: string, index: number, dataKey?: Uint8Array): Promise<Uint8Array>;
  writeBlock(snapshotId: string, index: number, data: Uint8Array, dataKey?: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** What runs on instances, as EC2 sees it. `compute/` simulates it. */
export interface InstanceHost {
  /** Resolves once the guest is up. Idempotent. */
  boot(instanceId: string): Promise<void>;
  reboot(instanceId: string): Promise<void>;
  stop(instanceId: string): Promise<void>;
  terminate(instanceId: string): Promise<void>;
  /** Makes the instance fail its status checks until it is booted again. */
  fail(instanceId: string): Promise<void>;
  /** Undefined for an instance that is not up. */
  health(instanceId: string): 'ok' | 'impaired' | undefined;
}
