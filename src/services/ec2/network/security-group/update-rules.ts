/** Changes of rules that are there: their terms, and their descriptions alone. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { EffectContext } from '../../../../invoke/context.ts';
import type { Verdict } from '../../../../invoke/verdict.ts';
import type {
  SecurityGroupRuleDescription,
  SecurityGroupRuleRequest,
  SecurityGroupRuleUpdate,
} from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import type { SecurityGroupRecord, SecurityGroupRuleRecord } from '../network-records.ts';
import { rulesOfGroup, securityGroupRules } from '../networked.ts';
import { requireRules } from './authorize-rules.ts';
import { type RuleRequest, requestedRules, validDescription } from './rule-request.ts';
import { ruleIdentity, ruleText, securityGroupRuleKind } from './security-group-rule.ts';

/** Sets descriptions of rules named by id, or by permissions that carry the new description. */
export async function describeRules(
  context: EffectContext,
  group: Verdict<SecurityGroupRecord>,
  isEgress: boolean,
  input: RuleRequest & { readonly SecurityGroupRuleDescriptions?: readonly SecurityGroupRuleDescription[] },
): Promise<void> {
  const { tx } = context;
  const { SecurityGroupRuleDescriptions: byId } = input;
  const changed: SecurityGroupRuleRecord[] = [];
  if (byId && byId.length > 0) {
    for (const { SecurityGroupRuleId: id = '', Description: description } of byId) {
      const [rule] = await requireRules(tx, group.record, isEgress, { SecurityGroupRuleIds: [id] });
      changed.push({ ...rule!, description: validDescription(description) });
    }
  } else {
    const asked = await requestedRules(tx, group.record, isEgress, input);
    const rules = await requireRules(tx, group.record, isEgress, input);
    for (const [index, rule] of rules.entries()) {
      changed.push({ ...rule, description: asked[index]!.description });
    }
  }
  for (const rule of changed) await securityGroupRules.put(tx, rule);
}

/** The rules as the updates make them. Throws where one is not of the group, or would be another's twin. */
export async function updatedRules(
  tx: ReadTransaction,
  group: SecurityGroupRecord,
  updates: readonly SecurityGroupRuleUpdate[],
): Promise<SecurityGroupRuleRecord[]> {
  const known = await rulesOfGroup(tx, group, group.id);
  const changed: SecurityGroupRuleRecord[] = [];
  for (const { SecurityGroupRuleId: id, SecurityGroupRule: request = {} } of updates) {
    const rule = known.find((each) => each.id === id);
    if (!rule) throw securityGroupRuleKind.notFound([id]);
    requireOneSource(request);
    const [terms] = await requestedRules(tx, group, rule.isEgress, {
      IpPermissions: [permissionOf(request)],
    });
    const { account, region, tags, groupId } = rule;
    changed.push({ ...terms!, account, region, id, tags, groupId });
  }
  const updated = new Map([...known, ...changed].map((rule) => [rule.id, rule]));
  const identities = new Set<string>();
  for (const rule of updated.values()) {
    if (identities.has(ruleIdentity(rule))) {
      throw new AwsError(
        'InvalidPermission.Duplicate',
        `the specified rule "${ruleText(rule)}" already exists`,
      );
    }
    identities.add(ruleIdentity(rule));
  }
  return changed;
}

/** A rule has one source, and says what it is for. */
function requireOneSource({
  IpProtocol: protocol,
  FromPort,
  ToPort,
  ...request
}: SecurityGroupRuleRequest): void {
  const invalid = (message: string) => new AwsError('InvalidParameterValue', message);
  if (!protocol) {
    throw invalid(
      "Invalid value 'null' for protocol. VPC security group rules must specify protocols explicitly.",
    );
  }
  if (/^(?:tcp|udp|6|17)$/i.test(protocol) && (FromPort === undefined || ToPort === undefined)) {
    throw invalid('Invalid value for portRange. Must specify both from and to ports with TCP/UDP.');
  }
  const { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupId } = request;
  const sources = [CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupId].filter((source) => source);
  const names = 'cidrIp, cidrIpv6, prefixListId, or referencedGroupId';
  if (sources.length === 0) {
    throw new AwsError('MissingParameter', `The request must contain exactly one of: ${names}`);
  }
  if (sources.length > 1) {
    throw new AwsError('InvalidParameterCombination', `Only one of ${names} can be specified`);
  }
}

function permissionOf(request: SecurityGroupRuleRequest) {
  const { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupId, Description } = request;
  return {
    IpProtocol: request.IpProtocol,
    FromPort: request.FromPort,
    ToPort: request.ToPort,
    IpRanges: CidrIpv4 ? [{ CidrIp: CidrIpv4, Description }] : undefined,
    Ipv6Ranges: CidrIpv6 ? [{ CidrIpv6, Description }] : undefined,
    PrefixListIds: PrefixListId ? [{ PrefixListId, Description }] : undefined,
    UserIdGroupPairs: ReferencedGroupId ? [{ GroupId: ReferencedGroupId, Description }] : undefined,
  };
}
