import type { EffectContext } from '../../../invoke/context.ts';
import type { Tag } from '../tag/tag.ts';
import type { PreparedCopy } from './copy-preparation.ts';
import { copySnapshotWorkflow } from './copy-snapshot-workflow.ts';
import { NO_VOLUME, type SnapshotRecord, snapshotKind } from './snapshot.ts';

export interface CopyRequest {
  readonly id: string;
  /** Undefined where there is none that the caller may use: the copy fails in the end. */
  readonly source: SnapshotRecord | undefined;
  readonly sourceRegion: string;
  readonly sourceSnapshotId: string;
  readonly encrypted: boolean;
  readonly copy: PreparedCopy;
  readonly description: string;
  readonly tags: readonly Tag[];
}

/** The pending copy, on its way: what CopySnapshot and CopyImage do once KMS was asked. */
export function startCopy(context: EffectContext, request: CopyRequest): SnapshotRecord {
  const { account, region, nowMs } = context;
  const { id, source, sourceRegion, sourceSnapshotId, encrypted, copy, description, tags } = request;
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
  const delayMs = context.ports.delays.of('ec2.snapshot.copying', 3000);
  context.schedule(copySnapshotWorkflow.name, delayMs, { snapshotId: id });
  return record;
}
