/**
 * Lists what the stacks of the account and region export.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListExports.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { cloudformation } from '../cloudformation.ts';
import { pageOf } from '../page.ts';
import { exportedValue, exports } from './export.ts';

export default cloudformation.operation('ListExports', {
  readOnly: true,
  checks: (context) => ({ all: accountCheck(context, 'cloudformation:ListExports') }),
  async execute(context, { NextToken: token }) {
    const all = await context.tx.list(exports, { prefix: [context.account, context.region] });
    const { items, NextToken } = pageOf(all, ({ name }) => [name], token);
    return {
      NextToken,
      Exports: items.map((each) => ({
        ExportingStackId: each.stackId,
        Name: each.name,
        Value: exportedValue(context, each),
      })),
    };
  },
});
