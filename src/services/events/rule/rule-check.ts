/** The check on a rule. The policy of its bus may let other accounts keep rules on it. */
import type { ResolveContext } from '../../../invoke/context.ts';
import {
  type Check,
  type ConditionValues,
  type Found,
  missingFor,
  resolved,
} from '../../../invoke/verdict.ts';
import { resourceTagConditions } from '../../../service-kit/tag-conditions.ts';
import { busPlace, findBus } from '../bus/bus.ts';
import { namedBusPolicy } from '../bus/bus-policy.ts';
import { managedRule, noBus, noRule } from '../errors.ts';
import { type RuleName, type RuleRecord, ruleArn, ruleNameOn, rules } from './rule.ts';

export async function ruleCheck(
  context: ResolveContext,
  operation: string,
  named: RuleName,
  conditions: () => ConditionValues = () => ({}),
): Promise<Check<RuleRecord | undefined>> {
  const { tx, account } = context;
  const bus = await findBus(tx, { ...named, name: named.bus });
  const rule = await tx.get(rules, [named.account, named.region, named.bus, named.name]);
  const check: Found<RuleRecord | undefined> = {
    action: `events:${operation}`,
    resource: ruleArn(named),
    account: named.account,
    record: rule,
    resourceRule: 'standard',
    resourcePolicy: namedBusPolicy(bus),
    conditions: () => ({
      'events:creatorAccount': rule?.createdBy ?? account,
      'events:ManagedBy': rule?.managedBy,
      ...resourceTagConditions(rule?.tags),
      ...conditions(),
    }),
  };
  return missingFor(check, bus ? undefined : noBus(named.bus));
}

/** The same, where the rule must be there. */
export async function existingRuleCheck(
  context: ResolveContext,
  operation: string,
  { name, bus }: { readonly name: string; readonly bus: string | undefined },
  conditions?: () => ConditionValues,
): Promise<Check<RuleRecord>> {
  const named = ruleNameOn(busPlace(context, bus), name);
  const check = await ruleCheck(context, operation, named, conditions);
  return resolved(check, check.record, () => check.missing ?? noRule(name, named.bus));
}

/** What a service keeps for itself, others change by force only. */
export function requireOwn(
  { caller }: ResolveContext,
  rule: RuleRecord | undefined,
  force: boolean | undefined,
): void {
  if (!rule?.managedBy || force || caller.kind === 'service') return;
  throw managedRule(`Rule ${rule.name} is a managed rule of ${rule.managedBy}. Use force to change it.`);
}
