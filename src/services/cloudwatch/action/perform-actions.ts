/**
 * What an alarm asks for when it comes into a state: instances are stopped and the like, and what is another service's
 * is handed to it. There are no topics or functions here, and history says so.
 */
import type { EffectContext } from '../../../invoke/context.ts';
import { type AlarmRecord, actionsOn } from '../alarm/alarm.ts';
import { record } from '../history/history.ts';
import { eventTime } from '../state/alarm-event.ts';
import { parsedReason } from '../state/reason-data.ts';
import { instanceOf, instanceVerb } from './alarm-action.ts';
import { instanceActionStep } from './instance-action-step.ts';

export async function performActions(context: EffectContext, alarm: AlarmRecord): Promise<void> {
  if (!alarm.actionsEnabled) return;
  for (const arn of actionsOn(alarm, alarm.state.value)) {
    const verb = instanceVerb(arn);
    const instanceId = alarm.type === 'MetricAlarm' ? instanceOf(alarm.settings) : undefined;
    if (verb && instanceId) {
      context.schedule(instanceActionStep, { alarmName: alarm.name, arn, verb, instanceId });
    } else {
      const target = context.ports.alarmActions.find((each) => each.carriesOut(arn));
      const failure = target
        ? await target.carryOut(context, { arn, alarmName: alarm.name, breach: breachOf(alarm) })
        : 'Latchkey does not serve what the action names: it goes nowhere.';
      await recordAction(context, alarm, arn, failure);
    }
  }
}

/** History says whether an action was carried out, and why not. */
export const recordAction = (
  context: EffectContext,
  alarm: AlarmRecord,
  arn: string,
  failure: string | undefined,
): Promise<void> =>
  record(
    context,
    alarm,
    'Action',
    `${failure === undefined ? 'Successfully executed' : 'Failed to execute'} action ${arn}`,
    {
      actionState: failure === undefined ? 'Succeeded' : 'Failed',
      stateUpdateTimestamp: eventTime(alarm.state.atMs),
      notificationResource: arn,
      ...(failure !== undefined && { error: failure }),
    },
  );

/** How far the metric is past the threshold, as far as the reason tells: just past it where it does not. */
function breachOf(alarm: AlarmRecord): number {
  if (alarm.type !== 'MetricAlarm') return 0;
  const { Threshold: threshold = 0, ComparisonOperator: operator = '' } = alarm.settings;
  const { recentDatapoints } = Object(parsedReason(alarm.state.reasonData ?? '{}')) as {
    readonly recentDatapoints?: unknown;
  };
  const last: unknown = Array.isArray(recentDatapoints) ? recentDatapoints.at(-1) : undefined;
  if (typeof last === 'number') return last - threshold;
  return operator.startsWith('LessThan') ? -Number.EPSILON : 0;
}
