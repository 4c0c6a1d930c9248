/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { interfaceHolders, routeTableFilters, routeTableKind, showRouteTable } from './route-table.ts';

export default ec2.operation('DescribeRouteTables', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeRouteTables') }),
  async execute(context, input) {
    const holders = await interfaceHolders(context.tx, context);
    const page = await describeResources(context.tx, context, {
      kind: routeTableKind,
      ids: input.RouteTableIds,
      idsName: 'routeTableIds',
      filters: input.Filters,
      fields: routeTableFilters(holders),
      page: input,
      limits: { max: 100 },
    });
    return {
      RouteTables: page.items.map((table) => showRouteTable(table, holders)),
      NextToken: page.nextToken,
    };
  },
});
