/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateDefaultVpc.html. The one before is not restored: all ids are new. */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { createdResources } from '../../resource/arn.ts';
import { accountCheck, newId } from '../../resource/kind.ts';
import { makeDefaultNetwork } from '../default-network.ts';
import { restoreStandardOptions } from '../dhcp-options/dhcp-options.ts';
import { putDefaultNetwork } from '../networked.ts';
import { findDefaultVpc, showVpc } from './vpc.ts';

export default ec2.operation('CreateDefaultVpc', {
  checks: (context) => ({ account: accountCheck(context, 'ec2:CreateDefaultVpc') }),
  async preconditions(context) {
    if (!(await findDefaultVpc(context.tx, context))) return;
    throw new AwsError(
      'DefaultVpcAlreadyExists',
      'A Default VPC already exists for this account in this region.',
    );
  },
  async execute(context) {
    const { account, region, tx, entropy } = context;
    const network = makeDefaultNetwork({ account, region }, (prefix) => newId(entropy, prefix));
    await restoreStandardOptions(tx, context);
    await putDefaultNetwork(tx, network);
    return { Vpc: { ...showVpc(network.vpc, undefined), State: 'pending' as const } };
  },
  audit: { resources: (_input, output, context) => createdResources(context, 'vpc', [output?.Vpc?.VpcId]) },
});
