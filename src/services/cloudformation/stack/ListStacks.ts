/**
 * Lists stacks with given statuses, deleted ones among them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { cloudformation } from '../cloudformation.ts';
import { pageOf } from '../page.ts';
import { byAge, stackArn, stacks, templateOf } from './stack.ts';

export default cloudformation.operation('ListStacks', {
  readOnly: true,
  checks: (context) => ({ all: accountCheck(context, 'cloudformation:ListStacks') }),
  async execute({ tx, account, region }, { StackStatusFilter: filter = [], NextToken: token }) {
    const all = await tx.list(stacks, { prefix: [account, region] });
    const selected = all.filter(({ status }) => filter.length === 0 || filter.includes(status));
    const { items, NextToken } = pageOf(selected, byAge, token, { reverse: true });
    return {
      NextToken,
      StackSummaries: items.map((stack) => ({
        StackId: stackArn(stack),
        StackName: stack.name,
        TemplateDescription: stack.goal ? templateOf(stack.goal).description : stack.adopted?.description,
        CreationTime: stack.createdAtMs,
        LastUpdatedTime: stack.updatedAtMs,
        DeletionTime: stack.deletedAtMs,
        StackStatus: stack.status,
        StackStatusReason: stack.statusReason,
        ParentId: stack.parentArn,
        RootId: stack.rootArn,
        DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
      })),
    };
  },
});
