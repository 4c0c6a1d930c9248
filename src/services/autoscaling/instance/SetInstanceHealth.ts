/**
 * Within the group's grace period the call changes nothing, unless it says that it should.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceHealth.html
 */
import { autoscaling } from '../autoscaling.ts';
import { validationError } from '../errors.ts';
import { findInstance, instances, noManagedInstance } from './instance.ts';
import { memberGroupCheck } from './member.ts';
import { markUnhealthy } from './watch.ts';

export default autoscaling.operation('SetInstanceHealth', {
  checks: async (context, input) => ({
    group: await memberGroupCheck(context, 'SetInstanceHealth', input.InstanceId),
  }),
  async execute(context, input, { group: { record: group } }) {
    const { InstanceId: id, HealthStatus: health, ShouldRespectGracePeriod: respects = true } = input;
    const instance = await findInstance(context.tx, context, id);
    if (!instance) throw noManagedInstance(id);
    if (health !== 'Healthy' && health !== 'Unhealthy') {
      throw validationError('Valid instance health states are: [Healthy, Unhealthy].');
    }
    const graceEndsMs = (instance.inServiceAtMs ?? context.nowMs) + group.healthCheckGraceSeconds * 1000;
    if (health === 'Healthy') {
      context.tx.put(instances, { ...instance, health, unhealthyCause: undefined });
    } else if (!respects || context.nowMs >= graceEndsMs) {
      const cause = 'an instance was taken out of service in response to a user health-check.';
      markUnhealthy(context, group, instance, cause);
    }
    return {};
  },
});
