/**
 * Alarms that an instance refresh watches: one that comes into the state ALARM ends it, or has it taken back
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/start-instance-refresh.html).
 */
import type { Call } from '../../../invoke/context.ts';
import type { OutgoingEvent } from '../../../invoke/event.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { autoscaling } from '../autoscaling.ts';
import { validationError } from '../errors.ts';
import { findGroup } from '../group/group.ts';
import { failRefresh } from './advance-refresh.ts';
import { refreshes } from './instance-refresh.ts';

interface AlarmStep {
  readonly alarmName: string;
}

export const heedAlarmStep = workflowRef<AlarmStep>('autoscaling.instance-refresh.heed-alarm');

/** Those of the alarms that are in the state ALARM; they must all be there. */
export async function raisedAlarms(call: Call, names: readonly string[]): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const answer = await call('cloudwatch', 'DescribeAlarms', {
    AlarmNames: [...names],
    AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
  });
  const found = [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])];
  const missing = names.filter((name) => found.every(({ AlarmName }) => AlarmName !== name));
  if (missing.length > 0)
    throw validationError(`The following alarms do not exist: [${missing.join(', ')}].`);
  return found.flatMap(({ AlarmName, StateValue }) => (StateValue === 'ALARM' ? (AlarmName ?? []) : []));
}

export const heedAlarmWorkflow = workflow(
  heedAlarmStep,
  autoscaling,
  async (_ctx, { alarmName }) => {
    return async (context) => {
      const { tx, account, region } = context;
      for (const refresh of await tx.find(refreshes, 'alarm', { prefix: [account, region, alarmName] })) {
        const group = await findGroup(tx, context, refresh.groupName);
        const isEnding = refresh.status === 'Cancelling' || refresh.rollback !== undefined;
        if (group && !isEnding)
          await failRefresh(context, group, refresh, `The alarm ${alarmName} is in the state ALARM.`);
      }
    };
  },
  onAlarm,
);

function onAlarm({ detailType, detail }: OutgoingEvent): AlarmStep | undefined {
  if (detailType !== 'CloudWatch Alarm State Change') return undefined;
  const { alarmName, state } = detail as { alarmName: string; state: { value: string } };
  return state.value === 'ALARM' ? { alarmName } : undefined;
}
