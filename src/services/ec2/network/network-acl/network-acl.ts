/** A network ACL: its entries, and the subnets that go by it. */
import { createHash } from 'node:crypto';
import { AwsError } from '../../../../aws/aws-error.ts';
import type { NetworkAcl, NetworkAclEntry } from '../../../../shapes/generated/ec2.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { ec2Arn } from '../../resource/arn.ts';
import { notFoundError, type ResourceKind } from '../../resource/kind.ts';
import type { NetworkAclEntryRecord, NetworkAclRecord, SubnetRecord } from '../network-records.ts';
import { networkAcls } from '../networked.ts';

export const networkAclKind: ResourceKind<NetworkAclRecord> = {
  type: 'network-acl',
  prefix: 'acl',
  records: networkAcls,
  notFound: (ids) => notFoundError('InvalidNetworkAclID.NotFound', 'networkAcl ID', ids),
  malformed: (id) =>
    new AwsError('InvalidNetworkAclId.Malformed', `Invalid id: "${id}" (expecting "acl-...")`),
  conditions: (acl) => ({ 'ec2:NetworkAclID': acl.id, 'ec2:Vpc': ec2Arn(acl, 'vpc', acl.vpcId) }),
};

/** The rule that every ACL ends with, in both directions: it can be neither changed nor deleted. */
const LAST_RULE = 32_767;

/** The same for IPv6, where the VPC has such addresses. */
const LAST_IPV6_RULE = 32_768;

export const isLastEntry = ({ RuleNumber }: NetworkAclEntry): boolean =>
  RuleNumber === LAST_RULE || RuleNumber === LAST_IPV6_RULE;

const forAll = (ruleNumber: number, action: 'allow' | 'deny'): NetworkAclEntryRecord[] =>
  [true, false].map((isEgress) => ({
    isEgress,
    ruleNumber,
    action,
    protocol: '-1',
    cidrIpv4: '0.0.0.0/0',
  }));

/** What a default ACL lets through until somebody changes it: everything. */
const DEFAULT_ENTRIES = forAll(100, 'allow');
const LAST_ENTRIES = forAll(LAST_RULE, 'deny');

export const entriesOf = ({ entries = DEFAULT_ENTRIES }: NetworkAclRecord) => entries;

function shownEntries(acl: NetworkAclRecord): NetworkAclEntry[] {
  return [...entriesOf(acl), ...LAST_ENTRIES]
    .sort((a, b) => Number(b.isEgress) - Number(a.isEgress) || a.ruleNumber - b.ruleNumber)
    .map(({ isEgress, ruleNumber, action, protocol, cidrIpv4, cidrIpv6, ports, icmp }) => ({
      CidrBlock: cidrIpv4,
      Ipv6CidrBlock: cidrIpv6,
      Egress: isEgress,
      IcmpTypeCode: icmp && { Type: icmp.type, Code: icmp.code },
      PortRange: ports && { From: ports.from, To: ports.to },
      Protocol: protocol,
      RuleAction: action,
      RuleNumber: ruleNumber,
    }));
}

/** As long as a subnet has the VPC's default ACL, its association's id follows from its own. */
export const associationId = ({ id, networkAcl }: SubnetRecord): string =>
  networkAcl?.associationId ?? `aclassoc-0${createHash('sha256').update(id).digest('hex').slice(0, 16)}`;

/** A subnet always has an ACL: the VPC's default one where it was given no other. */
export const subnetsOf = (acl: NetworkAclRecord, subnets: readonly SubnetRecord[]): SubnetRecord[] =>
  subnets.filter(({ vpcId, networkAcl }) =>
    networkAcl ? networkAcl.id === acl.id : acl.isDefault && vpcId === acl.vpcId,
  );

export function showNetworkAcl(acl: NetworkAclRecord, subnets: readonly SubnetRecord[]): NetworkAcl {
  return {
    NetworkAclId: acl.id,
    VpcId: acl.vpcId,
    OwnerId: acl.account,
    IsDefault: acl.isDefault,
    Associations: subnetsOf(acl, subnets).map((subnet) => ({
      NetworkAclAssociationId: associationId(subnet),
      NetworkAclId: acl.id,
      SubnetId: subnet.id,
    })),
    Entries: shownEntries(acl),
    Tags: [...acl.tags],
  };
}

export function networkAclFilters(subnets: readonly SubnetRecord[]): FilterFields<NetworkAclRecord> {
  const ofEntries =
    (value: (each: NetworkAclEntry) => string | number | boolean | undefined) => (acl: NetworkAclRecord) =>
      shownEntries(acl).map(value);
  return {
    'association.association-id': (acl) => subnetsOf(acl, subnets).map(associationId),
    'association.network-acl-id': (acl) => (subnetsOf(acl, subnets).length > 0 ? acl.id : undefined),
    'association.subnet-id': (acl) => subnetsOf(acl, subnets).map(({ id }) => id),
    default: ({ isDefault }) => isDefault,
    'entry.cidr': ofEntries(({ CidrBlock }) => CidrBlock),
    'entry.egress': ofEntries(({ Egress }) => Egress),
    'entry.icmp.code': ofEntries(({ IcmpTypeCode }) => IcmpTypeCode?.Code),
    'entry.icmp.type': ofEntries(({ IcmpTypeCode }) => IcmpTypeCode?.Type),
    'entry.ipv6-cidr': ofEntries(({ Ipv6CidrBlock }) => Ipv6CidrBlock),
    'entry.port-range.from': ofEntries(({ PortRange }) => PortRange?.From),
    'entry.port-range.to': ofEntries(({ PortRange }) => PortRange?.To),
    'entry.protocol': ofEntries(({ Protocol }) => Protocol),
    'entry.rule-action': ofEntries(({ RuleAction }) => RuleAction),
    'entry.rule-number': ofEntries(({ RuleNumber }) => RuleNumber),
    'network-acl-id': ({ id }) => id,
    'owner-id': ({ account }) => account,
    'vpc-id': ({ vpcId }) => vpcId,
  };
}
