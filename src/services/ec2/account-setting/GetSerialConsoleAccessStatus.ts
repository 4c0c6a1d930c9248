/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetSerialConsoleAccessStatus.html */
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { readRegionSettings } from './region-settings.ts';

export default ec2.operation('GetSerialConsoleAccessStatus', {
  readOnly: true,
  checks: (context) => ({ setting: accountCheck(context, 'ec2:GetSerialConsoleAccessStatus') }),
  async execute(context) {
    const { serialConsole } = await readRegionSettings(context.tx, context);
    return { SerialConsoleAccessEnabled: serialConsole, ManagedBy: 'account' };
  },
});
