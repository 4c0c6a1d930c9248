/** Access that has an end, or a beginning, and freezes that have one: that is moved, and the rule stays. */
import { DAY_MS } from '../../platform/durations.ts';
import type { ConditionTrace, StatementTrace } from '../../policy/trace.ts';
import type { Conditions, ValueFix } from './fixes.ts';

const OF_TIME = /^Date(Less|Greater)Than(?:Equals)?(?:IfExists)?$/;

/** On which side of the call the date comes to lie. */
function movedDate(
  { operator, key, actual, expected }: ConditionTrace,
  nowMs: number,
  side: 'Less' | 'Greater',
): { readonly from: string; readonly to: string } | undefined {
  const [, than] = OF_TIME.exec(operator) ?? [];
  const [from, ...others] = expected;
  const calledMs = Date.parse(actual?.[0] ?? '');
  if (!than || key.toLowerCase() !== 'aws:currenttime' || from === undefined || others.length > 0)
    return undefined;
  if (Number.isNaN(calledMs)) return undefined;
  const isLater = than === side;
  const ms = isLater ? Math.max(nowMs, calledMs) + DAY_MS : Math.min(nowMs, calledMs) - 1000;
  return { from, to: `${new Date(ms).toISOString().slice(0, 19)}Z` };
}

/** Of an Allow whose time is over, or has not come. */
export function dateFix(condition: ConditionTrace, nowMs: number): ValueFix | undefined {
  const moved = movedDate(condition, nowMs, 'Less');
  if (!moved) return undefined;
  const { from, to } = moved;
  const how = condition.operator.startsWith('DateLess')
    ? `move the end, which was ${from} (here to a day from now; nothing else changes)`
    : `move the beginning, which is ${from} (here to the call; or wait until then)`;
  return { how, apply: (all) => withDate(all, condition, to) };
}

/** Of a Deny that began, or has not ended, and asks for nothing else. */
export function movedFreezes(
  { conditions = [] }: StatementTrace,
  written: Conditions = {},
  nowMs: number,
): { readonly why: string; readonly Condition: Conditions }[] {
  return conditions.flatMap((condition) => {
    const moved = conditions.length === 1 ? movedDate(condition, nowMs, 'Greater') : undefined;
    if (!moved) return [];
    const { from, to } = moved;
    const why = condition.operator.startsWith('DateGreater')
      ? `begins later than ${from} (here a day from now)`
      : `ended before the call, and not at ${from} (or wait until then)`;
    return [{ why, Condition: withDate(written, condition, to) }];
  });
}

function withDate(all: Conditions, { operator, key }: ConditionTrace, date: string): Conditions {
  const block = all[operator];
  const name = Object.keys(block ?? {}).find((each) => each.toLowerCase() === key.toLowerCase());
  return block && name ? { ...all, [operator]: { ...block, [name]: date } } : all;
}
