/**
 * Makes a dashboard, or gives one another body. What its widgets say is not checked.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
 */

import { isObject } from '../../../platform/is-object.ts';
import { cloudwatch } from '../cloudwatch.ts';
import { invalidInput } from '../errors.ts';
import { dashboardNameCheck, dashboards } from './dashboard.ts';

export default cloudwatch.operation('PutDashboard', {
  unserved: ['Tags'],
  checks: (context, { DashboardName: name }) => ({
    dashboard: dashboardNameCheck(context, 'PutDashboard', name),
  }),
  preconditions(_context, { DashboardName: name, DashboardBody: body }) {
    if (!/^[\w-]{1,255}$/.test(name)) {
      throw invalidInput(`The value ${name} for field DashboardName contains invalid characters.`);
    }
    if (!isObjectText(body)) throw invalidInput('The field DashboardBody must be a valid JSON object');
  },
  execute({ tx, account, nowMs }, { DashboardName: name, DashboardBody: body }) {
    tx.put(dashboards, { account, name, body, modifiedAtMs: nowMs });
    return { DashboardValidationMessages: [] };
  },
});

function isObjectText(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}
