/**
 * Lists the stacks that import an export.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListImports.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { cloudformation, validationError } from '../cloudformation.ts';
import { pageOf } from '../page.ts';
import { importers } from './export.ts';

export default cloudformation.operation('ListImports', {
  readOnly: true,
  checks: (context) => ({ all: accountCheck(context, 'cloudformation:ListImports') }),
  async execute(context, { ExportName: name, NextToken: token }) {
    const names = await importers(context.tx, context, name);
    if (names.length === 0) throw validationError(`Export '${name}' is not imported by any stack.`);
    const { items, NextToken } = pageOf(names, (each) => [each], token);
    return { Imports: items, NextToken };
  },
});
