/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetDashboard.html */
import { cloudwatch } from '../cloudwatch.ts';
import { dashboardArn, dashboardCheck } from './dashboard.ts';

export default cloudwatch.operation('GetDashboard', {
  readOnly: true,
  checks: async (context, { DashboardName: name }) => ({
    dashboard: await dashboardCheck(context, 'GetDashboard', name),
  }),
  execute: (_context, _input, { dashboard: { record } }) => ({
    DashboardArn: dashboardArn(record),
    DashboardBody: record.body,
    DashboardName: record.name,
  }),
});
