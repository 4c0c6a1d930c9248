/** Quotas of an account in a Region, and of a group (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html). */
import { validationError } from '../errors.ts';

export const MAX_GROUPS = 500;
export const MAX_LAUNCH_CONFIGURATIONS = 200;
export const MAX_LIFECYCLE_HOOKS = 50;
export const MAX_SCALING_POLICIES = 50;
export const MAX_SCHEDULED_ACTIONS = 125;
export const MAX_TAGS = 50;
export const MAX_TOPICS = 10;

const MAX_INSTANCES_OF_REQUEST = 20;
export const MAX_PROTECTED_OF_REQUEST = 50;
const MAX_SCHEDULED_OF_REQUEST = 50;

/** Throws where a request names more than it may. */
function requireAtMost(most: number, what: string, named: readonly unknown[] | undefined): void {
  if (!named || named.length <= most) return;
  throw validationError(`The number of ${what} in a request must be at most ${most}.`);
}

export const requireFewInstances = (ids: readonly string[] | undefined, most = MAX_INSTANCES_OF_REQUEST) =>
  requireAtMost(most, 'instances', ids);

export const requireFewActions = (named: readonly unknown[]) =>
  requireAtMost(MAX_SCHEDULED_OF_REQUEST, 'scheduled actions', named);
