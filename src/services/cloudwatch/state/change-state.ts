/** An alarm comes into another state: history, event, actions, and the composite alarms that look at it. */
import type { EffectContext } from '../../../invoke/context.ts';
import {
  type AlarmRecord,
  type AlarmState,
  alarmArn,
  alarms,
  alarmsOf,
  type CompositeAlarmRecord,
  findAlarm,
  type StateValue,
} from '../alarm/alarm.ts';
import { type AlarmRule, alarmsIn, holds, parseAlarmRule } from '../alarm/alarm-rule.ts';
import { record } from '../history/history.ts';
import { emitStateChange, eventTime, longTime } from './alarm-event.ts';
import { parsedReason } from './reason-data.ts';
import { performUnlessSuppressed, suppressOthers } from './suppression.ts';

type NewState = Omit<AlarmState, 'atMs'>;

/** An alarm's new state, and then that of the composite alarms which look at it. */
export async function changeState(
  context: EffectContext,
  alarm: AlarmRecord,
  to: NewState,
): Promise<AlarmRecord> {
  const changed = await enterState(context, alarm, to);
  if (to.value !== alarm.state.value) await evaluateParents(context, changed);
  return changed;
}

async function enterState(context: EffectContext, alarm: AlarmRecord, to: NewState): Promise<AlarmRecord> {
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
  const settled = await performUnlessSuppressed(context, changed);
  emitStateChange(context, settled, alarm);
  await suppressOthers(context, changed, from.value);
  return changed;
}

const historyState = ({ value, reason, reasonData }: NewState) => ({
  stateValue: value,
  stateReason: reason,
  ...(reasonData !== undefined && { stateReasonData: parsedReason(reasonData) }),
});

/**
 * The composite alarms that look at the alarm, directly or through others: each once, after all that it looks at itself, so that
 * no number of alarms takes more than its share. A cycle ends where it began, as AWS has it
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html).
 */
async function evaluateParents(context: EffectContext, origin: AlarmRecord): Promise<void> {
  const all = await alarmsOf(context.tx, origin);
  const rules = new Map(all.filter(isComposite).map(({ name, settings }) => [name, ruleOf(settings)]));
  const states = new Map(all.map(({ name, state }) => [name, state.value]));
  const changed = new Map([[origin.name, origin]]);
  for (const name of inOrder(origin.name, rules)) {
    const { rule, names } = rules.get(name) as Rule;
    const child = [...names].flatMap((each) => changed.get(each) ?? [])[0];
    const value = stateOf(rule, states);
    if (!child || value === states.get(name)) continue;
    // Actions may have been suppressed since all were read.
    const alarm = await findAlarm(context.tx, origin, name);
    if (!alarm) continue;
    changed.set(name, await enterState(context, alarm, { value, ...becauseOf(child) }));
    states.set(name, value);
  }
}

interface Rule {
  readonly rule: AlarmRule;
  /** Of the alarms in it. */
  readonly names: ReadonlySet<string>;
}

const isComposite = (alarm: AlarmRecord): alarm is CompositeAlarmRecord => alarm.type === 'CompositeAlarm';

function ruleOf({ AlarmRule: text }: CompositeAlarmRecord['settings']): Rule {
  const rule = parseAlarmRule(text);
  return { rule, names: alarmsIn(rule) };
}

/** All whose state depends on the alarm's, each behind those on which its own depends. */
function inOrder(origin: string, rules: ReadonlyMap<string, Rule>): readonly string[] {
  const parents = new Map<string, string[]>();
  for (const [name, { names }] of rules) {
    for (const child of names) {
      const known = parents.get(child);
      if (known) known.push(name);
      else parents.set(child, [name]);
    }
  }
  const parentsOf = (name: string) => ({ name, left: parents.get(name) ?? [] });
  const seen = new Set([origin]);
  const done: string[] = [];
  // Depth first, without recursion: a chain may be long.
  const path = [parentsOf(origin)];
  for (let last = path.at(-1); last; last = path.at(-1)) {
    const next = last.left.pop();
    if (next === undefined) {
      done.push(last.name);
      path.pop();
    } else if (!seen.has(next)) {
      seen.add(next);
      path.push(parentsOf(next));
    }
  }
  return done.reverse().slice(1);
}

const becauseOf = (child: AlarmRecord) => ({
  reason: `${alarmArn(child, child.name)} transitioned to ${child.state.value} at ${longTime(child.state.atMs)}`,
  reasonData: triggeredBy([child]),
});

const triggeredBy = (children: readonly AlarmRecord[]): string =>
  JSON.stringify({
    triggeringAlarms: children.map((child) => ({
      arn: alarmArn(child, child.name),
      state: { value: child.state.value, timestamp: eventTime(child.state.atMs) },
    })),
  });

const stateOf = (rule: AlarmRule, states: ReadonlyMap<string, StateValue>): StateValue =>
  holds(rule, (name) => states.get(name)) ? 'ALARM' : 'OK';

/** What its rule comes to now. Its alarms are there, or were when it was put. */
export async function evaluateComposite(
  context: EffectContext,
  alarm: CompositeAlarmRecord,
  how: 'created' | 'updated',
): Promise<AlarmRecord> {
  const all = await alarmsOf(context.tx, alarm);
  const { rule, names } = ruleOf(alarm.settings);
  const value = stateOf(rule, new Map(all.map(({ name, state }) => [name, state.value])));
  if (value === alarm.state.value) return alarm;
  const reason = `${alarmArn(alarm, alarm.name)} was ${how} and its alarm rule evaluates to ${value}`;
  const reasonData = triggeredBy(all.filter(({ name }) => names.has(name)));
  return changeState(context, alarm, { value, reason, reasonData });
}
