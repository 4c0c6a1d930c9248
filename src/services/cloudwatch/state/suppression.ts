/**
 * Composite alarms whose actions another alarm suppresses
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-suppression.html, aws-facts K14): while that one is in
 * ALARM, for as long as it may take to come into it, and for a while after it has left it. What was held back until then is
 * asked for once, for the state at the time.
 */
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { performActions } from '../action/perform-actions.ts';
import {
  type AlarmRecord,
  alarms,
  type CompositeAlarmRecord,
  findAlarm,
  type Suppression,
  suppressorOf,
} from '../alarm/alarm.ts';
import { cloudwatch } from '../cloudwatch.ts';

const endSuppressionStep = workflowRef<{ name: string; sinceMs: number }>('cloudwatch.alarm.end-suppression');

export const endSuppressionWorkflow = workflow(endSuppressionStep, cloudwatch, async (_ctx, step) => {
  return async (context) => {
    const alarm = await findAlarm(context.tx, context, step.name);
    if (alarm?.type !== 'CompositeAlarm' || alarm.suppression?.sinceMs !== step.sinceMs) return;
    if (alarm.suppression.by !== 'Alarm') await endSuppression(context, alarm);
  };
});

/** The actions of a state that the alarm has just come into, unless they are suppressed. */
export async function performUnlessSuppressed(
  context: EffectContext,
  alarm: AlarmRecord,
): Promise<AlarmRecord> {
  const suppressor = alarm.type === 'CompositeAlarm' ? suppressorOf(alarm.settings) : undefined;
  if (alarm.type !== 'CompositeAlarm' || suppressor === undefined) {
    await performActions(context, alarm);
    return alarm;
  }
  if (alarm.suppression) {
    const held = { ...alarm, suppression: { ...alarm.suppression, isHolding: true } };
    context.tx.put(alarms, held);
    return held;
  }
  const isSuppressed = (await findAlarm(context.tx, alarm, suppressor))?.state.value === 'ALARM';
  return suppress(context, alarm, isSuppressed ? 'Alarm' : 'WaitPeriod', true);
}

/** An alarm has come into another state: what it suppresses follows. */
export async function suppressOthers(
  context: EffectContext,
  changed: AlarmRecord,
  from: string,
): Promise<void> {
  const isAlarm = changed.state.value === 'ALARM';
  if (!isAlarm && from !== 'ALARM') return;
  const prefix = [changed.account, changed.region, changed.name];
  for (const alarm of await context.tx.find(alarms, 'suppressor', { prefix })) {
    if (alarm.type !== 'CompositeAlarm') continue;
    const isHolding = alarm.suppression?.isHolding ?? false;
    suppress(context, alarm, isAlarm ? 'Alarm' : 'ExtensionPeriod', isHolding);
  }
}

function suppress(
  context: EffectContext,
  alarm: CompositeAlarmRecord,
  by: Suppression['by'],
  isHolding: boolean,
): CompositeAlarmRecord {
  const { ActionsSuppressorWaitPeriod: wait = 0, ActionsSuppressorExtensionPeriod: extension = 0 } =
    alarm.settings;
  const suppression = { by, reason: `Actions suppressed by ${by}`, sinceMs: context.nowMs, isHolding };
  const suppressed = { ...alarm, suppression };
  context.tx.put(alarms, suppressed);
  if (by === 'Alarm') return suppressed;
  const seconds = by === 'WaitPeriod' ? wait : extension;
  const step = { name: alarm.name, sinceMs: suppression.sinceMs };
  context.schedule(endSuppressionStep, step, { delayMs: seconds * 1000 });
  return suppressed;
}

async function endSuppression(context: EffectContext, alarm: CompositeAlarmRecord): Promise<void> {
  const { suppression, ...free } = alarm;
  context.tx.put(alarms, free);
  if (suppression?.isHolding) await performActions(context, free);
}
