/** What a group does of its own, each of which can be suspended (https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html). */
import { validationError } from '../errors.ts';

export const SCALING_PROCESSES = [
  'AZRebalance',
  'AddToLoadBalancer',
  'AlarmNotification',
  'HealthCheck',
  'InstanceRefresh',
  'Launch',
  'ReplaceUnhealthy',
  'ScheduledActions',
  'Terminate',
] as const;

export type ScalingProcess = (typeof SCALING_PROCESSES)[number];

/** The processes that a request names; all where it names none. */
export function namedProcesses(names: readonly string[] = []): readonly ScalingProcess[] {
  const unknown = names.filter((name) => !(SCALING_PROCESSES as readonly string[]).includes(name));
  if (unknown.length > 0) throw validationError(`Invalid Scaling Process: [${unknown.join(', ')}].`);
  return names.length > 0 ? (names as readonly ScalingProcess[]) : SCALING_PROCESSES;
}
