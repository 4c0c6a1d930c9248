/**
 * The rate at which a volume's blocks come from its snapshot
 * (https://docs.aws.amazon.com/ebs/latest/userguide/initalize-volume.html). Blocks are there at once here, whatever the rate.
 */
import { AwsError } from '../../../aws/aws-error.ts';

const MIN_MIB_PER_S = 100;
const MAX_MIB_PER_S = 300;

export function requireInitializationRate(rate: number | undefined, snapshotId: string | undefined): void {
  if (rate === undefined) return;
  if (rate < MIN_MIB_PER_S || rate > MAX_MIB_PER_S) {
    throw new AwsError(
      'InvalidParameterValue',
      'The value specified for VolumeInitializationRate is not in the allowed range.',
    );
  }
  if (!snapshotId) {
    throw new AwsError(
      'InvalidParameterCombination',
      'VolumeInitializationRate can only be specified together with a snapshot.',
    );
  }
}
