/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNatGateway.html */
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { natGatewayKind } from './nat-gateway.ts';
import { deleteNatGatewayStep } from './nat-gateway-workflows.ts';

export default ec2.operation('DeleteNatGateway', {
  async checks(context, input) {
    const action = 'ec2:DeleteNatGateway';
    return { nat: await ownResourceCheck(context, natGatewayKind, action, input.NatGatewayId) };
  },
  async execute(context, _input, { nat: { record: nat } }) {
    if (nat.state !== 'deleting' && nat.state !== 'deleted') {
      await natGatewayKind.records.put(context.tx, { ...nat, state: 'deleting' });
      context.schedule(deleteNatGatewayStep, { natGatewayId: nat.id });
    }
    return { NatGatewayId: nat.id };
  },
});
