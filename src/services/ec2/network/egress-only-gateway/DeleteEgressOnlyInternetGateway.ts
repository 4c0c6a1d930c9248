/** Routes to it lead nowhere then: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteEgressOnlyInternetGateway.html */
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { closeRoutesTo } from '../route-table/route-target.ts';
import { egressOnlyGatewayKind } from './egress-only-gateway.ts';

export default ec2.operation('DeleteEgressOnlyInternetGateway', {
  async checks(context, { EgressOnlyInternetGatewayId: id }) {
    const action = 'ec2:DeleteEgressOnlyInternetGateway';
    return { gateway: await ownResourceCheck(context, egressOnlyGatewayKind, action, id) };
  },
  async execute({ tx }, _input, { gateway: { record } }) {
    await egressOnlyGatewayKind.records.remove(tx, record);
    await closeRoutesTo(tx, record, record.id);
    return { ReturnCode: true };
  },
});
