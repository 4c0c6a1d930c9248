/**
 * Switches the actions of alarms on; they still change their states.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_EnableAlarmActions.html
 */
import { cloudwatch } from '../cloudwatch.ts';
import { setActionsEnabled } from './enable-actions.ts';
import { namedAlarmChecks } from './named-alarms.ts';

export default cloudwatch.operation('EnableAlarmActions', {
  checks: (context, { AlarmNames }) => namedAlarmChecks(context, 'EnableAlarmActions', AlarmNames),
  async execute(context, _input, { alarms }) {
    await setActionsEnabled(context, alarms, true);
    return {};
  },
});
