/** A VPN connection between a virtual private gateway and a customer's device. Its tunnels never come up: nothing passes. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { Scope } from '../../../../aws/scope.ts';
import type { Vault } from '../../../../service-kit/vault.ts';
import type {
  TunnelOption,
  VpnConnection,
  VpnConnectionOptions,
  VpnStaticRoute,
} from '../../../../shapes/generated/ec2.ts';
import { type ReadTransaction, table } from '../../../../store/store.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { listResources, notFoundError, storedKind } from '../../resource/kind.ts';
import { wholeSeconds } from '../../whole-seconds.ts';
import { parseBlock } from '../address.ts';
import { type GatewayRecord, gatewayLife, isThere } from '../gateway-life.ts';
import { deviceConfiguration } from './device-configuration.ts';
import { openKey, type Tunnel } from './tunnel.ts';

export interface VpnConnectionRecord extends GatewayRecord {
  readonly customerGatewayId: string;
  readonly vpnGatewayId?: string;
  readonly bgpAsn: number;
  /** The device is known by a certificate, not by pre-shared keys. */
  readonly hasCertificate: boolean;
  readonly createdAtMs: number;
  readonly isStatic: boolean;
  readonly cidrs: Pick<VpnConnectionOptions, 'LocalIpv4NetworkCidr' | 'RemoteIpv4NetworkCidr'>;
  readonly tunnelBandwidth?: VpnConnectionOptions['TunnelBandwidth'];
  readonly tunnels: readonly Tunnel[];
  readonly routes: readonly { readonly cidr: string; readonly state: 'pending' | 'available' | 'deleting' }[];
}

export const ANYWHERE = '0.0.0.0/0';

export const vpnConnectionKind = storedKind<VpnConnectionRecord>({
  type: 'vpn-connection',
  prefix: 'vpn',
  table: table<VpnConnectionRecord>()({
    name: 'ec2.vpn-connections',
    key: ({ account, region, id }) => [account, region, id],
  }),
  notFound: (ids) => notFoundError('InvalidVpnConnectionID.NotFound', 'vpnConnection ID', ids),
  malformed: (id) => new AwsError('InvalidVpnConnectionID', `Invalid id: "${id}" (expecting "vpn-...")`),
  conditions: (connection) => vpnConditions(connection),
});

export const vpnConnectionLife = gatewayLife(vpnConnectionKind, (connection) => ({
  ...connection,
  state: connection.state === 'pending' ? 'available' : connection.state,
  routes: connection.routes
    .filter(({ state }) => state !== 'deleting')
    .map(({ cidr }) => ({ cidr, state: 'available' as const })),
}));

type Described = Pick<VpnConnectionRecord, 'vpnGatewayId' | 'hasCertificate' | 'isStatic'> & {
  readonly tunnels: readonly Partial<Tunnel>[];
};

/** What of its tunnels policies ask for, and as what (https://docs.aws.amazon.com/vpn/latest/s2svpn/vpn-authentication-access-control.html). */
const TUNNEL_KEYS: Readonly<Record<string, keyof Tunnel>> = {
  DPDTimeoutSeconds: 'DpdTimeoutSeconds',
  IKEVersions: 'IkeVersions',
  InsideTunnelCidr: 'TunnelInsideCidr',
  InsideTunnelIpv6Cidr: 'TunnelInsideIpv6Cidr',
  Phase1DHGroup: 'Phase1DHGroupNumbers',
  Phase1EncryptionAlgorithms: 'Phase1EncryptionAlgorithms',
  Phase1IntegrityAlgorithms: 'Phase1IntegrityAlgorithms',
  Phase1LifetimeSeconds: 'Phase1LifetimeSeconds',
  Phase2DHGroup: 'Phase2DHGroupNumbers',
  Phase2EncryptionAlgorithms: 'Phase2EncryptionAlgorithms',
  Phase2IntegrityAlgorithms: 'Phase2IntegrityAlgorithms',
  Phase2LifetimeSeconds: 'Phase2LifetimeSeconds',
  RekeyFuzzPercentage: 'RekeyFuzzPercentage',
  RekeyMarginTimeSeconds: 'RekeyMarginTimeSeconds',
  ReplayWindowSizePackets: 'ReplayWindowSize',
};

export function vpnConditions({ vpnGatewayId, hasCertificate, isStatic, tunnels }: Described) {
  const ofTunnels = Object.entries(TUNNEL_KEYS).map(([key, member]) => {
    const values = tunnels.flatMap((tunnel) => textsOf(tunnel[member]));
    return [`ec2:${key}`, values.length > 0 ? [...new Set(values)] : undefined] as const;
  });
  return {
    ...Object.fromEntries(ofTunnels),
    'ec2:AuthenticationType': hasCertificate ? 'certificates' : 'Pre-shared-keys',
    'ec2:GatewayType': vpnGatewayId && 'VGW',
    'ec2:RoutingType': isStatic ? 'Static' : 'BGP',
  };
}

