/** Alarms that a request lists by their names: each is asked about, and where none is named, all are. */
import type { ResolveContext } from '../../../invoke/context.ts';
import { optional } from '../../../invoke/verdict.ts';
import { alarmCheck, allAlarmsCheck } from './alarm.ts';

export async function namedAlarmChecks(
  context: ResolveContext,
  operation: string,
  names: readonly string[] = [],
) {
  const distinct = [...new Set(names)];
  return {
    alarms: await Promise.all(
      distinct.map(async (name) => optional(await alarmCheck(context, operation, name))),
    ),
    all: distinct.length > 0 ? undefined : allAlarmsCheck(context, operation),
  };
}
