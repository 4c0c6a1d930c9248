/** Each for itself: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteFlowLogs.html */
import { ec2 } from '../../ec2.ts';
import { checksApart, removeApart } from '../../resource/each-apart.ts';
import { flowLogKind } from './flow-log.ts';

export default ec2.operation('DeleteFlowLogs', {
  checks: async (context, { FlowLogIds: ids }) => ({
    logs: await checksApart(context, flowLogKind, 'ec2:DeleteFlowLogs', ids),
  }),
  execute: ({ tx }, { FlowLogIds: ids }, { logs }) =>
    removeApart(flowLogKind, ids, logs, (record) => flowLogKind.records.remove(tx, record)),
});
