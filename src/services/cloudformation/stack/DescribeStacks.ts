/**
 * Describes one stack (a deleted one by its id), or all that exist.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { cloudformation } from '../cloudformation.ts';
import { pageOf } from '../page.ts';
import { byAge, showStack, stacks } from './stack.ts';
import { stackCheck, WITH_ID } from './stack-check.ts';

export default cloudformation.operation('DescribeStacks', {
  readOnly: true,
  async checks(context, { StackName: name }) {
    const stack =
      name === undefined ? undefined : await stackCheck(context, 'DescribeStacks', name, {}, WITH_ID);
    return { stack, all: stack ? undefined : accountCheck(context, 'cloudformation:DescribeStacks') };
  },
  async execute(context, input, { stack }) {
    if (stack) return { Stacks: [showStack(context, stack.record)] };
    const { tx, account, region } = context;
    const all = await tx.list(stacks, { prefix: [account, region] });
    const there = all.filter(({ status }) => status !== 'DELETE_COMPLETE');
    const { items, NextToken } = pageOf(there, byAge, input.NextToken, { reverse: true });
    return { Stacks: items.map((each) => showStack(context, each)), NextToken };
  },
});
