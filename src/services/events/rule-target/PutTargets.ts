/**
 * Adds targets to a rule, or changes those with the same id. Roles that they are given must be passed.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
 */
import { requireOwnRead } from '../encryption/rule-configuration.ts';
import { limitExceeded } from '../errors.ts';
import { events } from '../events.ts';
import { passRuleRoleCheck } from '../rule/pass-role.ts';
import { rules } from '../rule/rule.ts';
import { existingRuleCheck, requireOwn } from '../rule/rule-check.ts';
import { requireTarget, unservedEntry } from './target-rules.ts';

const MAX_TARGETS = 5;

export default events.operation('PutTargets', {
  async checks(context, { Rule: name, EventBusName: bus, Targets }) {
    const targetArns = { 'events:TargetArn': Targets.map(({ Arn }) => Arn) };
    const roles = new Set(Targets.flatMap(({ RoleArn }) => RoleArn ?? []));
    return {
      rule: await existingRuleCheck(context, 'PutTargets', { name, bus }, () => targetArns),
      roles: [...roles].map(passRuleRoleCheck),
    };
  },
  preconditions(context, { Targets }, { rule: { record } }) {
    requireOwn(context, record, undefined);
    for (const target of Targets) requireTarget(record, target);
    const ids = [...record.targets, ...Targets].map(({ Id }) => Id);
    if (new Set(ids).size > MAX_TARGETS) throw limitExceeded();
  },
  calls: (ctx, { EventBusName }) => requireOwnRead(ctx, EventBusName),
  execute({ tx }, { Targets }, { rule: { record } }) {
    const failures = Targets.flatMap((target) => unservedEntry(target) ?? []);
    const added = Targets.filter((target) => !unservedEntry(target));
    const ids = new Set(added.map(({ Id }) => Id));
    const kept = record.targets.filter(({ Id }) => !ids.has(Id));
    tx.put(rules, { ...record, targets: [...kept, ...added] });
    return { FailedEntryCount: failures.length, FailedEntries: failures };
  },
});
