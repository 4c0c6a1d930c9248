/**
 * What the customer's device is to be told, in AWS's XML, while the connection is there. Whoever manages VPN connections reads
 * the addresses of the tunnels from it: Terraform's provider changes no tunnel whose address it does not find there.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpnConnection.html (F48)
 */
import type { TunnelOption } from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { findResource } from '../../resource/kind.ts';
import { formatIpv4, parseBlock } from '../address.ts';
import { customerGatewayKind } from '../customer-gateway/customer-gateway.ts';
import { type GatewayRecord, isThere } from '../gateway-life.ts';
import { vpnGatewayKind } from '../vpn-gateway/vpn-gateway.ts';

type Xml = { readonly [element: string]: string | number | undefined | Xml | readonly Xml[] };

/** With AWS's defaults, which a tunnel's options narrow without any effect here. */
const IKE = {
  authentication_protocol: 'sha1',
  encryption_protocol: 'aes-128-cbc',
  lifetime: 28_800,
  perfect_forward_secrecy: 'group2',
  mode: 'main',
};
const IPSEC = {
  protocol: 'esp',
  authentication_protocol: 'hmac-sha1-96',
  encryption_protocol: 'aes-128-cbc',
  lifetime: 3_600,
  perfect_forward_secrecy: 'group2',
  mode: 'tunnel',
  clear_df_bit: 'true',
  fragmentation_before_encryption: 'true',
  tcp_mss_adjustment: 1_379,
  dead_peer_detection: { interval: 10, retries: 3 },
};
const BGP_HOLD_SECONDS = 30;

interface Connection extends GatewayRecord {
  readonly customerGatewayId: string;
  readonly vpnGatewayId?: string;
  readonly bgpAsn: number;
  readonly isStatic: boolean;
}

/** `tunnels` are shown with their keys. */
export async function deviceConfiguration(
  tx: ReadTransaction,
  connection: Connection,
  tunnels: readonly TunnelOption[],
): Promise<string | undefined> {
  if (!isThere(connection)) return undefined;
  const { vpnGatewayId, customerGatewayId } = connection;
  const device = await findResource(tx, customerGatewayKind, connection, customerGatewayId);
  const gateway = vpnGatewayId ? await findResource(tx, vpnGatewayKind, connection, vpnGatewayId) : undefined;
  const bgp = (asn: number | undefined) =>
    connection.isStatic || asn === undefined ? undefined : { asn, hold_time: BGP_HOLD_SECONDS };
  const configured = tunnels.map((tunnel): Xml => {
    const [gatewayInside, deviceInside] = insideOf(tunnel);
    return {
      customer_gateway: {
        tunnel_outside_address: { ip_address: device?.ipAddress },
        tunnel_inside_address: deviceInside,
        bgp: bgp(connection.bgpAsn),
      },
      vpn_gateway: {
        tunnel_outside_address: { ip_address: tunnel.OutsideIpAddress },
        tunnel_inside_address: gatewayInside,
        bgp: bgp(gateway?.amazonSideAsn),
      },
      ike: {
        ...IKE,
        lifetime: tunnel.Phase1LifetimeSeconds ?? IKE.lifetime,
        pre_shared_key: tunnel.PreSharedKey,
      },
      ipsec: { ...IPSEC, lifetime: tunnel.Phase2LifetimeSeconds ?? IPSEC.lifetime },
    };
  });
  const body = xmlOf({
    customer_gateway_id: customerGatewayId,
    vpn_gateway_id: vpnGatewayId,
    vpn_connection_type: 'ipsec.1',
    vpn_connection_attributes: connection.isStatic ? 'NoBGPVPNConnection' : undefined,
    ipsec_tunnel: configured,
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<vpn_connection id="${connection.id}">\n${body}</vpn_connection>`;
}

/** Of a block's two usable addresses AWS has the first, the device the second. */
function insideOf({ TunnelInsideCidr }: TunnelOption): readonly (Xml | undefined)[] {
  const block = TunnelInsideCidr === undefined ? undefined : parseBlock(TunnelInsideCidr);
  if (!block) return [];
  return [1, 2].map((offset) => ({
    ip_address: formatIpv4(block.first + offset),
    network_mask: '255.255.255.252',
    network_cidr: 30,
  }));
}

/** No value that stands here needs to be escaped: they are ids, addresses, numbers and keys of letters, digits, `.` and `_`. */
function xmlOf(elements: Xml, indent = '  '): string {
  const lines = Object.entries(elements).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (typeof value !== 'object') return `${indent}<${name}>${value}</${name}>\n`;
    const all: readonly Xml[] = Array.isArray(value) ? value : [value];
    return all.map((each) => `${indent}<${name}>\n${xmlOf(each, `${indent}  `)}${indent}</${name}>\n`);
  });
  return lines.join('');
}
