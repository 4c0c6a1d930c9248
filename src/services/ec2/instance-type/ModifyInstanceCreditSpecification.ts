/**
 * Each instance on its own: what cannot be changed is listed in the reply, in AWS's four codes
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnsuccessfulInstanceCreditSpecificationItemError.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { type InstanceRecord, instanceKind, instances } from '../instance/instance.ts';
import { requireState } from '../instance/instance-state.ts';
import { findInstanceType } from '../instance/instance-type.ts';
import { absence, checksApart, eachApart, listed } from '../resource/each-apart.ts';
import { requireCreditOption } from './default-credits.ts';

export default ec2.operation('ModifyInstanceCreditSpecification', {
  async checks(context, { InstanceCreditSpecifications: asked }) {
    const ids = asked.map(({ InstanceId: id }) => id);
    const action = 'ec2:ModifyInstanceCreditSpecification';
    return { instances: await checksApart(context, instanceKind, action, ids, { listsMalformed: true }) };
  },
  preconditions(_context, { InstanceCreditSpecifications: asked }) {
    for (const { CpuCredits } of asked) requireCreditOption(CpuCredits);
    if (new Set(asked.map(({ InstanceId: id }) => id)).size === asked.length) return;
    throw new AwsError(
      'InvalidInstanceCreditSpecification.DuplicateInstanceId',
      'The request may not contain duplicate instance IDs.',
    );
  },
  execute({ tx }, { InstanceCreditSpecifications: asked }, { instances: found }) {
    const changed: { InstanceId: string }[] = [];
    const refused: { InstanceId: string; Error: object }[] = [];
    for (const [index, { id: InstanceId, record }] of eachApart(
      asked.map(({ InstanceId: id }) => id),
      found,
    ).entries()) {
      try {
        const instance = requireBurstable(InstanceId, record);
        tx.put(instances, { ...instance, cpuCredits: requireCreditOption(asked[index]?.CpuCredits) });
        changed.push({ InstanceId });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        refused.push({ InstanceId, Error: listed(error) });
      }
    }
    return {
      SuccessfulInstanceCreditSpecifications: changed,
      UnsuccessfulInstanceCreditSpecifications: refused,
    };
  },
});

function requireBurstable(id: string, instance: InstanceRecord | undefined): InstanceRecord {
  if (!instance) throw absence(instanceKind, id);
  requireState(instance, ['running', 'stopped'], 'modified');
  if (findInstanceType(instance.type)?.isBurstable) return instance;
  throw new AwsError(
    'InstanceCreditSpecification.NotSupported',
    `The instance '${id}' is of type '${instance.type}', which has no CPU credits.`,
  );
}
