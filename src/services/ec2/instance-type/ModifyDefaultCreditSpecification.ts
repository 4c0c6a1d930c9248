/** For launches from now on: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyDefaultCreditSpecification.html */
import { changeRegionSettings, readRegionSettings } from '../account-setting/region-settings.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { requireCreditOption } from './default-credits.ts';

export default ec2.operation('ModifyDefaultCreditSpecification', {
  checks: (context) => ({ setting: accountCheck(context, 'ec2:ModifyDefaultCreditSpecification') }),
  async execute(context, { InstanceFamily, CpuCredits }) {
    const chosen = requireCreditOption(CpuCredits);
    const { credits } = await readRegionSettings(context.tx, context);
    await changeRegionSettings(context.tx, context, { credits: { ...credits, [InstanceFamily]: chosen } });
    return { InstanceFamilyCreditSpecification: { InstanceFamily, CpuCredits } };
  },
});
