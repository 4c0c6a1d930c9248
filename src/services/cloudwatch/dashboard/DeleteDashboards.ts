/**
 * Deletes dashboards, all or none of those that are named.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteDashboards.html
 */
import { cloudwatch } from '../cloudwatch.ts';
import { dashboardCheck, dashboards } from './dashboard.ts';

export default cloudwatch.operation('DeleteDashboards', {
  checks: async (context, { DashboardNames: names }) => ({
    dashboards: await Promise.all(
      [...new Set(names)].map((name) => dashboardCheck(context, 'DeleteDashboards', name)),
    ),
  }),
  execute({ tx }, _input, { dashboards: named }) {
    for (const { record } of named) tx.delete(dashboards, [record.account, record.name]);
    return {};
  },
});
