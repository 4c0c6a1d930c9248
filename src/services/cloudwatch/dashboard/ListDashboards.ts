/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListDashboards.html */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { pageOf } from '../../../service-kit/page.ts';
import { cloudwatch } from '../cloudwatch.ts';
import { invalidToken } from '../errors.ts';
import { dashboardArn, dashboards } from './dashboard.ts';

const PAGE_SIZE = 100;

export default cloudwatch.operation('ListDashboards', {
  readOnly: true,
  checks: (context) => ({ all: accountCheck(context, 'cloudwatch:ListDashboards') }),
  async execute({ tx, account }, { DashboardNamePrefix: prefix = '', NextToken: token }) {
    const all = await tx.list(dashboards, { prefix: [account] });
    const { items, token: NextToken } = pageOf(
      { token, limit: PAGE_SIZE, invalidToken },
      all.filter(({ name }) => name.startsWith(prefix)),
      ({ name }) => [name],
    );
    const DashboardEntries = items.map((record) => ({
      DashboardName: record.name,
      DashboardArn: dashboardArn(record),
      LastModified: record.modifiedAtMs,
      Size: Buffer.byteLength(record.body),
    }));
    return { DashboardEntries, NextToken };
  },
});
