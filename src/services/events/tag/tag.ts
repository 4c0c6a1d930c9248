/** Tags of rules and event buses, and their rules. */
import type { Tags } from '../../../aws/tags.ts';
import type { Caller } from '../../../invoke/caller.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check, ConditionValues } from '../../../invoke/verdict.ts';
import { setsReservedTags } from '../../../service-kit/reserved-tags.ts';
import type { Tag } from '../../../shapes/generated/events.ts';
import type { Transaction } from '../../../store/store.ts';
import { buses, busOfArn, type EventBusRecord } from '../bus/bus.ts';
import { busCheck } from '../bus/bus-check.ts';
import { noRule, validation } from '../errors.ts';
import { type RuleRecord, ruleOfArn, rules } from '../rule/rule.ts';
import { ruleCheck } from '../rule/rule-check.ts';

const MOST_TAGS = 50;

export const tagsOf = (tags: readonly Tag[]): Tags =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));

export const tagList = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

export function withTags(existing: Tags, added: readonly Tag[], caller: Caller): Tags {
  const names = added.map(({ Key }) => Key);
  if (setsReservedTags(caller, names))
    throw validation('aws: prefixed tag keys are not allowed for external use.');
  if (new Set(names).size < names.length) throw validation('Duplicate tag keys are not allowed.');
  const tags = { ...existing, ...tagsOf(added) };
  if (Object.keys(tags).length > MOST_TAGS) throw validation(`A resource has at most ${MOST_TAGS} tags.`);
  return tags;
}

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
  const missing = check.missing ?? (check.record ? undefined : noRule(named.name, named.bus));
  return { ...check, record: check.record as RuleRecord, missing };
}

export function putTags(tx: Transaction, record: RuleRecord | EventBusRecord, tags: Tags): void {
  if ('targets' in record) tx.put(rules, { ...record, tags });
  else tx.put(buses, { ...record, tags });
}
