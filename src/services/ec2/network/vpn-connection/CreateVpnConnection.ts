/**
 * To a virtual private gateway, or to none yet. The same two gateways have one connection, however often it is asked for.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpnConnection.html
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { CreateVpnConnectionRequest } from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { ec2 } from '../../ec2.ts';
import { createdResources } from '../../resource/arn.ts';
import { newId, ownResourceCheck } from '../../resource/kind.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import { type CustomerGatewayRecord, customerGatewayKind } from '../customer-gateway/customer-gateway.ts';
import { isThere } from '../gateway-life.ts';
import { type VpnGatewayRecord, vpnGatewayKind } from '../vpn-gateway/vpn-gateway.ts';
import { newTunnels, requireTunnels, shownOptions } from './tunnel.ts';
import {
  ANYWHERE,
  connectionsOf,
  requireBlocks,
  showVpnConnection,
  type VpnConnectionRecord,
  vpnConditions,
  vpnConnectionKind,
  vpnConnectionLife,
} from './vpn-connection.ts';

const ACTION = 'ec2:CreateVpnConnection';
/** Quotas (https://docs.aws.amazon.com/vpn/latest/s2svpn/vpn-limits.html). */
const MAX_CONNECTIONS = 50;
const MAX_OF_GATEWAY = 10;

export default ec2.operation('CreateVpnConnection', {
  unserved: [
    'TransitGatewayId',
    'VpnConcentratorId',
    'Options.EnableAcceleration',
    'Options.LocalIpv6NetworkCidr',
    'Options.RemoteIpv6NetworkCidr',
    'Options.TransportTransitGatewayAttachmentId',
    ['Options.OutsideIpAddressType', 'PublicIpv4'],
    ['Options.TunnelInsideIpVersion', 'ipv4'],
    ['PreSharedKeyStorage', 'Standard'],
  ],
  async checks(context, input) {
    const { Options: { TunnelOptions = [], StaticRoutesOnly = false } = {} } = input;
    const customer = await ownResourceCheck(context, customerGatewayKind, ACTION, input.CustomerGatewayId);
    const { create, tag } = taggedCreationCheck(context, ACTION, vpnConnectionKind, input, {}, () =>
      vpnConditions({
        vpnGatewayId: input.VpnGatewayId,
        hasCertificate: customer.record?.certificateArn !== undefined,
        isStatic: StaticRoutesOnly,
        tunnels: TunnelOptions.map(shownOptions),
      }),
    );
    return {
      connection: create,
      customer,
      gateway: input.VpnGatewayId
        ? await ownResourceCheck(context, vpnGatewayKind, ACTION, input.VpnGatewayId)
        : undefined,
      tag,
    };
  },
  async preconditions(context, input, { customer: { record: customer }, gateway }) {
    requireRequest(input);
    for (const each of [customer, gateway?.record]) {
      if (each && !isThere(each))
        throw new AwsError('IncorrectState', `The gateway '${each.id}' is ${each.state}.`);
    }
    if (await sameConnection(context.tx, customer, gateway?.record)) return;
    const present = await connectionsOf(context.tx, context, () => true);
    const ofGateway = present.filter(
      ({ vpnGatewayId }) => vpnGatewayId && vpnGatewayId === gateway?.record.id,
    );
    if (present.length < MAX_CONNECTIONS && ofGateway.length < MAX_OF_GATEWAY) return;
    throw new AwsError(
      'VpnConnectionLimitExceeded',
      'The maximum number of VPN connections has been reached.',
    );
  },
  async execute(context, input, { connection: { plan }, customer: { record: customer }, gateway }) {
    const { account, region, tx, entropy, nowMs } = context;
    const same = await sameConnection(tx, customer, gateway?.record);
    if (same) return { VpnConnection: await showVpnConnection(context, same) };
    const { Options: options = {} } = input;
    const made: VpnConnectionRecord = {
      account,
      region,
      id: newId(entropy, vpnConnectionKind.prefix),
      tags: plan.tags,
      state: 'pending',
      customerGatewayId: customer.id,
      vpnGatewayId: gateway?.record.id,
      bgpAsn: customer.bgpAsn,
      hasCertificate: customer.certificateArn !== undefined,
      createdAtMs: nowMs,
      isStatic: options.StaticRoutesOnly ?? false,
      cidrs: {
        LocalIpv4NetworkCidr: options.LocalIpv4NetworkCidr ?? ANYWHERE,
        RemoteIpv4NetworkCidr: options.RemoteIpv4NetworkCidr ?? ANYWHERE,
      },
      tunnelBandwidth: options.TunnelBandwidth ?? 'standard',
      tunnels: newTunnels(context, options.TunnelOptions),
      routes: [],
    };
    await vpnConnectionKind.records.put(tx, made);
    context.schedule(vpnConnectionLife.settleStep, { gatewayId: made.id });
    return { VpnConnection: await showVpnConnection(context, made) };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, vpnConnectionKind.type, [output?.VpnConnection?.VpnConnectionId]),
  },
});

async function sameConnection(
  tx: ReadTransaction,
  customer: CustomerGatewayRecord,
  gateway: VpnGatewayRecord | undefined,
): Promise<VpnConnectionRecord | undefined> {
  if (!gateway) return undefined;
  const [same] = await connectionsOf(
    tx,
    customer,
    (each) => each.customerGatewayId === customer.id && each.vpnGatewayId === gateway.id,
  );
  return same;
}

function requireRequest({ Type: type, Options: options = {} }: CreateVpnConnectionRequest): void {
  if (type !== 'ipsec.1') {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${type}) for parameter type is invalid. It must be ipsec.1.`,
    );
  }
  requireBlocks(options);
  requireTunnels(options.TunnelOptions);
}
