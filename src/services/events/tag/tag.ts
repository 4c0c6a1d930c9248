/** Tags of rules and event buses, and their rules. */
import type { Tags } from '../../../aws/tags.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, type ConditionValues, resolved } from '../../../invoke/verdict.ts';
import { tagEntries, tagsByKey } from '../../../service-kit/tag-rules.ts';
import type { Transaction } from '../../../store/store.ts';
import { buses, busOfArn, type EventBusRecord } from '../bus/bus.ts';
import { busCheck } from '../bus/bus-check.ts';
import { noRule, validation } from '../errors.ts';
import { type RuleRecord, ruleOfArn, rules } from '../rule/rule.ts';
import { ruleCheck } from '../rule/rule-check.ts';

export const { withTags, withoutTags } = tagsByKey(
  {
    max: 50,
    duplicate: () => validation('Duplicate tag keys are not allowed.'),
    reserved: () => validation('aws: prefixed tag keys are not allowed for external use.'),
    tooMany: () => validation('A resource has at most 50 tags.'),
  },
  tagEntries,
);

/** The check on the rule or bus that an ARN names. */
export async function taggedCheck(
  context: ResolveContext,
  operation: string,
  resourceArn: string,
  conditions?: () => ConditionValues,
): Promise<Check<RuleRecord | EventBusRecord>> {
  const bus = busOfArn(resourceArn);
  if (bus) return busCheck(context, operation, bus, conditions);
  const named = ruleOfArn(resourceArn);
  if (!named) {
    throw validation(`Parameter ${resourceArn} is not valid. Reason: Provided Arn is not in correct format.`);
  }
  const check = await ruleCheck(context, operation, named, conditions);
  return resolved(check, check.record, () => check.missing ?? noRule(named.name, named.bus));
}

export function putTags(tx: Transaction, record: RuleRecord | EventBusRecord, tags: Tags): void {
  if ('targets' in record) tx.put(rules, { ...record, tags });
  else tx.put(buses, { ...record, tags });
}
