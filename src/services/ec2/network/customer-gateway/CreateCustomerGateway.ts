/** An identical request gives the one that is there: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateCustomerGateway.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { parseIpv6 } from '../../../../aws/ipv6.ts';
import type { CreateCustomerGatewayRequest } from '../../../../shapes/generated/ec2.ts';
import { ec2 } from '../../ec2.ts';
import { createdResources } from '../../resource/arn.ts';
import { listResources, newId } from '../../resource/kind.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import { parseIpv4 } from '../address.ts';
import { isThere } from '../gateway-life.ts';
import {
  type CustomerDevice,
  type CustomerGatewayRecord,
  customerGatewayKind,
  customerGatewayLife,
  MAX_BGP_ASN,
  showCustomerGateway,
} from './customer-gateway.ts';

/** In a Region; a quota (https://docs.aws.amazon.com/vpn/latest/s2svpn/vpn-limits.html). */
const MAX_GATEWAYS = 50;
const DEFAULT_ASN = 65_000;
const MAX_EXTENDED_ASN = 4_294_967_295;
const MAX_NAME_LENGTH = 255;

export default ec2.operation('CreateCustomerGateway', {
  checks(context, input) {
    const device = requestedDevice(input);
    const action = 'ec2:CreateCustomerGateway';
    const { create, tag } = taggedCreationCheck(context, action, customerGatewayKind, input, device);
    return { gateway: create, tag };
  },
  async preconditions(context, _input, { gateway: { plan } }) {
    const present = (await listResources(context.tx, customerGatewayKind, context)).filter(isThere);
    if (present.length < MAX_GATEWAYS || present.some((each) => isSameDevice(each, plan))) return;
    throw new AwsError(
      'CustomerGatewayLimitExceeded',
      `The maximum number of customer gateways (${MAX_GATEWAYS}) has been reached.`,
    );
  },
  async execute(context, _input, { gateway: { plan } }) {
    const { account, region, tx, entropy } = context;
    const present = (await listResources(tx, customerGatewayKind, context)).filter(isThere);
    const same = present.find((each) => isSameDevice(each, plan));
    if (same) return { CustomerGateway: showCustomerGateway(same) };
    const id = newId(entropy, customerGatewayKind.prefix);
    const made: CustomerGatewayRecord = { ...plan, account, region, id, state: 'pending' };
    await customerGatewayKind.records.put(tx, made);
    context.schedule(customerGatewayLife.settleStep, { gatewayId: id });
    return { CustomerGateway: showCustomerGateway(made) };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, customerGatewayKind.type, [output?.CustomerGateway?.CustomerGatewayId]),
  },
});

const isSameDevice = (one: CustomerDevice, other: CustomerDevice): boolean =>
  one.bgpAsn === other.bgpAsn &&
  one.ipAddress === other.ipAddress &&
  one.certificateArn === other.certificateArn &&
  one.deviceName === other.deviceName;

function requestedDevice(input: CreateCustomerGatewayRequest): CustomerDevice {
  const { IpAddress, PublicIp, CertificateArn: certificateArn, DeviceName: deviceName } = input;
  const ipAddress = IpAddress ?? PublicIp;
  if (!ipAddress && !certificateArn) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter ipAddress');
  }
  if (ipAddress && parseIpv4(ipAddress) === undefined && parseIpv6(ipAddress) === undefined) {
    throw invalid(ipAddress, 'ipAddress', 'Invalid IP address.');
  }
  if (deviceName && deviceName.length > MAX_NAME_LENGTH) {
    throw invalid(deviceName, 'deviceName', `It has more than ${MAX_NAME_LENGTH} characters.`);
  }
  return { bgpAsn: requestedAsn(input), ipAddress, certificateArn, deviceName };
}

function requestedAsn({ BgpAsn, BgpAsnExtended }: CreateCustomerGatewayRequest): number {
  if (BgpAsn !== undefined && BgpAsnExtended !== undefined) {
    throw new AwsError(
      'InvalidParameterCombination',
      'The parameters bgpAsn and bgpAsnExtended may not be used together.',
    );
  }
  if (BgpAsnExtended !== undefined) {
    if (MAX_BGP_ASN < BgpAsnExtended && BgpAsnExtended <= MAX_EXTENDED_ASN) return BgpAsnExtended;
    throw invalid(BgpAsnExtended, 'bgpAsnExtended', `It must be from 2147483648 to ${MAX_EXTENDED_ASN}.`);
  }
  const asn = BgpAsn ?? DEFAULT_ASN;
  if (1 <= asn && asn <= MAX_BGP_ASN) return asn;
  throw invalid(asn, 'bgpAsn', `It must be from 1 to ${MAX_BGP_ASN}.`);
}

const invalid = (value: string | number, parameter: string, why: string) =>
  new AwsError('InvalidParameterValue', `Value (${value}) for parameter ${parameter} is invalid. ${why}`);
