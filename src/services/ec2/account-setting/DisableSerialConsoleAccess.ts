/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableSerialConsoleAccess.html */
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { changeRegionSettings } from './region-settings.ts';

export default ec2.operation('DisableSerialConsoleAccess', {
  checks: (context) => ({ setting: accountCheck(context, 'ec2:DisableSerialConsoleAccess') }),
  async execute(context) {
    const { serialConsole } = await changeRegionSettings(context.tx, context, { serialConsole: false });
    return { SerialConsoleAccessEnabled: serialConsole };
  },
});
