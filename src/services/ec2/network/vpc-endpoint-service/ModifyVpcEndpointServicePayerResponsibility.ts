/** For good: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServicePayerResponsibility.html */
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { vpcEndpointServiceKind } from './vpc-endpoint-service.ts';

const ACTION = 'ec2:ModifyVpcEndpointServicePayerResponsibility';

export default ec2.operation('ModifyVpcEndpointServicePayerResponsibility', {
  checks: async (context, { ServiceId: id }) => ({
    service: await ownResourceCheck(context, vpcEndpointServiceKind, ACTION, id),
  }),
  async execute({ tx }, { PayerResponsibility: payer }, { service: { record } }) {
    await vpcEndpointServiceKind.records.put(tx, { ...record, payer });
    return { ReturnValue: true };
  },
});
