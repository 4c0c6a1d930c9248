/** Quotas of an account in a region (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html). */
export const MAX_GROUPS = 500;
export const MAX_LAUNCH_CONFIGURATIONS = 200;
export const MAX_LIFECYCLE_HOOKS = 50;
export const MAX_SCALING_POLICIES = 50;
export const MAX_TAGS = 50;
