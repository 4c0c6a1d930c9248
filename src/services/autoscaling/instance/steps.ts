/** The names of the workflows that take an instance from one state to the next, and the payload of each. */
export const LAUNCH = 'autoscaling.instance.launch';
export const TERMINATE = 'autoscaling.instance.terminate';
export const JOIN = 'autoscaling.instance.join';
export const LEAVE = 'autoscaling.instance.leave';
export const STAND_BY = 'autoscaling.instance.stand-by';
export const WATCH = 'autoscaling.instance.watch';

export interface LaunchStep {
  readonly activityId: string;
}

export interface InstanceStep {
  readonly instanceId: string;
}
