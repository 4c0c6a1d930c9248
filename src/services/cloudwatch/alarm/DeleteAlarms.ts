/**
 * Deletes alarms, all or none of those that are named.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html
 */
import { cloudwatch } from '../cloudwatch.ts';
import { invalid } from '../errors.ts';
import { record } from '../history/history.ts';
import { emitConfigurationChange } from '../state/alarm-event.ts';
import { alarmCheck, alarms, allAlarmsCheck } from './alarm.ts';

export default cloudwatch.operation('DeleteAlarms', {
  checks: async (context, { AlarmNames }) => ({
    alarms: await Promise.all(
      [...new Set(AlarmNames)].map((name) => alarmCheck(context, 'DeleteAlarms', name)),
    ),
    all: AlarmNames.length > 0 ? undefined : allAlarmsCheck(context, 'DeleteAlarms'),
  }),
  preconditions(_context, _input, { alarms: named }) {
    const composite = named.filter(({ record: { type } }) => type === 'CompositeAlarm');
    if (composite.length > 1) throw invalid('At most one composite alarm can be deleted with one call.');
  },
  async execute(context, _input, { alarms: named }) {
    for (const { record: alarm } of named) {
      context.tx.delete(alarms, [alarm.account, alarm.region, alarm.name]);
      const data = { type: 'Delete', deletedAlarm: alarm.settings };
      await record(context, alarm, 'ConfigurationUpdate', `Alarm "${alarm.name}" deleted`, data);
      emitConfigurationChange(context, 'delete', alarm);
    }
    return {};
  },
});
