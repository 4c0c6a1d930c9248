/**
 * Makes an alarm on a metric, or configures the one of that name anew. A new one has no data until its state is set; an
 * old one keeps its state.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
import { allActions, instanceOf, instanceVerb } from '../action/alarm-action.ts';
import { cloudwatch } from '../cloudwatch.ts';
import { invalid } from '../errors.ts';
import { tagCreationCheck } from '../tag/tag.ts';
import type { MetricAlarmRecord } from './alarm.ts';
import { requireMetricAlarm } from './metric-alarm-request.ts';
import {
  configured,
  ensureInstanceActionRole,
  keepAlarm,
  putAlarmCheck,
  requirePuttable,
} from './put-alarm.ts';

export default cloudwatch.operation('PutMetricAlarm', {
  unserved: [
    'ActionConfiguration',
    'EvaluationCriteria',
    'EvaluationInterval',
    'EvaluationWindow',
    'WarmUpConfiguration',
  ],
  async checks(context, input) {
    const alarm = await putAlarmCheck(context, 'PutMetricAlarm', input);
    return { alarm, tag: tagCreationCheck(alarm, input.Tags) };
  },
  async preconditions(context, input, { alarm }) {
    requireMetricAlarm(input);
    await requirePuttable(context, input, alarm.record, 'MetricAlarm');
    if (allActions(input).some(instanceVerb) && instanceOf(input) === undefined) {
      throw invalid('EC2 actions need a metric with the dimension InstanceId.');
    }
  },
  calls: (ctx, input) => ensureInstanceActionRole(ctx, input),
  async execute(context, input, { alarm: { record } }) {
    const alarm = { ...configured(context, record, input), type: 'MetricAlarm' } as MetricAlarmRecord;
    await keepAlarm(context, alarm, record);
    return {};
  },
});
