/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnmonitorInstances.html */
import { ec2 } from '../ec2.ts';
import { resourceChecks } from '../resource/kind.ts';
import { instanceKind } from './instance.ts';

export default ec2.operation('UnmonitorInstances', {
  unserved: ['MetricCategoryIds'],
  async checks(context, input) {
    const { InstanceIds: ids } = input;
    return { instances: await resourceChecks(context, instanceKind, 'ec2:UnmonitorInstances', ids) };
  },
  execute(context, _input, { instances }) {
    for (const { record } of instances) context.tx.put(instanceKind.table, { ...record, monitored: false });
    return {
      InstanceMonitorings: instances.map(({ record }) => ({
        InstanceId: record.id,
        Monitoring: { State: record.monitored ? 'disabling' : 'disabled' },
      })),
    };
  },
});
