/** A virtual private gateway: the side of a VPN connection that a VPC has. Nothing passes through it. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { VpcAttachment, VpnGateway } from '../../../../shapes/generated/ec2.ts';
import { table } from '../../../../store/store.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { notFoundError, storedKind } from '../../resource/kind.ts';
import { type GatewayRecord, gatewayLife } from '../gateway-life.ts';

export interface VpnGatewayRecord extends GatewayRecord {
  readonly amazonSideAsn: number;
  readonly zone?: string;
  /** Its last one: it is shown as `detached` until there is another. */
  readonly attachment?: {
    readonly vpcId: string;
    readonly state: NonNullable<VpcAttachment['State']>;
  };
}

const notFound = (ids: readonly string[]) =>
  notFoundError('InvalidVpnGatewayID.NotFound', 'vpnGateway ID', ids);

export const vpnGatewayKind = storedKind<VpnGatewayRecord>({
  type: 'vpn-gateway',
  prefix: 'vgw',
  table: table<VpnGatewayRecord>()({
    name: 'ec2.vpn-gateways',
    key: ({ account, region, id }) => [account, region, id],
  }),
  notFound,
  // AWS has no other code for it (aws-facts F40).
  malformed: (id) => notFound([id]),
  conditions: () => ({}),
});

export const vpnGatewayLife = gatewayLife(vpnGatewayKind, (gateway) => {
  const { attachment } = gateway;
  if (attachment?.state === 'attaching') {
    return { ...gateway, attachment: { ...attachment, state: 'attached' } };
  }
  if (attachment?.state === 'detaching') {
    return { ...gateway, attachment: { ...attachment, state: 'detached' } };
  }
  return gateway;
});

/** The VPC that it is attached to, or is about to be, or not yet detached from. */
export const attachedVpcId = ({ attachment }: VpnGatewayRecord): string | undefined =>
  attachment?.state === 'detached' ? undefined : attachment?.vpcId;

export function requireAttached(gateway: VpnGatewayRecord, vpcId: string): void {
  if (gateway.attachment?.state === 'attached' && gateway.attachment.vpcId === vpcId) return;
  throw new AwsError('Gateway.NotAttached', `resource ${gateway.id} is not attached to network ${vpcId}`);
}

const showAttachment = ({ vpcId, state }: NonNullable<VpnGatewayRecord['attachment']>): VpcAttachment => ({
  VpcId: vpcId,
  State: state,
});

export const showVpnGateway = (gateway: VpnGatewayRecord): VpnGateway => ({
  VpnGatewayId: gateway.id,
  State: gateway.state,
  Type: 'ipsec.1',
  AvailabilityZone: gateway.zone,
  AmazonSideAsn: gateway.amazonSideAsn,
  VpcAttachments: gateway.attachment ? [showAttachment(gateway.attachment)] : [],
  Tags: [...gateway.tags],
});

export const vpnGatewayFilters: FilterFields<VpnGatewayRecord> = {
  'amazon-side-asn': ({ amazonSideAsn }) => amazonSideAsn,
  'attachment.state': ({ attachment }) => attachment?.state,
  'attachment.vpc-id': ({ attachment }) => attachment?.vpcId,
  'availability-zone': ({ zone }) => zone,
  state: ({ state }) => state,
  type: () => 'ipsec.1',
  'vpn-gateway-id': ({ id }) => id,
};
