/** For launches from now on: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyDefaultCreditSpecification.html */
import { AwsError } from '../../../aws/aws-error.ts';
import { DAY_MS, MINUTE_MS } from '../../../platform/durations.ts';
import { changeRegionSettings, readRegionSettings } from '../account-setting/region-settings.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { requireCreditOption } from './default-credits.ts';

/** Of one family in a Region: https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html (UpdateLimitExceeded) */
const PERIODS = [
  { most: 1, withinMs: 5 * MINUTE_MS, said: 'once in a rolling 5-minute period' },
  { most: 4, withinMs: DAY_MS, said: 'four times in a rolling 24-hour period' },
];

export default ec2.operation('ModifyDefaultCreditSpecification', {
  checks: (context) => ({ setting: accountCheck(context, 'ec2:ModifyDefaultCreditSpecification') }),
  async preconditions(context, { InstanceFamily, CpuCredits }) {
    requireCreditOption(CpuCredits);
    const { creditsChosenAtMs: all } = await readRegionSettings(context.tx, context);
    requireSeldom(context.nowMs, all?.[InstanceFamily] ?? []);
  },
  async execute(context, { InstanceFamily, CpuCredits }) {
    const { nowMs } = context;
    const chosen = requireCreditOption(CpuCredits);
    const { credits, creditsChosenAtMs: all } = await readRegionSettings(context.tx, context);
    const times = (all?.[InstanceFamily] ?? []).filter((atMs) => atMs > nowMs - DAY_MS);
    await changeRegionSettings(context.tx, context, {
      credits: { ...credits, [InstanceFamily]: chosen },
      creditsChosenAtMs: { ...all, [InstanceFamily]: [...times, nowMs] },
    });
    return { InstanceFamilyCreditSpecification: { InstanceFamily, CpuCredits } };
  },
});

function requireSeldom(nowMs: number, times: readonly number[]): void {
  const exceeded = PERIODS.find(
    ({ most, withinMs }) => times.filter((atMs) => atMs > nowMs - withinMs).length >= most,
  );
  if (!exceeded) return;
  throw new AwsError(
    'UpdateLimitExceeded',
    `The default credit specification of an instance family can be modified only ${exceeded.said}.`,
  );
}
