/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFlowLogs.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { flowLogFilters, flowLogKind, showFlowLog } from './flow-log.ts';

export default ec2.operation('DescribeFlowLogs', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeFlowLogs') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: flowLogKind,
      ids: input.FlowLogIds,
      idsName: 'flowLogIds',
      filters: input.Filter,
      fields: flowLogFilters,
      page: input,
    });
    return { FlowLogs: page.items.map(showFlowLog), NextToken: page.nextToken };
  },
});
