/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { routeTableFilters, routeTableKind, showRouteTables } from './route-table.ts';

export default ec2.operation('DescribeRouteTables', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeRouteTables') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: routeTableKind,
      ids: input.RouteTableIds,
      idsName: 'routeTableIds',
      filters: input.Filters,
      fields: routeTableFilters,
      page: input,
      limits: { max: 100 },
    });
    return { RouteTables: await showRouteTables(context.tx, page.items), NextToken: page.nextToken };
  },
});
