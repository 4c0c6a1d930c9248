/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFastSnapshotRestores.html */
import { type FilterFields, filtersTest } from '../describe/filter.ts';
import { pageOf } from '../describe/page.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { type FastRestoreRecord, fastRestores, showFastRestore } from './fast-restore.ts';

const fields: FilterFields<FastRestoreRecord> = {
  'availability-zone': ({ zone }) => zone,
  'availability-zone-id': ({ zoneId }) => zoneId,
  'owner-id': ({ account }) => account,
  'snapshot-id': ({ snapshotId }) => snapshotId,
  state: ({ state }) => state,
};

export default ec2.operation('DescribeFastSnapshotRestores', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeFastSnapshotRestores') }),
  async execute({ tx, account, region }, input) {
    const matches = filtersTest(input.Filters, fields);
    const own = await tx.list(fastRestores, { prefix: [account, region] });
    const id = ({ snapshotId, zone }: FastRestoreRecord) => `${snapshotId}/${zone}`;
    const page = pageOf(own.filter(matches), id, input, { min: 0, max: 200 });
    return { FastSnapshotRestores: page.items.map(showFastRestore), NextToken: page.nextToken };
  },
});
