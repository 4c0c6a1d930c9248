/**
 * Makes an alarm of other alarms, or configures the one of that name anew. Its state follows from its rule.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
import type { ResolveContext } from '../../../invoke/context.ts';
import type { PutCompositeAlarmInput } from '../../../shapes/generated/cloudwatch.ts';
import { allActions, instanceVerb } from '../action/alarm-action.ts';
import { cloudwatch } from '../cloudwatch.ts';
import { invalid } from '../errors.ts';
import { evaluateComposite } from '../state/change-state.ts';
import { tagCreationCheck } from '../tag/tag.ts';
import { type CompositeAlarmRecord, findAlarm, suppressorOf } from './alarm.ts';
import { alarmsIn, parseAlarmRule } from './alarm-rule.ts';
import { configured, keepAlarm, putAlarmCheck, requirePuttable } from './put-alarm.ts';

export default cloudwatch.operation('PutCompositeAlarm', {
  unserved: ['ActionConfiguration'],
  async checks(context, input) {
    const alarm = await putAlarmCheck(context, 'PutCompositeAlarm', input);
    return { alarm, tag: tagCreationCheck(alarm, input.Tags) };
  },
  async preconditions(context, input, { alarm }) {
    const rule = parseAlarmRule(input.AlarmRule);
    if (alarmsIn(rule).has(input.AlarmName)) throw invalid('An alarm may not refer to itself.');
    await requireSuppressor(context, input);
    await requirePuttable(context, input, alarm.record, 'CompositeAlarm');
    if (allActions(input).some(instanceVerb)) throw invalid('Composite alarms have no EC2 actions.');
  },
  async execute(context, input, { alarm: { record } }) {
    const alarm = { ...configured(context, record, input), type: 'CompositeAlarm' } as CompositeAlarmRecord;
    await keepAlarm(context, alarm, record);
    await evaluateComposite(context, alarm, record ? 'updated' : 'created');
    return {};
  },
});

async function requireSuppressor(context: ResolveContext, input: PutCompositeAlarmInput): Promise<void> {
  const name = suppressorOf(input);
  const periods = [input.ActionsSuppressorWaitPeriod, input.ActionsSuppressorExtensionPeriod];
  const given = periods.filter((period) => period !== undefined).length;
  if (name === undefined && given === 0) return;
  if (name === undefined || given < periods.length) {
    throw invalid(
      'ActionsSuppressor, ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod must be specified together.',
    );
  }
  if (name === input.AlarmName) throw invalid('An alarm may not suppress its own actions.');
  if (!(await findAlarm(context.tx, context, name))) throw invalid(`The alarm ${name} does not exist.`);
}
