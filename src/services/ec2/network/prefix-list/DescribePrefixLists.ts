/** Those of AWS's services: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePrefixLists.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { currentEntries, isOfAws, listsOfAws, prefixListFilters, prefixListKind } from './prefix-list.ts';

export default ec2.operation('DescribePrefixLists', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribePrefixLists') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: prefixListKind,
      ids: input.PrefixListIds,
      idsName: 'prefixListIds',
      filters: input.Filters,
      fields: prefixListFilters,
      page: input,
      list: async () => listsOfAws(context.region),
      also: isOfAws,
    });
    const PrefixLists = page.items.map((list) => ({
      PrefixListId: list.id,
      PrefixListName: list.name,
      Cidrs: currentEntries(list).map(({ cidr }) => cidr),
    }));
    return { PrefixLists, NextToken: page.nextToken };
  },
});
