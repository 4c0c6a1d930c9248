/**
 * A static route to the customer's network. It is propagated to no route table, since no tunnel is up.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpnConnectionRoute.html
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { parseBlock } from '../address.ts';
import { requireThere, vpnConnectionKind, vpnConnectionLife } from './vpn-connection.ts';

export default ec2.operation('CreateVpnConnectionRoute', {
  checks: async (context, { VpnConnectionId: id }) => ({
    connection: await ownResourceCheck(context, vpnConnectionKind, 'ec2:CreateVpnConnectionRoute', id),
  }),
  preconditions(_context, { DestinationCidrBlock: cidr }, { connection: { record } }) {
    requireThere(record);
    if (!parseBlock(cidr)) {
      throw new AwsError(
        'InvalidParameterValue',
        `Value (${cidr}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.`,
      );
    }
    if (record.isStatic) return;
    throw new AwsError(
      'InvalidParameterCombination',
      `The VPN connection '${record.id}' learns its routes by BGP; static routes need StaticRoutesOnly.`,
    );
  },
  async execute(context, { DestinationCidrBlock: cidr }, { connection: { record } }) {
    const others = record.routes.filter((each) => each.cidr !== cidr);
    await vpnConnectionKind.records.put(context.tx, {
      ...record,
      routes: [...others, { cidr, state: 'pending' }],
    });
    context.schedule(vpnConnectionLife.settleStep, { gatewayId: record.id });
    return {};
  },
});
