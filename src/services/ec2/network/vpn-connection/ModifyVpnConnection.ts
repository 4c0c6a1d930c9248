/** Other gateways at either end: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpnConnection.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { attributeConditions } from '../../resource/attribute-conditions.ts';
import { ownResourceCheck, requireResource } from '../../resource/kind.ts';
import { customerGatewayKind } from '../customer-gateway/customer-gateway.ts';
import { vpnGatewayKind } from '../vpn-gateway/vpn-gateway.ts';
import { requireThere, showVpnConnection, vpnConnectionKind, vpnConnectionLife } from './vpn-connection.ts';

const ACTION = 'ec2:ModifyVpnConnection';

export default ec2.operation('ModifyVpnConnection', {
  unserved: ['TransitGatewayId'],
  async checks(context, { VpnConnectionId: id, CustomerGatewayId, VpnGatewayId }) {
    const conditions = () => attributeConditions({ CustomerGatewayId, VpnGatewayId });
    return { connection: await ownResourceCheck(context, vpnConnectionKind, ACTION, id, conditions) };
  },
  async preconditions(context, { CustomerGatewayId, VpnGatewayId }, { connection: { record } }) {
    if (!CustomerGatewayId && !VpnGatewayId) {
      throw new AwsError(
        'MissingParameter',
        'The request must name a gateway that the connection is to have.',
      );
    }
    requireThere(record);
    if (CustomerGatewayId) await requireResource(context.tx, customerGatewayKind, context, CustomerGatewayId);
    if (VpnGatewayId) await requireResource(context.tx, vpnGatewayKind, context, VpnGatewayId);
  },
  async execute(context, { CustomerGatewayId, VpnGatewayId }, { connection: { record } }) {
    const customer = await requireResource(
      context.tx,
      customerGatewayKind,
      context,
      CustomerGatewayId ?? record.customerGatewayId,
    );
    const changed = {
      ...record,
      state: 'pending' as const,
      customerGatewayId: customer.id,
      bgpAsn: customer.bgpAsn,
      hasCertificate: customer.certificateArn !== undefined,
      vpnGatewayId: VpnGatewayId ?? record.vpnGatewayId,
    };
    await vpnConnectionKind.records.put(context.tx, changed);
    context.schedule(vpnConnectionLife.settleStep, { gatewayId: record.id });
    return { VpnConnection: await showVpnConnection(context, changed) };
  },
});
