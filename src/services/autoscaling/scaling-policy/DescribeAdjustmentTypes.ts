/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAdjustmentTypes.html */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { autoscaling } from '../autoscaling.ts';
import { ADJUSTMENT_TYPES } from './scaling-policy.ts';

export default autoscaling.operation('DescribeAdjustmentTypes', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'autoscaling:DescribeAdjustmentTypes') }),
  execute: () => ({ AdjustmentTypes: ADJUSTMENT_TYPES.map((AdjustmentType) => ({ AdjustmentType })) }),
});
