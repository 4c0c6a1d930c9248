/**
 * The account's own snapshots, with the tier of each and its last archival or restore
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshotTierStatus.html).
 */
import type { SnapshotTierStatus } from '../../../shapes/generated/ec2.ts';
import { describeResources } from '../describe/describe.ts';
import type { FilterFields } from '../describe/filter.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { KEY_REFUSED } from './copy-preparation.ts';
import { snapshotKind } from './snapshot.ts';
import type { SnapshotRecord } from './snapshot-record.ts';
import { isMoving, tierOf } from './storage-tier.ts';

const operationOf = ({ tiering }: SnapshotRecord) =>
  tiering?.move && `${tiering.move.kind}-${tiering.move.status}`;

const fields: FilterFields<SnapshotRecord> = {
  'last-tiering-operation': operationOf,
  'snapshot-id': ({ id }) => id,
  'volume-id': ({ volumeId }) => volumeId,
};

export default ec2.operation('DescribeSnapshotTierStatus', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeSnapshotTierStatus') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: snapshotKind,
      ids: undefined,
      idsName: 'snapshotIds',
      filters: input.Filters,
      fields,
      page: input,
      limits: { lenient: true },
    });
    return { SnapshotTierStatuses: page.items.map(show), NextToken: page.nextToken };
  },
});

function show(snapshot: SnapshotRecord): SnapshotTierStatus {
  const { move, archivedAtMs, restoreExpiresAtMs } = snapshot.tiering ?? {};
  return {
    SnapshotId: snapshot.id,
    VolumeId: snapshot.volumeId,
    Status: snapshot.state,
    OwnerId: snapshot.account,
    Tags: [...snapshot.tags],
    StorageTier: tierOf(snapshot),
    LastTieringStartTime: move?.startedAtMs,
    LastTieringProgress: move && (move.status === 'completed' ? 100 : 0),
    LastTieringOperationStatus: operationOf(snapshot) as SnapshotTierStatus['LastTieringOperationStatus'],
    LastTieringOperationStatusDetail:
      move && !isMoving(snapshot) && snapshot.failure ? KEY_REFUSED : undefined,
    ArchivalCompleteTime: archivedAtMs,
    RestoreExpiryTime: restoreExpiresAtMs,
  };
}
