/** Protection from scale-in only. https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceProtection.html */
import { MAX_PROTECTED_OF_REQUEST } from '../account/limits.ts';
import { autoscaling } from '../autoscaling.ts';
import { groupCheck } from '../group/group.ts';
import { instances, requireInstances, requireStates } from './instance.ts';

export default autoscaling.operation('SetInstanceProtection', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'SetInstanceProtection', input.AutoScalingGroupName),
  }),
  async execute({ tx }, input, { group: { record: group } }) {
    const found = await requireInstances(tx, group, input.InstanceIds, MAX_PROTECTED_OF_REQUEST);
    requireStates(found, ['InService', 'EnteringStandby', 'Standby']);
    for (const instance of found) tx.put(instances, { ...instance, isProtected: input.ProtectedFromScaleIn });
    return {};
  },
});
