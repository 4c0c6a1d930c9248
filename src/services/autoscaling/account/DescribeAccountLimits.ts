/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAccountLimits.html */
import { autoscaling } from '../autoscaling.ts';
import { checkAccount, groups } from '../group/group.ts';
import { launchConfigurations } from '../launch-configuration/launch-configuration.ts';
import { MOST_GROUPS, MOST_LAUNCH_CONFIGURATIONS } from './limits.ts';

export default autoscaling.operation('DescribeAccountLimits', {
  readOnly: true,
  checks: (context) => ({ describe: checkAccount(context, 'DescribeAccountLimits') }),
  async execute({ tx, account, region }) {
    const prefix = [account, region];
    return {
      MaxNumberOfAutoScalingGroups: MOST_GROUPS,
      MaxNumberOfLaunchConfigurations: MOST_LAUNCH_CONFIGURATIONS,
      NumberOfAutoScalingGroups: (await tx.list(groups, { prefix })).length,
      NumberOfLaunchConfigurations: (await tx.list(launchConfigurations, { prefix })).length,
    };
  },
});
