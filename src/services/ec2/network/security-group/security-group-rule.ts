/** A rule of a security group: one protocol and port range, to or from one peer. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type {
  IpPermission,
  RevokedSecurityGroupRule,
  SecurityGroupRule,
} from '../../../../shapes/generated/ec2.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { ec2Arn } from '../../resource/arn.ts';
import type { ResourceKind } from '../../resource/kind.ts';
import type { RuleTerms, SecurityGroupRuleRecord } from '../network-records.ts';
import { securityGroupRules } from '../networked.ts';

export const securityGroupRuleKind: ResourceKind<SecurityGroupRuleRecord> = {
  type: 'security-group-rule',
  prefix: 'sgr',
  records: securityGroupRules,
  notFound: (ids) =>
    new AwsError(
      'InvalidSecurityGroupRuleId.NotFound',
      `The security group rule ID${ids.length > 1 ? 's' : ''} '${ids.join(', ')}' ` +
        `${ids.length > 1 ? 'do' : 'does'} not exist`,
    ),
  malformed: (id) =>
    new AwsError('InvalidSecurityGroupRuleId.Malformed', `Invalid id: "${id}" (expecting "sgr-...")`),
  conditions: () => ({}),
};

const peerOf = (rule: RuleTerms): string =>
  rule.cidrIpv4 ?? rule.cidrIpv6 ?? rule.prefixListId ?? rule.referencedGroup?.groupId ?? '';

/** Two rules of one group are the same rule where this is equal: a description makes no difference. */
export const ruleIdentity = (rule: RuleTerms): string =>
  [rule.isEgress, rule.protocol, rule.fromPort, rule.toPort, peerOf(rule)].join(' ');

/** `peer: 0.0.0.0/0, TCP, from port: 22, to port: 22, ALLOW` */
export function ruleText(rule: RuleTerms): string {
  const protocol = rule.protocol === '-1' ? 'ALL' : rule.protocol.toUpperCase();
  const ports = hasPorts(rule) ? `, from port: ${rule.fromPort}, to port: ${rule.toPort}` : '';
  return `peer: ${peerOf(rule)}, ${protocol}${ports}, ALLOW`;
}

const WITH_PORTS: ReadonlySet<string> = new Set(['tcp', 'udp', 'icmp', 'icmpv6']);
const hasPorts = ({ protocol }: RuleTerms) => WITH_PORTS.has(protocol);

const shownTerms = (rule: SecurityGroupRuleRecord) => ({
  SecurityGroupRuleId: rule.id,
  GroupId: rule.groupId,
  IsEgress: rule.isEgress,
  IpProtocol: rule.protocol,
  FromPort: rule.fromPort,
  ToPort: rule.toPort,
  CidrIpv4: rule.cidrIpv4,
  CidrIpv6: rule.cidrIpv6,
  PrefixListId: rule.prefixListId,
  Description: rule.description,
});

export const showRevoked = (rule: SecurityGroupRuleRecord): RevokedSecurityGroupRule => ({
  ...shownTerms(rule),
  ReferencedGroupId: rule.referencedGroup?.groupId,
});

export function showRule(rule: SecurityGroupRuleRecord): SecurityGroupRule {
  const { referencedGroup } = rule;
  return {
    ...shownTerms(rule),
    GroupOwnerId: rule.account,
    ReferencedGroupInfo: referencedGroup && {
      GroupId: referencedGroup.groupId,
      UserId: referencedGroup.userId,
      ...peerOfGroup(referencedGroup),
    },
    Tags: [...rule.tags],
    SecurityGroupRuleArn: ec2Arn(rule, securityGroupRuleKind.type, rule.id),
  };
}

/** Where the group is of another VPC. A rule outlives the connection, as a stale one. */
const peerOfGroup = ({ peer }: NonNullable<RuleTerms['referencedGroup']>) =>
  peer && { VpcId: peer.vpcId, VpcPeeringConnectionId: peer.peeringId, PeeringStatus: 'active' };

/** As the reply that makes it shows it: tags only where there are any. */
export const showNewRule = (rule: SecurityGroupRuleRecord): SecurityGroupRule => ({
  ...showRule(rule),
  Tags: rule.tags.length > 0 ? [...rule.tags] : undefined,
});

/** Rules as DescribeSecurityGroups shows them: one permission a protocol and port range, with all its peers. */
export function showPermissions(rules: readonly RuleTerms[]): IpPermission[] {
  const permissions = new Map<string, Required<Omit<IpPermission, 'FromPort' | 'ToPort'>>>();
  for (const rule of rules) {
    const name = `${rule.protocol} ${rule.fromPort} ${rule.toPort}`;
    let permission = permissions.get(name);
    if (!permission) {
      permission = {
        IpProtocol: rule.protocol,
        ...(hasPorts(rule) && { FromPort: rule.fromPort, ToPort: rule.toPort }),
        UserIdGroupPairs: [],
        IpRanges: [],
        Ipv6Ranges: [],
        PrefixListIds: [],
      };
      permissions.set(name, permission);
    }
    const { description: Description, referencedGroup: group } = rule;
    if (rule.cidrIpv4) permission.IpRanges.push({ CidrIp: rule.cidrIpv4, Description });
    if (rule.cidrIpv6) permission.Ipv6Ranges.push({ CidrIpv6: rule.cidrIpv6, Description });
    if (rule.prefixListId) permission.PrefixListIds.push({ PrefixListId: rule.prefixListId, Description });
    if (group)
      permission.UserIdGroupPairs.push({
        GroupId: group.groupId,
        UserId: group.userId,
        ...peerOfGroup(group),
        Description,
      });
  }
  return [...permissions.values()];
}

export const securityGroupRuleFilters: FilterFields<SecurityGroupRuleRecord> = {
  'group-id': ({ groupId }) => groupId,
  'security-group-rule-id': ({ id }) => id,
};
