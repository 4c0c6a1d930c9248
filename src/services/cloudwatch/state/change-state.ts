/** An alarm comes into another state: history, event, actions, and the composite alarms that look at it. */
import type { EffectContext } from '../../../invoke/context.ts';
import { compareText } from '../../../platform/compare-text.ts';
import {
  type AlarmRecord,
  type AlarmState,
  alarmArn,
  alarms,
  type CompositeAlarmRecord,
  findAlarm,
  ruleOfAlarm,
} from '../alarm/alarm.ts';
import { type AlarmRule, holds, type Rule } from '../alarm/alarm-rule.ts';
import type { StateValue } from '../alarm/alarm-state.ts';
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
  const rules = await rulesAbove(context, origin);
  const states = await statesOf(
    context,
    [...rules.values()].flatMap(({ names }) => [...names]),
  );
  const changed = new Map([[origin.name, origin]]);
  for (const name of inOrder(origin.name, rules)) {
    const { rule, names } = rules.get(name) as Rule;
    const child = [...names].flatMap((each) => changed.get(each) ?? [])[0];
    const value = stateOf(rule, states);
    const alarm = await findAlarm(context.tx, origin, name);
    if (!child || !alarm || value === alarm.state.value) continue;
    changed.set(name, await enterState(context, alarm, { value, ...becauseOf(child) }));
    states.set(name, value);
  }
}

/** Of the composite alarms that look at the alarm, directly or through others; in the order of their names. */
async function rulesAbove({ tx }: EffectContext, origin: AlarmRecord): Promise<ReadonlyMap<string, Rule>> {
  const { account, region, name: first } = origin;
  const found = new Map<string, Rule>();
  const names = [first];
  for (const child of names) {
    for (const parent of await tx.find(alarms, 'child', { prefix: [account, region, child] })) {
      const rule = ruleOfAlarm(parent);
      if (!rule || found.has(parent.name)) continue;
      found.set(parent.name, rule);
      names.push(parent.name);
    }
  }
  return new Map([...found].sort(([one], [other]) => compareText(one, other)));
}

async function statesOf(context: EffectContext, names: Iterable<string>): Promise<Map<string, StateValue>> {
  const states = new Map<string, StateValue>();
  for (const name of new Set(names)) {
    const alarm = await findAlarm(context.tx, context, name);
    if (alarm) states.set(name, alarm.state.value);
  }
  return states;
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
  const { rule, names } = ruleOfAlarm(alarm) as Rule;
  const value = stateOf(rule, await statesOf(context, names));
  if (value === alarm.state.value) return alarm;
  const reason = `${alarmArn(alarm, alarm.name)} was ${how} and its alarm rule evaluates to ${value}`;
  const children = [...names].sort(compareText).map((name) => findAlarm(context.tx, alarm, name));
  const reasonData = triggeredBy((await Promise.all(children)).filter((child) => child !== undefined));
  return changeState(context, alarm, { value, reason, reasonData });
}
