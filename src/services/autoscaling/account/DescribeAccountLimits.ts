/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAccountLimits.html */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { autoscaling } from '../autoscaling.ts';
import { groups } from '../group/group.ts';
import { launchConfigurations } from '../launch-configuration/launch-configuration.ts';
import { MAX_GROUPS, MAX_LAUNCH_CONFIGURATIONS } from './limits.ts';

export default autoscaling.operation('DescribeAccountLimits', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'autoscaling:DescribeAccountLimits') }),
  async execute({ tx, account, region }) {
    const prefix = [account, region];
    return {
      MaxNumberOfAutoScalingGroups: MAX_GROUPS,
      MaxNumberOfLaunchConfigurations: MAX_LAUNCH_CONFIGURATIONS,
      NumberOfAutoScalingGroups: (await tx.list(groups, { prefix })).length,
      NumberOfLaunchConfigurations: (await tx.list(launchConfigurations, { prefix })).length,
    };
  },
});
