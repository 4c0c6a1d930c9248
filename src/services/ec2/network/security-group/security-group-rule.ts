/** A rule of a security group: one protocol and port range, to or from one peer. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { IpPermission, SecurityGroupRule } from '../../../../shapes/generated/ec2.ts';
import { type ReadTransaction, table } from '../../../../store/store.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { ec2Arn } from '../../resource/arn.ts';
import type { Home, ResourceKind, ResourceRecord } from '../../resource/kind.ts';
import { defaultNetwork, findNetworked, listNetworked, storedNetworks } from '../default-network.ts';

/** What a rule says. A protocol's name where it has one, else its number; `-1` for all. Ports are -1 for all. */
export interface RuleTerms {
  readonly isEgress: boolean;
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidrIpv4?: string;
  readonly cidrIpv6?: string;
  readonly prefixListId?: string;
  readonly referencedGroup?: { readonly groupId: string; readonly userId: string };
  readonly description?: string;
}

export interface SecurityGroupRuleRecord extends ResourceRecord, RuleTerms {
  readonly groupId: string;
}

export const securityGroupRules = table<SecurityGroupRuleRecord>()({
  name: 'ec2.securityGroupRules',
  key: ({ account, region, id }) => [account, region, id],
  indexes: { group: ({ account, region, groupId }) => [[account, region, groupId]] },
});

export const securityGroupRuleKind: ResourceKind<SecurityGroupRuleRecord> = {
  type: 'security-group-rule',
  prefix: 'sgr',
  table: securityGroupRules,
  notFound: (ids) =>
    new AwsError(
      'InvalidSecurityGroupRuleId.NotFound',
      `The security group rule ID${ids.length > 1 ? 's' : ''} '${ids.join(', ')}' ` +
        `${ids.length > 1 ? 'do' : 'does'} not exist`,
    ),
  malformed: (id) =>
    new AwsError('InvalidSecurityGroupRuleId.Malformed', `Invalid id: "${id}" (expecting "sgr-...")`),
  conditions: () => ({}),
  find: (tx, home, id) => findNetworked(tx, securityGroupRules, home, id, ({ rules }) => rules),
};

export function listRules(tx: ReadTransaction, home: Home): Promise<SecurityGroupRuleRecord[]> {
  return listNetworked(tx, securityGroupRules, home, ({ rules }) => rules);
}

export async function rulesOfGroup(
  tx: ReadTransaction,
  { account, region }: Home,
  groupId: string,
): Promise<SecurityGroupRuleRecord[]> {
  const stored = await tx.find(securityGroupRules, 'group', { prefix: [account, region, groupId] });
  if (await tx.get(storedNetworks, [account, region])) return stored;
  return [...defaultNetwork({ account, region }).rules.filter((rule) => rule.groupId === groupId), ...stored];
}

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

export function showRule(rule: SecurityGroupRuleRecord): SecurityGroupRule {
  const { referencedGroup } = rule;
  return {
    SecurityGroupRuleId: rule.id,
    GroupId: rule.groupId,
    GroupOwnerId: rule.account,
    IsEgress: rule.isEgress,
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    CidrIpv4: rule.cidrIpv4,
    CidrIpv6: rule.cidrIpv6,
    PrefixListId: rule.prefixListId,
    ReferencedGroupInfo: referencedGroup && {
      GroupId: referencedGroup.groupId,
      UserId: referencedGroup.userId,
    },
    Description: rule.description,
    Tags: [...rule.tags],
    SecurityGroupRuleArn: ec2Arn(rule, securityGroupRuleKind.type, rule.id),
  };
}

/** Rules as DescribeSecurityGroups tells them: one permission a protocol and port range, with all its peers. */
export function showPermissions(rules: readonly SecurityGroupRuleRecord[]): IpPermission[] {
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
      permission.UserIdGroupPairs.push({ GroupId: group.groupId, UserId: group.userId, Description });
  }
  return [...permissions.values()];
}

export const securityGroupRuleFilters: FilterFields<SecurityGroupRuleRecord> = {
  'group-id': ({ groupId }) => groupId,
  'security-group-rule-id': ({ id }) => id,
};
