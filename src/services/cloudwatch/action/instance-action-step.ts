/** The work of an EC2 action, by its name. */
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import type { InstanceVerb } from './alarm-action.ts';

export const instanceActionStep = workflowRef<{
  alarmName: string;
  arn: string;
  verb: InstanceVerb;
  instanceId: string;
}>('cloudwatch.instance.act');
