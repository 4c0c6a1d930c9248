/** A security group: the record, and how AWS shows it with its rules. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { Scope } from '../../../../aws/scope.ts';
import type { ResolveContext } from '../../../../invoke/context.ts';
import type { Check } from '../../../../invoke/verdict.ts';
import type { Filter, SecurityGroup } from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { ec2Arn } from '../../resource/arn.ts';
import { notFoundError, ownResourceCheck, type ResourceKind } from '../../resource/kind.ts';
import type { SecurityGroupRecord, SecurityGroupRuleRecord } from '../network-records.ts';
import { rulesOfGroup, securityGroupRules, securityGroups } from '../networked.ts';
import { findDefaultVpc } from '../vpc/vpc.ts';
import { showPermissions } from './security-group-rule.ts';

export const securityGroupKind: ResourceKind<SecurityGroupRecord> = {
  type: 'security-group',
  prefix: 'sg',
  records: securityGroups,
  notFound: (ids) => notFoundError('InvalidGroup.NotFound', 'security group', ids),
  malformed: (id) => new AwsError('InvalidGroupId.Malformed', `Invalid id: "${id}" (expecting "sg-...")`),
  conditions: (group) => ({ 'ec2:SecurityGroupID': group.id, 'ec2:Vpc': ec2Arn(group, 'vpc', group.vpcId) }),
};

/** The check for an action on a group that a request names by id, or by its name in the default VPC. */
export async function groupCheck(
  context: ResolveContext,
  action: string,
  { GroupId: id, GroupName: name }: { readonly GroupId?: string; readonly GroupName?: string },
): Promise<Check<SecurityGroupRecord>> {
  if (id) return ownResourceCheck(context, securityGroupKind, action, id);
  if (!name)
    throw new AwsError('MissingParameter', 'The request must contain the parameter groupName or groupId');
  const vpc = await findDefaultVpc(context.tx, context);
  const groups = await securityGroups.list(context.tx, context);
  const group = groups.find((each) => each.name === name && each.vpcId === vpc?.id);
  if (group) return ownResourceCheck(context, securityGroupKind, action, group.id);
  return {
    action,
    resource: ec2Arn(context, securityGroupKind.type, '*'),
    account: context.account,
    missing: new AwsError(
      'InvalidGroup.NotFound',
      `The security group '${name}' does not exist${vpc ? ` in default VPC '${vpc.id}'` : ''}`,
    ),
    conditions: () => ({ 'ec2:Region': context.region }),
  };
}

/** What filters on the rules of groups look at. */
interface KnownRules {
  of(group: SecurityGroupRecord): readonly SecurityGroupRuleRecord[];
  nameOf(groupId: string): string | undefined;
}

/** Nothing is read where no filter asks for it. */
export async function knownRules(
  tx: ReadTransaction,
  scope: Scope,
  filters: readonly Filter[] = [],
): Promise<KnownRules> {
  const isAsked = filters.some(({ Name = '' }) => /^(?:egress\.)?ip-permission\./.test(Name));
  const rules = isAsked ? await securityGroupRules.list(tx, scope) : [];
  const groups = isAsked ? await securityGroups.list(tx, scope) : [];
  const byGroup = Map.groupBy(rules, ({ groupId }) => groupId);
  const names = new Map(groups.map(({ id, name }) => [id, name]));
  return { of: ({ id }) => byGroup.get(id) ?? [], nameOf: (id) => names.get(id) };
}

export async function showGroup(tx: ReadTransaction, group: SecurityGroupRecord): Promise<SecurityGroup> {
  const rules = await rulesOfGroup(tx, group, group.id);
  return {
    GroupId: group.id,
    GroupName: group.name,
    Description: group.description,
    OwnerId: group.account,
    VpcId: group.vpcId,
    SecurityGroupArn: ec2Arn(group, securityGroupKind.type, group.id),
    IpPermissions: showPermissions(rules.filter(({ isEgress }) => !isEgress)),
    IpPermissionsEgress: showPermissions(rules.filter(({ isEgress }) => isEgress)),
    Tags: group.tags.length > 0 ? [...group.tags] : undefined,
  };
}

type RuleField = (rule: SecurityGroupRuleRecord) => string | number | undefined;

const RULE_FIELDS: Readonly<Record<string, RuleField>> = {
  cidr: ({ cidrIpv4 }) => cidrIpv4,
  'from-port': ({ fromPort }) => fromPort,
  'group-id': ({ referencedGroup }) => referencedGroup?.groupId,
  'ipv6-cidr': ({ cidrIpv6 }) => cidrIpv6,
  'prefix-list-id': ({ prefixListId }) => prefixListId,
  protocol: ({ protocol }) => protocol,
  'to-port': ({ toPort }) => toPort,
  'user-id': ({ referencedGroup }) => referencedGroup?.userId,
};

export function securityGroupFilters(known: KnownRules): FilterFields<SecurityGroupRecord> {
  const fields: Readonly<Record<string, RuleField>> = {
    ...RULE_FIELDS,
    'group-name': ({ referencedGroup }) => referencedGroup && known.nameOf(referencedGroup.groupId),
  };
  const ofRules = (prefix: string, egress: boolean) =>
    Object.entries(fields).map(([name, field]) => [
      `${prefix}.${name}`,
      (group: SecurityGroupRecord) =>
        known
          .of(group)
          .filter(({ isEgress }) => isEgress === egress)
          .map(field),
    ]);
  return {
    description: ({ description }) => description,
    'group-id': ({ id }) => id,
    'group-name': ({ name }) => name,
    'owner-id': ({ account }) => account,
    'vpc-id': ({ vpcId }) => vpcId,
    ...Object.fromEntries([...ofRules('ip-permission', false), ...ofRules('egress.ip-permission', true)]),
  };
}
