/** A deregistered image is remembered while instances refer to it (aws-facts F54). */
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { HOUR_MS } from '../../../platform/durations.ts';
import { ec2 } from '../ec2.ts';
import { instanceKind } from '../instance/instance.ts';
import { listResources } from '../resource/kind.ts';
import { images } from './image.ts';

/** No simulated work, so no delay that a user can set to nothing. */
export const FORGET_MS = HOUR_MS;

export const forgetImageStep = workflowRef<{ readonly imageId: string }>('ec2.image.forget');

export const forgetImageWorkflow = workflow(forgetImageStep, ec2, async (_ctx, { imageId }) => {
  return async (context) => {
    const instances = await listResources(context.tx, instanceKind, context);
    if (instances.some((instance) => instance.imageId === imageId && instance.state !== 'terminated')) {
      context.schedule(forgetImageStep, { imageId }, { delayMs: FORGET_MS });
    } else {
      context.tx.delete(images, [context.account, context.region, imageId]);
    }
  };
});
