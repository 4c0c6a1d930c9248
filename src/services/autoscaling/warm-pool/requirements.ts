/** Which groups can have a warm pool (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html#warm-pools-limitations). */
import type { ReadTransaction } from '../../../store/store.ts';
import { validationError } from '../errors.ts';
import type { GroupRecord } from '../group/group.ts';
import { distributionOf, overridesOf } from '../group/mixed-policy.ts';
import { findConfiguration } from '../launch-configuration/launch-configuration.ts';

export async function requireWarmable(tx: ReadTransaction, group: GroupRecord): Promise<void> {
  const { source, capacityUnit = 'units' } = group;
  if (source.kind === 'configuration') {
    const price = (await findConfiguration(tx, group, source.name))?.settings.SpotPrice;
    if (price)
      throw validationError(
        'Warm pools are not supported for Auto Scaling groups that launch Spot Instances.',
      );
  }
  if (source.kind !== 'mixed') return;
  const isWeighted = overridesOf(source.policy).some(
    ({ WeightedCapacity }) => WeightedCapacity !== undefined,
  );
  if (isWeighted || capacityUnit !== 'units') {
    throw validationError('Warm pools are not supported for Auto Scaling groups that use instance weights.');
  }
  if (distributionOf(source.policy).onDemandPercentage < 100) {
    throw validationError('Warm pools are not supported for Auto Scaling groups that launch Spot Instances.');
  }
}
