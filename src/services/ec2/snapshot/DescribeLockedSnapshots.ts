/**
 * The account's own snapshots that are locked, or were until their locks expired
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLockedSnapshots.html).
 */
import { describeResources } from '../describe/describe.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { snapshotKind } from './snapshot.ts';
import { lockStateOf, showLock } from './snapshot-lock.ts';

export default ec2.operation('DescribeLockedSnapshots', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeLockedSnapshots') }),
  async execute(context, input) {
    const { account, nowMs } = context;
    const page = await describeResources(context.tx, context, {
      kind: snapshotKind,
      ids: input.SnapshotIds,
      idsName: 'snapshotIds',
      filters: input.Filters,
      fields: { 'lock-state': ({ lock }) => lock && lockStateOf(lock, nowMs) },
      page: input,
      also: (snapshot) => snapshot.account === account && snapshot.lock !== undefined,
    });
    const Snapshots = page.items.map(({ id, account: OwnerId, lock }) => ({
      OwnerId,
      SnapshotId: id,
      ...showLock(lock!, nowMs),
    }));
    return { Snapshots, NextToken: page.nextToken };
  },
});
