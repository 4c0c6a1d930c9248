/**
 * Describes a change set and the changes that it would make.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html
 */
import type { ResourceChange } from '../../../shapes/generated/cloudformation.ts';
import { cloudformation } from '../cloudformation.ts';
import { pageOf } from '../page.ts';
import { rollbackConfiguration, shownParameters } from '../stack/stack.ts';
import { openValue } from '../stack/vault.ts';
import { changeSetCheck, summarizeChangeSet } from './change-set.ts';
import { withoutValues } from './change-values.ts';

export default cloudformation.operation('DescribeChangeSet', {
  readOnly: true,
  async checks(context, input) {
    return { changeSet: await changeSetCheck(context, 'DescribeChangeSet', input) };
  },
  async execute(context, input, { changeSet: { record: changeSet } }) {
    const { goal, onStackFailure } = changeSet;
    const changes = openValue<ResourceChange[]>(context, changeSet.sealedChanges) ?? [];
    const shown = input.IncludePropertyValues ? changes : withoutValues(changes);
    const parameters = shownParameters(context, goal);
    const { items, NextToken } = pageOf(shown, (_, index) => [index], input.NextToken);
    return {
      ...(await summarizeChangeSet(context, changeSet)),
      Parameters: parameters.length > 0 ? parameters : undefined,
      NotificationARNs: [],
      RollbackConfiguration: rollbackConfiguration(goal),
      Capabilities: [...goal.capabilities],
      Tags: goal.tags.length > 0 ? [...goal.tags] : undefined,
      OnStackFailure: onStackFailure,
      Changes: items.map((ResourceChange) => ({ Type: 'Resource', ResourceChange })),
      NextToken,
    };
  },
});
