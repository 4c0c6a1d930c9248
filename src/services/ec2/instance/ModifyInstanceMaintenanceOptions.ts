/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMaintenanceOptions.html */
import { ec2 } from '../ec2.ts';
import { resourceCheck } from '../resource/kind.ts';
import { instanceKind } from './instance.ts';

export default ec2.operation('ModifyInstanceMaintenanceOptions', {
  async checks(context, input) {
    return {
      instance: await resourceCheck(
        context,
        instanceKind,
        'ec2:ModifyInstanceMaintenanceOptions',
        input.InstanceId,
        () => ({ 'ec2:Attribute/AutoRecovery': input.AutoRecovery }),
      ),
    };
  },
  execute(context, input, { instance: { record } }) {
    const { AutoRecovery = record.maintenance?.AutoRecovery } = input;
    const { RebootMigration = record.maintenance?.RebootMigration } = input;
    const maintenance = { AutoRecovery, RebootMigration };
    context.tx.put(instanceKind.table, { ...record, maintenance });
    return {
      InstanceId: record.id,
      AutoRecovery: AutoRecovery ?? 'default',
      RebootMigration: RebootMigration ?? 'default',
    };
  },
});
