/**
 * Puts an alarm into a state, and has its actions carried out where that is another than before. Since there are no
 * metrics here, it stays until it is set anew.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { alarmCheck } from '../alarm/alarm.ts';
import { cloudwatch } from '../cloudwatch.ts';
import { changeState } from './change-state.ts';

export default cloudwatch.operation('SetAlarmState', {
  async checks(context, { AlarmName }) {
    return { alarm: await alarmCheck(context, 'SetAlarmState', AlarmName) };
  },
  preconditions(_context, { StateReasonData: data }) {
    if (data === undefined) return;
    try {
      JSON.parse(data);
    } catch {
      throw new AwsError('InvalidFormat', 'StateReasonData is not valid JSON.');
    }
  },
  async execute(context, { StateValue: value, StateReason: reason, StateReasonData: reasonData }, { alarm }) {
    await changeState(context, alarm.record, { value, reason, reasonData });
    return {};
  },
});
