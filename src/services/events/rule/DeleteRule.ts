/**
 * Deletes a rule that has no targets; one that is not there is deleted already.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html
 */
import { busPlace } from '../bus/bus.ts';
import { validation } from '../errors.ts';
import { events } from '../events.ts';
import { ruleNameOn, rules } from './rule.ts';
import { requireOwn, ruleCheck } from './rule-check.ts';

export default events.operation('DeleteRule', {
  async checks(context, { Name, EventBusName }) {
    const named = ruleNameOn(busPlace(context, EventBusName), Name);
    return { rule: await ruleCheck(context, 'DeleteRule', named) };
  },
  preconditions(context, { Force }, { rule: { record } }) {
    requireOwn(context, record, Force);
    if (record && record.targets.length > 0) {
      throw validation("Rule can't be deleted since it has targets.");
    }
  },
  execute({ tx }, _input, { rule: { record } }) {
    if (record) tx.delete(rules, rules.key(record));
    return {};
  },
});
