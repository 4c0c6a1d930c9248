/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_MonitorInstances.html */
import { ec2 } from '../ec2.ts';
import { resourceChecks } from '../resource/kind.ts';
import { instanceKind } from './instance.ts';

export default ec2.operation('MonitorInstances', {
  unserved: ['MetricCategoryIds'],
  async checks(context, input) {
    return {
      instances: await resourceChecks(context, instanceKind, 'ec2:MonitorInstances', input.InstanceIds),
    };
  },
  execute(context, _input, { instances }) {
    for (const { record } of instances) context.tx.put(instanceKind.table, { ...record, monitored: true });
    return {
      InstanceMonitorings: instances.map(({ record }) => ({
        InstanceId: record.id,
        Monitoring: { State: record.monitored ? 'enabled' : 'pending' },
      })),
    };
  },
});
