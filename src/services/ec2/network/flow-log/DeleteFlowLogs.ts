/** Each for itself: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteFlowLogs.html */
import { ec2 } from '../../ec2.ts';
import { absence, checksApart, eachApart, listed } from '../../resource/each-apart.ts';
import { flowLogKind } from './flow-log.ts';

export default ec2.operation('DeleteFlowLogs', {
  checks: async (context, { FlowLogIds: ids }) => ({
    logs: await checksApart(context, flowLogKind, 'ec2:DeleteFlowLogs', ids),
  }),
  async execute({ tx }, { FlowLogIds: ids }, { logs }) {
    const Unsuccessful: object[] = [];
    for (const { id: ResourceId, record } of eachApart(ids, logs)) {
      if (record) await flowLogKind.records.remove(tx, record);
      else Unsuccessful.push({ ResourceId, Error: listed(absence(flowLogKind, ResourceId)) });
    }
    return { Unsuccessful };
  },
});
