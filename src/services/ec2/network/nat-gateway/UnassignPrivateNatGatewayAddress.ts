/**
 * All but the primary one. Nothing drains, so MaxDrainDurationSeconds is taken and waits for nothing.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnassignPrivateNatGatewayAddress.html
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { natGatewayKind, showNatAddress } from './nat-gateway.ts';
import { letGo, requireAvailable, requireConnectivity } from './nat-gateway-addresses.ts';

export default ec2.operation('UnassignPrivateNatGatewayAddress', {
  checks: async (context, { NatGatewayId }) => ({
    nat: await ownResourceCheck(
      context,
      natGatewayKind,
      'ec2:UnassignPrivateNatGatewayAddress',
      NatGatewayId,
    ),
  }),
  preconditions(_context, { PrivateIpAddresses: ips }, { nat: { record: nat } }) {
    requireAvailable(nat);
    requireConnectivity(nat, 'private');
    if (ips.includes(nat.privateIp)) {
      throw new AwsError('InvalidParameterValue', 'The primary private IP address cannot be unassigned.');
    }
    const known = (nat.secondary ?? []).map(({ privateIp }) => privateIp);
    const foreign = ips.find((ip) => !known.includes(ip));
    if (foreign === undefined) return;
    throw new AwsError('InvalidParameterValue', `${foreign} is not an address of the NAT gateway ${nat.id}.`);
  },
  async execute(context, { PrivateIpAddresses: ips }, { nat: { record } }) {
    const { nat, going } = letGo(context, record, 'unassigning', ({ privateIp }) => ips.includes(privateIp));
    await natGatewayKind.records.put(context.tx, nat);
    return { NatGatewayId: nat.id, NatGatewayAddresses: going.map((each) => showNatAddress(nat, each)) };
  },
});
