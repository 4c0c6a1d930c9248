/**
 * Takes targets from a rule; one that it does not have fails by itself.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RemoveTargets.html
 */
import { events } from '../events.ts';
import { rules } from '../rule/rule.ts';
import { existingRuleCheck, requireOwn } from '../rule/rule-check.ts';

export default events.operation('RemoveTargets', {
  async checks(context, { Rule: name, EventBusName: bus }) {
    return { rule: await existingRuleCheck(context, 'RemoveTargets', { name, bus }) };
  },
  preconditions: (context, { Force }, { rule }) => requireOwn(context, rule.record, Force),
  execute({ tx }, { Ids }, { rule: { record } }) {
    const unknown = Ids.filter((id) => !record.targets.some(({ Id }) => Id === id));
    tx.put(rules, { ...record, targets: record.targets.filter(({ Id }) => !Ids.includes(Id)) });
    return {
      FailedEntryCount: unknown.length,
      FailedEntries: unknown.map((TargetId) => ({
        TargetId,
        ErrorCode: 'ResourceNotFoundException',
        ErrorMessage: `Rule ${record.name} does not have a target with the Id ${TargetId}.`,
      })),
    };
  },
});
