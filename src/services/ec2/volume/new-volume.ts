/** The record of a volume that is being made, whichever operation makes it. */
import type { Scope } from '../../../aws/scope.ts';
import type { SnapshotRecord } from '../snapshot/snapshot-record.ts';
import type { VolumeRecord } from './volume.ts';
import type { KeyChoice, PreparedSource } from './volume-source.ts';
import type { Performance } from './volume-type.ts';

/** What was worked out before KMS was asked. */
interface VolumePlan {
  readonly performance: Performance;
  readonly snapshot?: SnapshotRecord;
  /** Undefined for an unencrypted volume. */
  readonly key?: KeyChoice;
}

export const newVolume = (
  { account, region, nowMs }: Scope & { readonly nowMs: number },
  id: string,
  { performance, snapshot, key }: VolumePlan,
  { kmsKeyId, dataKey, creation }: PreparedSource,
  rest: Pick<VolumeRecord, 'zone' | 'zoneId' | 'tags' | 'initializationRate' | 'fastRestored'>,
): VolumeRecord => ({
  ...performance,
  ...rest,
  account,
  region,
  id,
  snapshotId: snapshot?.id ?? '',
  encrypted: key !== undefined,
  kmsKeyId,
  dataKey,
  state: 'creating',
  createdAtMs: nowMs,
  attachments: [],
  creation,
  autoEnableIo: false,
  failure: creation.failure,
});
