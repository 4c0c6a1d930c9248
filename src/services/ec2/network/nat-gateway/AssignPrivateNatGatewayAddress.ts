/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssignPrivateNatGatewayAddress.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { natGatewayKind } from './nat-gateway.ts';
import {
  addAddresses,
  requireAddable,
  requireAvailable,
  requireConnectivity,
} from './nat-gateway-addresses.ts';

const ACTION = 'ec2:AssignPrivateNatGatewayAddress';

export default ec2.operation('AssignPrivateNatGatewayAddress', {
  checks: async (context, { NatGatewayId }) => ({
    nat: await ownResourceCheck(context, natGatewayKind, ACTION, NatGatewayId),
  }),
  async preconditions({ tx }, input, { nat: { record: nat } }) {
    const { PrivateIpAddresses: named = [], PrivateIpAddressCount: count = 0 } = input;
    if (named.length === 0 && count === 0) {
      throw new AwsError(
        'MissingParameter',
        'The request must contain the parameter privateIpAddresses or privateIpAddressCount',
      );
    }
    requireAvailable(nat);
    requireConnectivity(nat, 'private');
    await requireAddable(tx, nat, { named, count }, 1 + (nat.secondary ?? []).length);
  },
  async execute(context, input, { nat: { record } }) {
    const { PrivateIpAddresses: named, PrivateIpAddressCount: count } = input;
    return addAddresses(context, record, { named, count });
  },
});