const textsOf = (value: unknown): string[] =>
  value === undefined
    ? []
    : Array.isArray(value)
      ? value.map((each: { readonly Value?: unknown }) => String(each.Value))
      : [String(value)];

export const connectionsOf = async (
  tx: ReadTransaction,
  scope: Scope,
  isIts: (connection: VpnConnectionRecord) => boolean,
): Promise<readonly VpnConnectionRecord[]> =>
  (await listResources(tx, vpnConnectionKind, scope)).filter((each) => isThere(each) && isIts(each));

/** Throws where a gateway that is to go has VPN connections. */
export async function requireNoConnections(
  tx: ReadTransaction,
  gateway: GatewayRecord,
  member: 'customerGatewayId' | 'vpnGatewayId',
): Promise<void> {
  const [connection] = await connectionsOf(tx, gateway, (each) => each[member] === gateway.id);
  if (!connection) return;
  throw new AwsError('IncorrectState', `The gateway '${gateway.id}' is in use by ${connection.id}.`);
}

export function requireThere(connection: VpnConnectionRecord): void {
  if (isThere(connection)) return;
  throw new AwsError('IncorrectState', `The vpnConnection '${connection.id}' is ${connection.state}.`);
}

export function requireBlocks({
  LocalIpv4NetworkCidr: local,
  RemoteIpv4NetworkCidr: remote,
}: VpnConnectionRecord['cidrs']): void {
  const wrong = [local, remote].find((cidr) => cidr !== undefined && !parseBlock(cidr));
  if (wrong !== undefined) throw new AwsError('InvalidParameterValue', `The CIDR '${wrong}' is invalid.`);
}

const showRoute = ({ cidr, state }: VpnConnectionRecord['routes'][number]): VpnStaticRoute => ({
  DestinationCidrBlock: cidr,
  Source: 'Static',
  State: state,
});

/** With its keys, which AWS shows to its owner, too, but where the device has a certificate instead. */
export async function showVpnConnection(
  context: Vault & { readonly tx: ReadTransaction },
  connection: VpnConnectionRecord,
): Promise<VpnConnection> {
  const tunnels = connection.tunnels.map(({ sealedKey, ...tunnel }) => ({
    ...tunnel,
    PreSharedKey: connection.hasCertificate ? undefined : openKey<string>(context, sealedKey),
  }));
  return {
    ...shownOf(connection, tunnels),
    CustomerGatewayConfiguration: await deviceConfiguration(context.tx, connection, tunnels),
  };
}

const shownOf = (connection: VpnConnectionRecord, tunnels: readonly TunnelOption[]): VpnConnection => ({
  VpnConnectionId: connection.id,
  State: connection.state,
  Type: 'ipsec.1',
  Category: 'VPN',
  CustomerGatewayId: connection.customerGatewayId,
  VpnGatewayId: connection.vpnGatewayId,
  GatewayAssociationState: connection.vpnGatewayId ? 'associated' : 'not-associated',
  Options: {
    EnableAcceleration: false,
    StaticRoutesOnly: connection.isStatic,
    ...connection.cidrs,
    OutsideIpAddressType: 'PublicIpv4',
    TunnelInsideIpVersion: 'ipv4',
    TunnelOptions: [...tunnels],
    TunnelBandwidth: connection.tunnelBandwidth,
  },
  Routes: connection.routes.map(showRoute),
  VgwTelemetry: connection.tunnels.map(({ OutsideIpAddress }) => ({
    OutsideIpAddress,
    Status: 'DOWN',
    StatusMessage: 'IPSEC IS DOWN',
    LastStatusChange: wholeSeconds(connection.createdAtMs),
    AcceptedRouteCount: 0,
  })),
  Tags: [...connection.tags],
});

export const vpnConnectionFilters: FilterFields<VpnConnectionRecord> = {
  'bgp-asn': ({ bgpAsn }) => bgpAsn,
  'customer-gateway-configuration': () => undefined,
  'customer-gateway-id': ({ customerGatewayId }) => customerGatewayId,
  'option.static-routes-only': ({ isStatic }) => isStatic,
  'route.destination-cidr-block': ({ routes }) => routes.map(({ cidr }) => cidr),
  state: ({ state }) => state,
  'transit-gateway-id': () => undefined,
  type: () => 'ipsec.1',
  'vpn-connection-id': ({ id }) => id,
  'vpn-gateway-id': ({ vpnGatewayId }) => vpnGatewayId,
};
