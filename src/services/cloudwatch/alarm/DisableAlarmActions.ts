/**
 * Switches the actions of alarms off; they still change their states.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DisableAlarmActions.html
 */
import { cloudwatch } from '../cloudwatch.ts';
import { setActionsEnabled } from './enable-actions.ts';
import { namedAlarmChecks } from './named-alarms.ts';

export default cloudwatch.operation('DisableAlarmActions', {
  checks: (context, { AlarmNames }) => namedAlarmChecks(context, 'DisableAlarmActions', AlarmNames),
  async execute(context, _input, { alarms }) {
    await setActionsEnabled(context, alarms, false);
    return {};
  },
});
