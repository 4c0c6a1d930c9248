/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableSerialConsoleAccess.html */
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { changeRegionSettings } from './region-settings.ts';

export default ec2.operation('EnableSerialConsoleAccess', {
  checks: (context) => ({ setting: accountCheck(context, 'ec2:EnableSerialConsoleAccess') }),
  async execute(context) {
    const { serialConsole } = await changeRegionSettings(context.tx, context, { serialConsole: true });
    return { SerialConsoleAccessEnabled: serialConsole };
  },
});
