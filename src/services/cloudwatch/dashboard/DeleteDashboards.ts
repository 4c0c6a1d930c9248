/**
 * Deletes dashboards, all or none of those that are named.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteDashboards.html
 */
import { cloudwatch } from '../cloudwatch.ts';
import { missingParameter } from '../errors.ts';
import { dashboardCheck, dashboards } from './dashboard.ts';

export default cloudwatch.operation('DeleteDashboards', {
  async checks(context, { DashboardNames: names }) {
    if (names.length === 0) throw missingParameter('The parameter DashboardNames is required.');
    const checks = [...new Set(names)].map((name) => dashboardCheck(context, 'DeleteDashboards', name));
    return { dashboards: await Promise.all(checks) };
  },
  execute({ tx }, _input, { dashboards: named }) {
    for (const { record } of named) tx.delete(dashboards, [record.account, record.name]);
    return {};
  },
});
