/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpnGateway.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { findZone } from '../../region/region.ts';
import { createdResources } from '../../resource/arn.ts';
import { listResources, newId } from '../../resource/kind.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import { isThere } from '../gateway-life.ts';
import { showVpnGateway, type VpnGatewayRecord, vpnGatewayKind } from './vpn-gateway.ts';

/** In a Region; a quota (https://docs.aws.amazon.com/vpn/latest/s2svpn/vpn-limits.html). */
const MAX_GATEWAYS = 5;
const DEFAULT_ASN = 64_512;
/** Of private networks, in 16 bits and in 32. */
const PRIVATE_ASNS = [
  [64_512, 65_534],
  [4_200_000_000, 4_294_967_294],
] as const;

export default ec2.operation('CreateVpnGateway', {
  checks(context, input) {
    const { AmazonSideAsn: amazonSideAsn = DEFAULT_ASN, AvailabilityZone: zone } = input;
    if (zone && !findZone(context.region, { name: zone }))
      throw invalid(zone, 'availabilityZone', 'There is no such zone.');
    if (!PRIVATE_ASNS.some(([first, last]) => first <= amazonSideAsn && amazonSideAsn <= last)) {
      const wanted = 'between 64512 and 65534, or between 4200000000 and 4294967294';
      throw invalid(amazonSideAsn, 'amazonSideAsn', `It must be a private ASN: ${wanted}.`);
    }
    const action = 'ec2:CreateVpnGateway';
    const { create, tag } = taggedCreationCheck(context, action, vpnGatewayKind, input, {
      amazonSideAsn,
      zone,
    });
    return { gateway: create, tag };
  },
  async preconditions(context) {
    const gateways = await listResources(context.tx, vpnGatewayKind, context);
    if (gateways.filter(isThere).length < MAX_GATEWAYS) return;
    throw new AwsError(
      'VpnGatewayLimitExceeded',
      `The maximum number of virtual private gateways (${MAX_GATEWAYS}) has been reached.`,
    );
  },
  async execute({ account, region, tx, entropy }, _input, { gateway: { plan } }) {
    const id = newId(entropy, vpnGatewayKind.prefix);
    // There at once, as AWS's example shows it: Terraform attaches it without waiting.
    const made: VpnGatewayRecord = { ...plan, account, region, id, state: 'available' };
    await vpnGatewayKind.records.put(tx, made);
    return { VpnGateway: showVpnGateway(made) };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, vpnGatewayKind.type, [output?.VpnGateway?.VpnGatewayId]),
  },
});

const invalid = (value: string | number, parameter: string, why: string) =>
  new AwsError('InvalidParameterValue', `Value (${value}) for parameter ${parameter} is invalid. ${why}`);
