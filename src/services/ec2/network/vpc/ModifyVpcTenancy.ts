/**
 * From dedicated to default: nothing else is possible, and only what is launched later follows.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcTenancy.html
 */
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { vpcs } from '../networked.ts';
import { vpcKind } from './vpc.ts';

export default ec2.operation('ModifyVpcTenancy', {
  checks: async (context, { VpcId }) => ({
    vpc: await ownResourceCheck(context, vpcKind, 'ec2:ModifyVpcTenancy', VpcId),
  }),
  async execute({ tx }, _input, { vpc: { record } }) {
    await vpcs.put(tx, { ...record, tenancy: 'default' });
    return { ReturnValue: true };
  },
});
