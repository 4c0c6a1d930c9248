/**
 * Lists the change sets of a stack that can still be executed or described.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListChangeSets.html
 */
import { cloudformation } from '../cloudformation.ts';
import { pageOf } from '../page.ts';
import { stackCheck } from '../stack/stack-check.ts';
import { changeSetsOf, summarizeChangeSet } from './change-set.ts';

export default cloudformation.operation('ListChangeSets', {
  readOnly: true,
  async checks(context, { StackName: name }) {
    return { stack: await stackCheck(context, 'ListChangeSets', name) };
  },
  async execute(context, { NextToken: token }, { stack: { record: stack } }) {
    const all = await changeSetsOf(context.tx, stack);
    const pending = all.filter(({ executionStatus }) => executionStatus !== 'EXECUTE_IN_PROGRESS');
    const { items, NextToken } = pageOf(pending, ({ uuid }) => [uuid], token);
    return {
      Summaries: await Promise.all(items.map((each) => summarizeChangeSet(context, each))),
      NextToken,
    };
  },
});
