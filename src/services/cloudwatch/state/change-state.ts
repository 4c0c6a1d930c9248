/** An alarm comes into another state: history, event, actions, and the composite alarms that look at it. */
import type { EffectContext } from '../../../invoke/context.ts';
import {
  type AlarmRecord,
  type AlarmState,
  alarmArn,
  alarms,
  alarmsOf,
  type StateValue,
} from '../alarm/alarm.ts';
import { alarmsIn, holds, parseAlarmRule } from '../alarm/alarm-rule.ts';
import { record } from '../history/history.ts';
import { emitStateChange, eventTime } from './alarm-event.ts';
import { performUnlessSuppressed, suppressOthers } from './suppression.ts';

type NewState = Omit<AlarmState, 'atMs'>;

/**
 * Names of the alarms that have led here. Where one comes up again the evaluation stops, as AWS does at a cycle, and nowhere else
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html).
 */
type EvaluationPath = ReadonlySet<string>;

export async function changeState(
  context: EffectContext,
  alarm: AlarmRecord,
  to: NewState,
  path: EvaluationPath = new Set(),
): Promise<AlarmRecord> {
  const { tx, nowMs } = context;
  const { state: from } = alarm;
  const isTransition = from.value !== to.value;
  const changed: AlarmRecord = {
    ...alarm,
    state: { ...to, atMs: nowMs },
    transitionedAtMs: isTransition ? nowMs : alarm.transitionedAtMs,
  };
  tx.put(alarms, changed);
  // Only another state asks for actions (aws-facts K10).
  if (!isTransition) return changed;
  await record(context, changed, 'StateUpdate', `Alarm updated from ${from.value} to ${to.value}`, {
    oldState: historyState(from),
    newState: historyState(to),
  });
  emitStateChange(context, changed, from);
  await performUnlessSuppressed(context, changed);
  await suppressOthers(context, changed, from.value);
  await evaluateParents(context, changed, new Set(path).add(alarm.name));
  return changed;
}

const historyState = ({ value, reason, reasonData }: NewState) => ({
  stateValue: value,
  stateReason: reason,
  ...(reasonData !== undefined && { stateReasonData: parsed(reasonData) }),
});

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

/** The composite alarms that name the alarm. */
async function evaluateParents(
  context: EffectContext,
  child: AlarmRecord,
  path: EvaluationPath,
): Promise<void> {
  for (const alarm of await alarmsOf(context.tx, child)) {
    if (alarm.type !== 'CompositeAlarm' || path.has(alarm.name)) continue;
    if (alarmsIn(parseAlarmRule(alarm.settings.AlarmRule)).has(child.name)) {
      await evaluateComposite(context, alarm, childReason(child, context.nowMs), path);
    }
  }
}

const childReason = (child: AlarmRecord, nowMs: number): string =>
  `${alarmArn(child, child.name)} transitioned to ${child.state.value} at ${eventTime(nowMs)}`;

/** What its rule comes to now. Its alarms are there, or were when it was put. */
export async function evaluateComposite(
  context: EffectContext,
  alarm: AlarmRecord & { readonly type: 'CompositeAlarm' },
  reason: string,
  path?: EvaluationPath,
): Promise<AlarmRecord> {
  const states = new Map<string, StateValue>();
  for (const { name, state } of await alarmsOf(context.tx, alarm)) states.set(name, state.value);
  const isAlarm = holds(parseAlarmRule(alarm.settings.AlarmRule), (name) => states.get(name));
  const value = isAlarm ? 'ALARM' : 'OK';
  return value === alarm.state.value ? alarm : changeState(context, alarm, { value, reason }, path);
}
