/**
 * Alarms by name, prefix, state or action, and the alarms that a composite one is made of. Without types, those of metrics.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
import { pageOf } from '../../../service-kit/page.ts';
import type { DescribeAlarmsInput } from '../../../shapes/generated/cloudwatch.ts';
import { allActions } from '../action/alarm-action.ts';
import { cloudwatch } from '../cloudwatch.ts';
import { invalidCombination, invalidToken } from '../errors.ts';
import { type AlarmRecord, alarmsOf, ruleOfAlarm, showCompositeAlarm, showMetricAlarm } from './alarm.ts';
import { namedAlarmChecks } from './named-alarms.ts';

const PAGE_SIZE = 50;

export default cloudwatch.operation('DescribeAlarms', {
  readOnly: true,
  checks: (context, { AlarmNames: names }) => namedAlarmChecks(context, 'DescribeAlarms', names),
  preconditions(_context, input) {
    if (input.AlarmNames && input.AlarmNamePrefix !== undefined) {
      throw invalidCombination('AlarmNames and AlarmNamePrefix cannot be specified together.');
    }
    if (input.ChildrenOfAlarmName !== undefined && input.ParentsOfAlarmName !== undefined) {
      throw invalidCombination('ChildrenOfAlarmName and ParentsOfAlarmName cannot be specified together.');
    }
  },
  async execute({ tx, ...scope }, input) {
    const all = await alarmsOf(tx, scope);
    const { items, token: NextToken } = pageOf(
      { token: input.NextToken, limit: input.MaxRecords ?? PAGE_SIZE, invalidToken },
      relatives(all, input).filter((alarm) => isWanted(input, alarm)),
      ({ name }) => [name],
    );
    return {
      MetricAlarms: items.flatMap((alarm) => (alarm.type === 'MetricAlarm' ? [showMetricAlarm(alarm)] : [])),
      CompositeAlarms: items.flatMap((alarm) =>
        alarm.type === 'CompositeAlarm' ? [showCompositeAlarm(alarm)] : [],
      ),
      NextToken,
    };
  },
});

const childrenOf = (alarm: AlarmRecord | undefined): ReadonlySet<string> =>
  (alarm && ruleOfAlarm(alarm)?.names) ?? new Set();

function relatives(
  all: readonly AlarmRecord[],
  { ChildrenOfAlarmName: parent, ParentsOfAlarmName: child }: DescribeAlarmsInput,
): readonly AlarmRecord[] {
  if (child !== undefined) return all.filter((alarm) => childrenOf(alarm).has(child));
  if (parent === undefined) return all;
  const children = childrenOf(all.find(({ name }) => name === parent));
  return all.filter(({ name }) => children.has(name));
}

function isWanted(input: DescribeAlarmsInput, alarm: AlarmRecord): boolean {
  const isRelative = input.ChildrenOfAlarmName !== undefined || input.ParentsOfAlarmName !== undefined;
  const types = input.AlarmTypes ?? (isRelative ? [alarm.type] : ['MetricAlarm']);
  return (
    (types as readonly string[]).includes(alarm.type) &&
    (input.AlarmNames?.includes(alarm.name) ?? true) &&
    alarm.name.startsWith(input.AlarmNamePrefix ?? '') &&
    (input.StateValue === undefined || alarm.state.value === input.StateValue) &&
    (input.ActionPrefix === undefined ||
      allActions(alarm.settings).some((arn) => arn.startsWith(input.ActionPrefix as string)))
  );
}
