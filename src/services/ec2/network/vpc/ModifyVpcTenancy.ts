/**
 * From dedicated to default: nothing else is possible, and only what is launched later follows.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcTenancy.html
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { vpcs } from '../networked.ts';
import { vpcKind } from './vpc.ts';

export default ec2.operation('ModifyVpcTenancy', {
  checks: async (context, { VpcId }) => ({
    vpc: await ownResourceCheck(context, vpcKind, 'ec2:ModifyVpcTenancy', VpcId),
  }),
  preconditions(_context, _input, { vpc: { record } }) {
    if (record.tenancy !== 'default') return;
    // https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html (InvalidTenancy)
    throw new AwsError(
      'InvalidTenancy',
      `The tenancy of the VPC '${record.id}' is default and cannot be modified.`,
    );
  },
  async execute({ tx }, _input, { vpc: { record } }) {
    await vpcs.put(tx, { ...record, tenancy: 'default' });
    return { ReturnValue: true };
  },
});
