/** What Authorize… and Revoke… do, for both directions alike. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { EffectContext, ResolveContext } from '../../../../invoke/context.ts';
import type { Verdict } from '../../../../invoke/verdict.ts';
import type { RevokedSecurityGroupRule, TagSpecification } from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { newId, requireId } from '../../resource/kind.ts';
import { creationChecks, tagsOf } from '../../resource/tag.ts';
import type { RuleTerms, SecurityGroupRecord, SecurityGroupRuleRecord } from '../network-records.ts';
import { securityGroupRules } from '../networked.ts';
import { type RuleRequest, requestedRules } from './rule-request.ts';
import { groupCheck } from './security-group.ts';
import { ruleIdentity, rulesOfGroup, ruleText, securityGroupRuleKind } from './security-group-rule.ts';

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
  const count = known.filter((rule) => rule.isEgress === isEgress).length + rules.length;
  if (count > MAX_RULES) {
    throw new AwsError(
      'RulesPerSecurityGroupLimitExceeded',
      'The maximum number of rules per security group has been reached.',
    );
  }
}

/** AWS's quota for each direction of a group. */
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

/** The rules of the group that a Revoke… names, by id or by what they say. Throws where one is not there. */
export async function rulesToRevoke(
  tx: ReadTransaction,
  group: SecurityGroupRecord,
  isEgress: boolean,
  input: RuleRequest & { readonly SecurityGroupRuleIds?: readonly string[] },
): Promise<SecurityGroupRuleRecord[]> {
  const known = (await rulesOfGroup(tx, group, group.id)).filter((rule) => rule.isEgress === isEgress);
  const { SecurityGroupRuleIds: ids } = input;
  if (ids && ids.length > 0) {
    for (const id of ids) requireId(securityGroupRuleKind, id);
    const missing = ids.filter((id) => !known.some((rule) => rule.id === id));
    if (missing.length > 0) throw securityGroupRuleKind.notFound(missing);
    return known.filter(({ id }) => ids.includes(id));
  }
  const asked: readonly RuleTerms[] = await requestedRules(tx, group, isEgress, input);
  return asked.map((terms) => {
    const rule = known.find((each) => ruleIdentity(each) === ruleIdentity(terms));
    if (rule) return rule;
    throw new AwsError(
      'InvalidPermission.NotFound',
      'The specified rule does not exist in this security group.',
    );
  });
}

export async function removeRules(
  context: EffectContext,
  group: Verdict<SecurityGroupRecord>,
  isEgress: boolean,
  input: Parameters<typeof rulesToRevoke>[3],
): Promise<RevokedSecurityGroupRule[]> {
  const rules = await rulesToRevoke(context.tx, group.record, isEgress, input);
  for (const rule of rules) await securityGroupRules.remove(context.tx, rule);
  return rules.map((rule) => ({
    SecurityGroupRuleId: rule.id,
    GroupId: rule.groupId,
    IsEgress: rule.isEgress,
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    CidrIpv4: rule.cidrIpv4,
    CidrIpv6: rule.cidrIpv6,
    PrefixListId: rule.prefixListId,
    ReferencedGroupId: rule.referencedGroup?.groupId,
    Description: rule.description,
  }));
}
