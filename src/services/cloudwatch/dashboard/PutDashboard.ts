/**
 * Makes a dashboard, or gives one another body: its tags stay what they are. What its widgets say is not checked.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
 */
import { isObject } from '../../../platform/is-object.ts';
import { requestTagConditions } from '../../../service-kit/tag-conditions.ts';
import { tagRecord } from '../../../service-kit/tag-rules.ts';
import { cloudwatch } from '../cloudwatch.ts';
import { invalidInput } from '../errors.ts';
import { tagCreationCheck, withTags } from '../tag/tag.ts';
import { dashboardNameCheck, dashboards } from './dashboard.ts';

export default cloudwatch.operation('PutDashboard', {
  async checks(context, { DashboardName: name, Tags: tags }) {
    const conditions = () => requestTagConditions(tagRecord(tags));
    const dashboard = await dashboardNameCheck(context, 'PutDashboard', name, conditions);
    return { dashboard, tag: tagCreationCheck(dashboard, tags) };
  },
  preconditions(_context, { DashboardName: name, DashboardBody: body }) {
    if (!/^[\w-]{1,255}$/.test(name)) {
      throw invalidInput(`The value ${name} for field DashboardName contains invalid characters.`);
    }
    if (!isObjectText(body)) throw invalidInput('The field DashboardBody must be a valid JSON object');
  },
  execute({ tx, account, nowMs, caller }, input, { dashboard: { record: before } }) {
    const { DashboardName: name, DashboardBody: body, Tags = [] } = input;
    const tags = before ? before.tags : withTags({}, Tags, caller);
    tx.put(dashboards, { account, name, body, modifiedAtMs: nowMs, tags });
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
