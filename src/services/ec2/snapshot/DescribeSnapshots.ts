/**
 * Own, shared and public snapshots
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html).
 */
import { describeResources } from '../describe/describe.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck, listResources } from '../resource/kind.ts';
import { requireUserIds } from '../resource/user-id.ts';
import {
  listSharedSnapshots,
  mayUseSnapshot,
  showSnapshot,
  snapshotFilters,
  snapshotKind,
} from './snapshot.ts';
import type { SnapshotRecord } from './snapshot-record.ts';

export default ec2.operation('DescribeSnapshots', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeSnapshots') }),
  async execute(context, input) {
    const { OwnerIds: owners, RestorableByUserIds: users } = input;
    requireUserIds(owners, ['self', 'amazon']);
    requireUserIds(users, ['self', 'all']);
    const { account, tx } = context;
    const isOwned = (snapshot: SnapshotRecord) =>
      owners?.some((owner) =>
        owner === 'self'
          ? snapshot.account === account
          : [snapshot.account, snapshot.ownerAlias].includes(owner),
      ) ?? true;
    const isRestorable = (snapshot: SnapshotRecord) =>
      users?.some((user) =>
        user === 'all'
          ? snapshot.createVolumePermissions.includes('all')
          : mayUseSnapshot(snapshot, user === 'self' ? account : user),
      ) ?? true;
    const page = await describeResources(tx, context, {
      kind: snapshotKind,
      ids: input.SnapshotIds,
      idsName: 'snapshotIds',
      filters: input.Filters,
      fields: snapshotFilters,
      page: input,
      limits: { lenient: true },
      also: (snapshot) => isOwned(snapshot) && isRestorable(snapshot),
      list: async () => [
        ...(await listResources(tx, snapshotKind, context)),
        ...(await listSharedSnapshots(tx, context)).filter((snapshot) => snapshot.account !== account),
      ],
    });
    return { Snapshots: page.items.map(showSnapshot), NextToken: page.nextToken };
  },
});
