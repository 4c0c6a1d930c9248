/** The account's own and AWS's: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeManagedPrefixLists.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck, listResources } from '../../resource/kind.ts';
import { listsOfAws, prefixListFilters, prefixListKind, showPrefixList } from './prefix-list.ts';

export default ec2.operation('DescribeManagedPrefixLists', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeManagedPrefixLists') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: prefixListKind,
      ids: input.PrefixListIds,
      idsName: 'prefixListIds',
      filters: input.Filters,
      fields: prefixListFilters,
      page: input,
      limits: { min: 1, max: 100 },
      list: async () => [
        ...(await listResources(context.tx, prefixListKind, context)),
        ...listsOfAws(context.region),
      ],
    });
    return { PrefixLists: page.items.map((list) => showPrefixList(list)), NextToken: page.nextToken };
  },
});
