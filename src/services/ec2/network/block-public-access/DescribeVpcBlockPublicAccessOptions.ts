/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcBlockPublicAccessOptions.html */
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { showBlockOptions } from './block-public-access.ts';

export default ec2.operation('DescribeVpcBlockPublicAccessOptions', {
  readOnly: true,
  checks: (context) => ({ options: accountCheck(context, 'ec2:DescribeVpcBlockPublicAccessOptions') }),
  execute: async (context) => ({
    VpcBlockPublicAccessOptions: await showBlockOptions(context.tx, context),
  }),
});
