/** What of EC2 depends on which key, for whoever audits keys. */
import type { Scope } from '../../aws/scope.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { snapshots } from './snapshot/snapshot.ts';
import { volumes } from './volume/volume.ts';

export interface VolumeUse extends Scope {
  readonly volumeId: string;
  readonly keyArn: string;
  /** The instances that it is attached to. */
  readonly instanceIds: readonly string[];
}

export interface SnapshotUse extends Scope {
  readonly snapshotId: string;
  readonly keyArn: string;
}

export async function volumesUnderKeys(tx: ReadTransaction): Promise<VolumeUse[]> {
  const all = await tx.list(volumes);
  return all.flatMap(({ account, region, id, kmsKeyId, attachments, state }) => {
    if (kmsKeyId === undefined || state === 'deleted') return [];
    return [
      {
        account,
        region,
        volumeId: id,
        keyArn: kmsKeyId,
        instanceIds: attachments.map(({ instanceId }) => instanceId),
      },
    ];
  });
}

export async function snapshotsUnderKeys(tx: ReadTransaction): Promise<SnapshotUse[]> {
  const all = await tx.list(snapshots);
  return all.flatMap(({ account, region, id, kmsKeyId }) =>
    kmsKeyId === undefined ? [] : [{ account, region, snapshotId: id, keyArn: kmsKeyId }],
  );
}
