/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { securityGroups } from '../networked.ts';
import { networkInterfaceKind } from './network-interface.ts';
import { networkInterfaceFilters, showNetworkInterface } from './show-network-interface.ts';

export default ec2.operation('DescribeNetworkInterfaces', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeNetworkInterfaces') }),
  async execute(context, input) {
    const groups = await securityGroups.list(context.tx, context);
    const names = new Map(groups.map(({ id, name }) => [id, name]));
    const page = await describeResources(context.tx, context, {
      kind: networkInterfaceKind,
      ids: input.NetworkInterfaceIds,
      idsName: 'networkInterfaceIds',
      filters: input.Filters,
      fields: networkInterfaceFilters(names),
      page: input,
    });
    return {
      NetworkInterfaces: page.items.map((each) => showNetworkInterface(each, names)),
      NextToken: page.nextToken,
    };
  },
});
