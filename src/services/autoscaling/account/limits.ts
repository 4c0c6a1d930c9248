/** Quotas of an account in a region (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html). */
export const MOST_GROUPS = 500;
export const MOST_LAUNCH_CONFIGURATIONS = 200;
export const MOST_LIFECYCLE_HOOKS = 50;
export const MOST_SCALING_POLICIES = 50;
export const MOST_TAGS = 50;
