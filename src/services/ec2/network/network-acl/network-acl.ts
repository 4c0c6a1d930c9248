/** A VPC's default network ACL, which lets everything through. Other ACLs are not served. */
import { createHash } from 'node:crypto';
import { AwsError } from '../../../../aws/aws-error.ts';
import type { NetworkAcl, NetworkAclEntry } from '../../../../shapes/generated/ec2.ts';
import { type FilterFields, matchingNothing } from '../../describe/filter.ts';
import { ec2Arn } from '../../resource/arn.ts';
import { notFoundError, type ResourceKind } from '../../resource/kind.ts';
import type { NetworkAclRecord, SubnetRecord } from '../network-records.ts';
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

/** The rule that every ACL ends with. */
const LAST_RULE = 32_767;

const entry = (egress: boolean, ruleNumber: number, action: string): NetworkAclEntry => ({
  CidrBlock: '0.0.0.0/0',
  Egress: egress,
  Protocol: '-1',
  RuleAction: action,
  RuleNumber: ruleNumber,
});

const ENTRIES: readonly NetworkAclEntry[] = [true, false].flatMap((egress) => [
  entry(egress, 100, 'allow'),
  entry(egress, LAST_RULE, 'deny'),
]);

/** A subnet is always associated with an ACL, here the VPC's default one: the association's id follows from the subnet's. */
const associationId = (subnetId: string) =>
  `aclassoc-0${createHash('sha256').update(subnetId).digest('hex').slice(0, 16)}`;

export function showNetworkAcl(acl: NetworkAclRecord, subnets: readonly SubnetRecord[]): NetworkAcl {
  return {
    NetworkAclId: acl.id,
    VpcId: acl.vpcId,
    OwnerId: acl.account,
    IsDefault: acl.isDefault,
    Associations: subnetsOf(acl, subnets).map(({ id }) => ({
      NetworkAclAssociationId: associationId(id),
      NetworkAclId: acl.id,
      SubnetId: id,
    })),
    Entries: [...ENTRIES],
    Tags: [...acl.tags],
  };
}

const subnetsOf = (acl: NetworkAclRecord, subnets: readonly SubnetRecord[]) =>
  subnets.filter(({ vpcId }) => vpcId === acl.vpcId);

export function networkAclFilters(subnets: readonly SubnetRecord[]): FilterFields<NetworkAclRecord> {
  const ofEntries = (value: (each: NetworkAclEntry) => string | number | boolean | undefined) => () =>
    ENTRIES.map(value);
  return {
    ...matchingNothing(
      'entry.icmp.code',
      'entry.icmp.type',
      'entry.ipv6-cidr',
      'entry.port-range.from',
      'entry.port-range.to',
    ),
    'association.association-id': (acl) => subnetsOf(acl, subnets).map(({ id }) => associationId(id)),
    'association.network-acl-id': ({ id }) => id,
    'association.subnet-id': (acl) => subnetsOf(acl, subnets).map(({ id }) => id),
    default: ({ isDefault }) => isDefault,
    'entry.cidr': ofEntries(({ CidrBlock }) => CidrBlock),
    'entry.egress': ofEntries(({ Egress }) => Egress),
    'entry.protocol': ofEntries(({ Protocol }) => Protocol),
    'entry.rule-action': ofEntries(({ RuleAction }) => RuleAction),
    'entry.rule-number': ofEntries(({ RuleNumber }) => RuleNumber),
    'network-acl-id': ({ id }) => id,
    'owner-id': ({ account }) => account,
    'vpc-id': ({ vpcId }) => vpcId,
  };
}
