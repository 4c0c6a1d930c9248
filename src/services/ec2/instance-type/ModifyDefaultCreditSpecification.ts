/** For launches from now on: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyDefaultCreditSpecification.html */
import { AwsError } from '../../../aws/aws-error.ts';
import { changeRegionSettings, readRegionSettings } from '../account-setting/region-settings.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { CREDITS } from './default-credits.ts';

export default ec2.operation('ModifyDefaultCreditSpecification', {
  checks: (context) => ({ setting: accountCheck(context, 'ec2:ModifyDefaultCreditSpecification') }),
  async execute(context, { InstanceFamily, CpuCredits }) {
    const chosen = CREDITS.find((each) => each === CpuCredits);
    if (!chosen) {
      throw new AwsError(
        'InvalidParameterValue',
        `Value (${CpuCredits}) for parameter cpuCredits is invalid. Expected ${CREDITS.join(' or ')}.`,
      );
    }
    const { credits } = await readRegionSettings(context.tx, context);
    await changeRegionSettings(context.tx, context, { credits: { ...credits, [InstanceFamily]: chosen } });
    return { InstanceFamilyCreditSpecification: { InstanceFamily, CpuCredits } };
  },
});
