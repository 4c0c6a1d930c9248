/** Which alarms name an action: what Auto Scaling shows of its policies. */
import type { AlarmDirectory } from '../../../invoke/ports/ports.ts';
import { allActions } from '../action/alarm-action.ts';
import { alarmArn, alarmsOf } from './alarm.ts';

export const alarmDirectory: AlarmDirectory = {
  async byAction(tx, scope) {
    const all = await alarmsOf(tx, scope);
    const named = all.flatMap((alarm) => {
      const { name } = alarm;
      return [...new Set(allActions(alarm.settings))].map((action) => ({
        action,
        alarm: { name, arn: alarmArn(alarm, name) },
      }));
    });
    const byAction = Map.groupBy(named, ({ action }) => action);
    return new Map([...byAction].map(([action, uses]) => [action, uses.map(({ alarm }) => alarm)]));
  },
};
