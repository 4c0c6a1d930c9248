/** VPN connections of real accounts. What was on its way when the account was read has arrived by now. */
import { type AdoptKind, adoptedKind } from '../../../invoke/imported/adopted-kind.ts';
import { timeOf } from '../../../invoke/imported/described.ts';
import type { CustomerGateway, VpnConnection } from '../../../shapes/generated/ec2.ts';
import { type VpnConnectionRecord, vpnConnectionKind } from '../network/vpn-connection/vpn-connection.ts';
import { owned } from './owned.ts';

export const VPN_CONNECTIONS: AdoptKind = adoptedKind<VpnConnection, VpnConnectionRecord>(
  'ec2:DescribeVpnConnections',
  'VpnConnections',
  vpnConnectionKind.records,
  (connection, scope, { described }) => {
    const {
      CustomerGatewayId: customerGatewayId = '',
      Options: options = {},
      Routes: routes = [],
    } = connection;
    const answer = described.get('ec2:DescribeCustomerGateways', scope, {});
    const devices = (answer?.output?.CustomerGateways ?? []) as readonly CustomerGateway[];
    const device = devices.find(({ CustomerGatewayId }) => CustomerGatewayId === customerGatewayId);
    return {
      ...owned(scope, connection.VpnConnectionId, connection.Tags),
      state: connection.State?.startsWith('delet') ? 'deleted' : 'available',
      customerGatewayId,
      vpnGatewayId: connection.VpnGatewayId,
      bgpAsn: Number(device?.BgpAsnExtended ?? device?.BgpAsn ?? 0),
      hasCertificate: device?.CertificateArn !== undefined,
      createdAtMs: timeOf(connection.VgwTelemetry?.[0]?.LastStatusChange),
      isStatic: options.StaticRoutesOnly ?? false,
      cidrs: {
        LocalIpv4NetworkCidr: options.LocalIpv4NetworkCidr,
        RemoteIpv4NetworkCidr: options.RemoteIpv4NetworkCidr,
      },
      tunnelBandwidth: options.TunnelBandwidth,
      tunnels: (options.TunnelOptions ?? []).map(
        ({ PreSharedKey: _secret, OutsideIpAddress = '', ...tunnel }) => ({
          ...tunnel,
          OutsideIpAddress,
        }),
      ),
      routes: routes.map(({ DestinationCidrBlock: cidr = '' }) => ({ cidr, state: 'available' as const })),
    };
  },
);
