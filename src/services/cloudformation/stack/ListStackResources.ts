/**
 * Lists the resources of a stack, page by page.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html
 */
import { cloudformation } from '../cloudformation.ts';
import { pageOf } from '../page.ts';
import { summarizeStackResource } from './show-stack-resource.ts';
import { stackCheck, WITH_ID } from './stack-check.ts';
import { currentRows, rowsOf } from './stack-resource.ts';

export default cloudformation.operation('ListStackResources', {
  readOnly: true,
  async checks(context, { StackName: name }) {
    return { stack: await stackCheck(context, 'ListStackResources', name, {}, WITH_ID) };
  },
  async execute({ tx }, { NextToken: token }, { stack: { record: stack } }) {
    const rows = currentRows(await rowsOf(tx, stack));
    const { items, NextToken } = pageOf(rows, ({ logicalId }) => [logicalId], token);
    return { StackResourceSummaries: items.map(summarizeStackResource), NextToken };
  },
});
