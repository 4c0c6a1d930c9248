/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpnConnectionRoute.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { vpnConnectionKind, vpnConnectionLife } from './vpn-connection.ts';

export default ec2.operation('DeleteVpnConnectionRoute', {
  checks: async (context, { VpnConnectionId: id }) => ({
    connection: await ownResourceCheck(context, vpnConnectionKind, 'ec2:DeleteVpnConnectionRoute', id),
  }),
  preconditions(_context, { DestinationCidrBlock: cidr }, { connection: { record } }) {
    if (record.routes.some((each) => each.cidr === cidr)) return;
    throw new AwsError(
      'InvalidRoute.NotFound',
      `no route with destination-cidr-block ${cidr} in ${record.id}`,
    );
  },
  async execute(context, { DestinationCidrBlock: cidr }, { connection: { record } }) {
    const routes = record.routes.map((each) =>
      each.cidr === cidr ? { ...each, state: 'deleting' as const } : each,
    );
    await vpnConnectionKind.records.put(context.tx, { ...record, routes });
    context.schedule(vpnConnectionLife.settleStep, { gatewayId: record.id });
    return {};
  },
});
