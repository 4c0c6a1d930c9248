/**
 * Makes an alarm of other alarms, or configures the one of that name anew. Its state follows from its rule.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
import { allActions, instanceVerb } from '../action/alarm-action.ts';
import { cloudwatch } from '../cloudwatch.ts';
import { invalid } from '../errors.ts';
import { evaluateComposite } from '../state/change-state.ts';
import { alarmArn, type CompositeAlarmRecord } from './alarm.ts';
import { alarmsIn, parseAlarmRule } from './alarm-rule.ts';
import { configured, keepAlarm, putAlarmCheck, requirePuttable, tagAlarmCheck } from './put-alarm.ts';

export default cloudwatch.operation('PutCompositeAlarm', {
  unserved: [
    'ActionConfiguration',
    'ActionsSuppressor',
    'ActionsSuppressorExtensionPeriod',
    'ActionsSuppressorWaitPeriod',
  ],
  async checks(context, input) {
    const alarm = await putAlarmCheck(context, 'PutCompositeAlarm', input);
    return { alarm, tag: tagAlarmCheck(alarm, input) };
  },
  async preconditions(context, input, { alarm }) {
    const rule = parseAlarmRule(input.AlarmRule);
    if (alarmsIn(rule).has(input.AlarmName)) throw invalid('An alarm may not refer to itself.');
    await requirePuttable(context, input, alarm.record, 'CompositeAlarm');
    if (allActions(input).some(instanceVerb)) throw invalid('Composite alarms have no EC2 actions.');
  },
  async execute(context, input, { alarm: { record } }) {
    const alarm = { ...configured(context, record, input), type: 'CompositeAlarm' } as CompositeAlarmRecord;
    await keepAlarm(context, alarm, record);
    const arn = alarmArn(context, alarm.name);
    await evaluateComposite(
      context,
      alarm,
      `${arn} was ${record ? 'updated' : 'created'} and its alarm rule was evaluated`,
    );
    return {};
  },
});
