/** The workflows that take an instance from one state to the next, and the payload of each. */
import { workflowRef } from '../../../invoke/workflow-ref.ts';

export interface LaunchStep {
  readonly activityId: string;
}

export interface InstanceStep {
  readonly instanceId: string;
}

export interface SpotStep {
  readonly spotRequestId: string;
}

export const launchStep = workflowRef<LaunchStep>('autoscaling.instance.launch');
export const terminateStep = workflowRef<InstanceStep>('autoscaling.instance.terminate');
export const joinStep = workflowRef<InstanceStep>('autoscaling.instance.join');
export const leaveStep = workflowRef<InstanceStep>('autoscaling.instance.leave');
export const standByStep = workflowRef<InstanceStep>('autoscaling.instance.stand-by');
export const startStep = workflowRef<InstanceStep>('autoscaling.instance.start');
export const stopStep = workflowRef<InstanceStep>('autoscaling.instance.stop');
export const watchStep = workflowRef<InstanceStep>('autoscaling.instance.watch');
export const followSpotStep = workflowRef<SpotStep>('autoscaling.spot-request.follow');
export const cancelSpotStep = workflowRef<SpotStep>('autoscaling.spot-request.cancel');
export const noteRiskStep = workflowRef<InstanceStep>('autoscaling.instance.note-risk');
