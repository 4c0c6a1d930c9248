/** A customer gateway: what AWS is told of the device at the other end of a VPN connection. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { CustomerGateway } from '../../../../shapes/generated/ec2.ts';
import { table } from '../../../../store/store.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { notFoundError, storedKind } from '../../resource/kind.ts';
import { type GatewayRecord, gatewayLife } from '../gateway-life.ts';

/** What two gateways may not have in common. */
export interface CustomerDevice {
  readonly bgpAsn: number;
  readonly ipAddress?: string;
  readonly certificateArn?: string;
  readonly deviceName?: string;
}

export interface CustomerGatewayRecord extends GatewayRecord, CustomerDevice {}

export const customerGatewayKind = storedKind<CustomerGatewayRecord>({
  type: 'customer-gateway',
  prefix: 'cgw',
  table: table<CustomerGatewayRecord>()({
    name: 'ec2.customer-gateways',
    key: ({ account, region, id }) => [account, region, id],
  }),
  notFound: (ids) => notFoundError('InvalidCustomerGatewayID.NotFound', 'customerGateway ID', ids),
  malformed: (id) =>
    new AwsError('InvalidCustomerGatewayId.Malformed', `Invalid id: "${id}" (expecting "cgw-...")`),
  conditions: () => ({}),
});

export const customerGatewayLife = gatewayLife(customerGatewayKind, (gateway) =>
  gateway.state === 'pending' ? { ...gateway, state: 'available' } : gateway,
);

/** Larger numbers are asked for, and shown, as `BgpAsnExtended`. */
export const MAX_BGP_ASN = 2_147_483_647;

export const showCustomerGateway = (gateway: CustomerGatewayRecord): CustomerGateway => ({
  CustomerGatewayId: gateway.id,
  State: gateway.state,
  Type: 'ipsec.1',
  [gateway.bgpAsn > MAX_BGP_ASN ? 'BgpAsnExtended' : 'BgpAsn']: String(gateway.bgpAsn),
  IpAddress: gateway.ipAddress,
  CertificateArn: gateway.certificateArn,
  DeviceName: gateway.deviceName,
  Tags: [...gateway.tags],
});

export const customerGatewayFilters: FilterFields<CustomerGatewayRecord> = {
  'bgp-asn': ({ bgpAsn }) => bgpAsn,
  'customer-gateway-id': ({ id }) => id,
  'ip-address': ({ ipAddress }) => ipAddress,
  state: ({ state }) => state,
  type: () => 'ipsec.1',
};
