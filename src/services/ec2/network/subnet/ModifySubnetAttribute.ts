/** One attribute at a time: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { ModifySubnetAttributeRequest } from '../../../../shapes/generated/ec2.ts';
import { ec2 } from '../../ec2.ts';
import { attributeConditions } from '../../resource/attribute-conditions.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { onlyAttribute } from '../../resource/only-attribute.ts';
import type { SubnetDnsNames, SubnetRecord } from '../network-records.ts';
import { subnets } from '../networked.ts';
import { requireIpv4, subnetKind } from './subnet.ts';

const dnsNames = (subnet: SubnetRecord, change: Partial<SubnetDnsNames>): SubnetRecord => ({
  ...subnet,
  dnsNames: { hostnameType: 'ip-name', aRecord: false, aaaaRecord: false, ...subnet.dnsNames, ...change },
});

type Change = (subnet: SubnetRecord, input: ModifySubnetAttributeRequest) => SubnetRecord;

const CHANGES = {
  AssignIpv6AddressOnCreation: (subnet, input) => ({
    ...subnet,
    assignsIpv6: input.AssignIpv6AddressOnCreation!.Value ?? false,
  }),
  EnableDns64: (subnet, input) => ({ ...subnet, dns64: input.EnableDns64!.Value ?? false }),
  MapPublicIpOnLaunch: (subnet, input) => ({
    ...subnet,
    mapPublicIpOnLaunch: input.MapPublicIpOnLaunch!.Value ?? false,
  }),
  PrivateDnsHostnameTypeOnLaunch: (subnet, input) =>
    dnsNames(subnet, { hostnameType: input.PrivateDnsHostnameTypeOnLaunch }),
  EnableResourceNameDnsARecordOnLaunch: (subnet, input) =>
    dnsNames(subnet, { aRecord: input.EnableResourceNameDnsARecordOnLaunch!.Value ?? false }),
  EnableResourceNameDnsAAAARecordOnLaunch: (subnet, input) =>
    dnsNames(subnet, { aaaaRecord: input.EnableResourceNameDnsAAAARecordOnLaunch!.Value ?? false }),
} satisfies Partial<Record<keyof ModifySubnetAttributeRequest, Change>>;

type Attribute = keyof typeof CHANGES;

/** Switches of what is not served (Outposts): off they are already, and on they cannot be. */
const OFF = ['MapCustomerOwnedIpOnLaunch', 'DisableLniAtDeviceIndex'] as const;

/** What an IPv6-only subnet cannot have, and that it assigns IPv6 addresses cannot be changed (aws-facts F42). */
const needsIpv4 = (input: ModifySubnetAttributeRequest): boolean =>
  input.MapPublicIpOnLaunch?.Value === true ||
  input.AssignIpv6AddressOnCreation?.Value === false ||
  input.EnableResourceNameDnsARecordOnLaunch?.Value === true ||
  input.PrivateDnsHostnameTypeOnLaunch === 'ip-name';

export default ec2.operation('ModifySubnetAttribute', {
  async checks(context, input) {
    const { SubnetId: id, ...attributes } = input;
    const changed = Object.entries(attributes).filter(([, value]) => value !== undefined);
    const name = onlyAttribute(changed.map(([each]) => each));
    const [[, value]] = changed as [[string, string | { Value?: boolean }]];
    const conditions = () => attributeConditions({ [name]: typeof value === 'object' ? value.Value : value });
    return {
      subnet: await ownResourceCheck(context, subnetKind, 'ec2:ModifySubnetAttribute', id, conditions),
    };
  },
  preconditions(_context, input, { subnet: { record } }) {
    if (needsIpv4(input)) requireIpv4(record);
    if (!input.AssignIpv6AddressOnCreation?.Value || record.ipv6Cidrs?.length) return;
    throw new AwsError(
      'InvalidParameterValue',
      `The subnet '${record.id}' does not have an IPv6 CIDR block associated with it.`,
    );
  },
  async execute(context, input, { subnet: { record } }) {
    const unserved = OFF.find((name) => input[name]?.Value === true);
    if (unserved || input.CustomerOwnedIpv4Pool || input.EnableLniAtDeviceIndex) {
      throw new AwsError('UnsupportedOperation', `Latchkey does not serve ${unserved ?? 'Outposts'}.`);
    }
    const name = (Object.keys(CHANGES) as Attribute[]).find((each) => input[each] !== undefined);
    if (name) await subnets.put(context.tx, (CHANGES[name] as Change)(record, input));
    return {};
  },
});
