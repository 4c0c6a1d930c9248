/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteFlowLogs.html */
import { ec2 } from '../../ec2.ts';
import { resourceChecks } from '../../resource/kind.ts';
import { flowLogKind, flowLogs } from './flow-log.ts';

export default ec2.operation('DeleteFlowLogs', {
  checks: async (context, { FlowLogIds: ids }) => ({
    logs: await resourceChecks(context, flowLogKind, 'ec2:DeleteFlowLogs', ids),
  }),
  execute({ tx }, _input, { logs }) {
    for (const { record } of logs) tx.delete(flowLogs, [record.account, record.region, record.id]);
    return { Unsuccessful: [] };
  },
});
