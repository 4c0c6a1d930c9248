/** What Authorize… and Revoke… do, for both directions alike. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { EffectContext, ResolveContext } from '../../../../invoke/context.ts';
import type { Verdict } from '../../../../invoke/verdict.ts';
import type { RevokeSecurityGroupIngressResult, TagSpecification } from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { newId, requireId } from '../../resource/kind.ts';
import { requireAtMost } from '../../resource/quota.ts';
import { creationChecks, tagsOf } from '../../resource/tag.ts';
import type { RuleTerms, SecurityGroupRecord, SecurityGroupRuleRecord } from '../network-records.ts';
import { rulesOfGroup, securityGroupRules } from '../networked.ts';
import { quotaShare } from '../prefix-list/quota-share.ts';
import { findDefaultVpc } from '../vpc/vpc.ts';
import { type RuleRequest, requestedRules } from './rule-request.ts';
import { groupCheck } from './security-group.ts';
import {
  ruleIdentity,
  ruleText,
  securityGroupRuleKind,
  showPermissions,
  showRevoked,
} from './security-group-rule.ts';

interface GroupRequest extends RuleRequest {
  readonly GroupId?: string;
  readonly GroupName?: string;
  readonly TagSpecifications?: readonly TagSpecification[];
}

/** The group, and with tags the rules about to be made. */
export async function authorizeChecks(context: ResolveContext, action: string, input: GroupRequest) {
  const { type } = securityGroupRuleKind;
  const tags = tagsOf(input, type);
  const group = await groupCheck(context, action, input);
  // Without tags, no policy speaks of rules: they have no condition keys then.
  return { group, rules: tags.length > 0 ? creationChecks(context, action, type, tags) : [] };
}

export async function requireNewRules(
  tx: ReadTransaction,
  group: SecurityGroupRecord,
  isEgress: boolean,
  input: RuleRequest,
): Promise<void> {
  const rules = await requestedRules(tx, group, isEgress, input);
  const asked = new Set(rules.map(ruleIdentity));
  if (asked.size < rules.length) {
    throw new AwsError('InvalidParameterValue', 'The same permission must not appear multiple times');
  }
  const known = await rulesOfGroup(tx, group, group.id);
  const twin = known.find((rule) => asked.has(ruleIdentity(rule)));
  if (twin) {
    throw new AwsError(
      'InvalidPermission.Duplicate',
      `the specified rule "${ruleText(twin)}" already exists`,
    );
  }
  const all = [...known.filter((rule) => rule.isEgress === isEgress), ...rules];
  const share = await quotaShare(
    tx,
    group,
    all.map(({ cidrIpv4: ipv4, cidrIpv6: ipv6, prefixListId }) => ({ ipv4, ipv6, prefixListId })),
  );
  const count = Math.max(share.ipv4, share.ipv6);
  requireAtMost(MAX_RULES, count, 'RulesPerSecurityGroupLimitExceeded', 'rules per security group');
}

/** AWS's quota for each direction of a group, and each family. */
const MAX_RULES = 60;

export async function addRules(
  context: EffectContext,
  group: Verdict<SecurityGroupRecord>,
  isEgress: boolean,
  input: GroupRequest,
): Promise<SecurityGroupRuleRecord[]> {
  const { account, region, id } = group.record;
  const tags = tagsOf(input, securityGroupRuleKind.type);
  const rules = (await requestedRules(context.tx, group.record, isEgress, input)).map((terms) => ({
    ...terms,
    account,
    region,
    id: newId(context.entropy, securityGroupRuleKind.prefix),
    tags,
    groupId: id,
  }));
  for (const rule of rules) await securityGroupRules.put(context.tx, rule);
  return rules;
}

interface NamedRules {
  readonly rules: readonly SecurityGroupRuleRecord[];
  /** What is named and no rule says. */
  readonly unknown: readonly RuleTerms[];
}

type NamingRequest = RuleRequest & { readonly SecurityGroupRuleIds?: readonly string[] };

/** The rules of the group that a request names by id, or by what they say. */
async function namedRules(
  tx: ReadTransaction,
  group: SecurityGroupRecord,
  isEgress: boolean,
  input: NamingRequest,
): Promise<NamedRules> {
  const known = (await rulesOfGroup(tx, group, group.id)).filter((rule) => rule.isEgress === isEgress);
  const { SecurityGroupRuleIds: ids } = input;
  if (ids && ids.length > 0) {
    for (const id of ids) requireId(securityGroupRuleKind, id);
    const missing = ids.filter((id) => !known.some((rule) => rule.id === id));
    if (missing.length > 0) throw securityGroupRuleKind.notFound(missing);
    return { rules: known.filter(({ id }) => ids.includes(id)), unknown: [] };
  }
  const asked: readonly RuleTerms[] = await requestedRules(tx, group, isEgress, input);
  const ruleOf = (terms: RuleTerms) => known.find((each) => ruleIdentity(each) === ruleIdentity(terms));
  return {
    rules: asked.flatMap((terms) => ruleOf(terms) ?? []),
    unknown: asked.filter((terms) => !ruleOf(terms)),
  };
}

const noSuchRule = () =>
  new AwsError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');

/** In the order in which they are named. Throws where one is not there. */
export async function requireRules(...naming: Parameters<typeof namedRules>): Promise<NamedRules['rules']> {
  const { rules, unknown } = await namedRules(...naming);
  if (unknown.length > 0) throw noSuchRule();
  return rules;
}

/**
 * What a Revoke… takes away: in a default VPC it may name what is not there
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html).
 */
export async function rulesToRevoke(
  tx: ReadTransaction,
  group: SecurityGroupRecord,
  isEgress: boolean,
  input: NamingRequest,
): Promise<NamedRules> {
  const named = await namedRules(tx, group, isEgress, input);
  const isLenient = async () => (await findDefaultVpc(tx, group))?.id === group.vpcId;
  if (named.unknown.length > 0 && !(await isLenient())) throw noSuchRule();
  return named;
}

export async function revokeRules(
  context: EffectContext,
  group: Verdict<SecurityGroupRecord>,
  isEgress: boolean,
  input: NamingRequest,
): Promise<RevokeSecurityGroupIngressResult> {
  const { rules, unknown } = await rulesToRevoke(context.tx, group.record, isEgress, input);
  for (const rule of rules) await securityGroupRules.remove(context.tx, rule);
  return {
    Return: true,
    RevokedSecurityGroupRules: rules.map(showRevoked),
    UnknownIpPermissions: unknown.length > 0 ? showPermissions(unknown) : undefined,
  };
}
