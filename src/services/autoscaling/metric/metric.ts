/** The metrics of a group that can be switched on. Nobody collects them here: they are kept and described. */
import { validationError } from '../errors.ts';

export const GRANULARITY = '1Minute';

export const METRICS = [
  'GroupAndWarmPoolDesiredCapacity',
  'GroupAndWarmPoolTotalCapacity',
  'GroupDesiredCapacity',
  'GroupInServiceCapacity',
  'GroupInServiceInstances',
  'GroupMaxSize',
  'GroupMinSize',
  'GroupPendingCapacity',
  'GroupPendingInstances',
  'GroupStandbyCapacity',
  'GroupStandbyInstances',
  'GroupTerminatingCapacity',
  'GroupTerminatingInstances',
  'GroupTotalCapacity',
  'GroupTotalInstances',
  'WarmPoolDesiredCapacity',
  'WarmPoolMinSize',
  'WarmPoolPendingCapacity',
  'WarmPoolTerminatingCapacity',
  'WarmPoolTotalCapacity',
  'WarmPoolWarmedCapacity',
] as const;

/** The metrics that a request names; all where it names none. */
export function namedMetrics(names: readonly string[] = []): readonly string[] {
  const unknown = names.filter((name) => !(METRICS as readonly string[]).includes(name));
  if (unknown.length > 0) throw validationError(`Invalid Metric: [${unknown.join(', ')}].`);
  return names.length > 0 ? names : METRICS;
}
