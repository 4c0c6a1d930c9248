/**
 * Each instance on its own: what cannot be changed is listed in the reply
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceCreditSpecification.html).
 */
import { ec2 } from '../ec2.ts';
import { instanceKind, instances } from '../instance/instance.ts';
import { resourceChecks } from '../resource/kind.ts';
import { requireCreditOption } from './default-credits.ts';

export default ec2.operation('ModifyInstanceCreditSpecification', {
  async checks(context, input) {
    const ids = input.InstanceCreditSpecifications.map(({ InstanceId: id }) => id);
    return {
      instances: await resourceChecks(context, instanceKind, 'ec2:ModifyInstanceCreditSpecification', ids),
    };
  },
  execute({ tx }, input, { instances: checked }) {
    const changed: { InstanceId: string }[] = [];
    const refused: object[] = [];
    for (const { record } of checked) {
      const asked = input.InstanceCreditSpecifications.find(({ InstanceId: id }) => id === record.id);
      const credits = requireCreditOption(asked?.CpuCredits);
      if (record.cpuCredits === undefined) {
        const message = `The instance '${record.id}' is of type '${record.type}', which has no CPU credits.`;
        refused.push({
          InstanceId: record.id,
          Error: { Code: 'InstanceCreditSpecification.NotSupported', Message: message },
        });
        continue;
      }
      tx.put(instances, { ...record, cpuCredits: credits });
      changed.push({ InstanceId: record.id });
    }
    return {
      SuccessfulInstanceCreditSpecifications: changed,
      UnsuccessfulInstanceCreditSpecifications: refused,
    };
  },
});
