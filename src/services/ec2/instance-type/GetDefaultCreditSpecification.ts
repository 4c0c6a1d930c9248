/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetDefaultCreditSpecification.html */
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { defaultCredits } from './default-credits.ts';

export default ec2.operation('GetDefaultCreditSpecification', {
  readOnly: true,
  checks: (context) => ({ setting: accountCheck(context, 'ec2:GetDefaultCreditSpecification') }),
  async execute(context, { InstanceFamily }) {
    const CpuCredits = await defaultCredits(context.tx, context, InstanceFamily);
    return { InstanceFamilyCreditSpecification: { InstanceFamily, CpuCredits } };
  },
});
