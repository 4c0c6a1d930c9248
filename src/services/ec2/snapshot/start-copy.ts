/** How a copy of a snapshot begins, for CopySnapshot and for CopyImage. */
import type { EffectContext } from '../../../invoke/context.ts';
import type { Tag } from '../resource/tag.ts';
import type { PreparedCopy } from './copy-preparation.ts';
import { copySnapshotStep } from './copy-snapshot-workflow.ts';
import { emitToOwner, sharedSource } from './shared-snapshot-event.ts';
import { NO_VOLUME, snapshotKind } from './snapshot.ts';
import type { SnapshotRecord } from './snapshot-record.ts';

export interface CopyRequest {
  readonly id: string;
  /** Undefined where no such snapshot exists that the caller may use: the copy fails in the end. */
  readonly source: SnapshotRecord | undefined;
  readonly sourceRegion: string;
  readonly sourceSnapshotId: string;
  readonly encrypted: boolean;
  readonly copy: PreparedCopy;
  readonly description: string;
  /** Within which the copy is to be complete, where the request wants it so. */
  readonly completionMinutes?: number;
  readonly tags: readonly Tag[];
}

/** The pending copy, on its way: what CopySnapshot and CopyImage do once KMS was asked. */
export function startCopy(context: EffectContext, request: CopyRequest): SnapshotRecord {
  const { account, region, nowMs } = context;
  const {
    id,
    source,
    sourceRegion,
    sourceSnapshotId,
    encrypted,
    copy,
    description,
    tags,
    completionMinutes,
  } = request;
  const record: SnapshotRecord = {
    account,
    region,
    id,
    tags,
    volumeId: NO_VOLUME,
    volumeSizeGiB: source?.volumeSizeGiB ?? 0,
    description,
    state: 'pending',
    progressPercent: 0,
    startedAtMs: nowMs,
    encrypted,
    kmsKeyId: copy.kmsKeyId,
    dataKey: copy.dataKey,
    hasBlocks: true,
    createVolumePermissions: [],
    completionMinutes,
    failure: copy.failure,
    copy: {
      sourceRegion,
      sourceSnapshotId,
      blocksFrom: source?.hasBlocks ? source.id : undefined,
      sourceKey: source?.dataKey,
      grants: copy.grants,
      refused: copy.refused,
    },
  };
  context.tx.put(snapshotKind.table, record);
  const delayMs = context.ports.delays.scaled(3000);
  emitToOwner(context, 'SharedSnapshotCopyInitiated', sharedSource(context, source));
  context.schedule(copySnapshotStep, { snapshotId: id }, { delayMs });
  return record;
}
