/** Actions of alarms switched on and off. Names of alarms that are not there are passed over. */
import type { ExecuteContext } from '../../../invoke/context.ts';
import type { AlarmRecord } from './alarm.ts';
import { keepAlarm } from './put-alarm.ts';

export async function setActionsEnabled(
  context: ExecuteContext,
  alarms: readonly { readonly record: AlarmRecord | undefined }[],
  actionsEnabled: boolean,
): Promise<void> {
  for (const { record } of alarms) {
    if (!record || record.actionsEnabled === actionsEnabled) continue;
    await keepAlarm(context, { ...record, actionsEnabled, configuredAtMs: context.nowMs }, record);
  }
}
