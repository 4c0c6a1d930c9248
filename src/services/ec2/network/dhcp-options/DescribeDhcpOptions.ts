/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeDhcpOptions.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { dhcpOptionsFilters, dhcpOptionsKind, showDhcpOptions } from './dhcp-options.ts';

export default ec2.operation('DescribeDhcpOptions', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeDhcpOptions') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: dhcpOptionsKind,
      ids: input.DhcpOptionsIds,
      idsName: 'dhcpOptionsIds',
      filters: input.Filters,
      fields: dhcpOptionsFilters,
      page: input,
    });
    return { DhcpOptions: page.items.map(showDhcpOptions), NextToken: page.nextToken };
  },
});
