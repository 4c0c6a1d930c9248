/** How many parameters of each tier there may be: https://docs.aws.amazon.com/general/latest/gr/ssm.html#parameter-store */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { parameters } from './parameter.ts';
import type { Tier } from './parameter-record.ts';

const MOST: Readonly<Record<Tier, number>> = { Standard: 10_000, Advanced: 100_000 };

/** Throws where an account has as many parameters of the tier as it may. */
export async function requireRoom(
  tx: ReadTransaction,
  { account, region }: Scope,
  tier: Tier,
): Promise<void> {
  const all = await tx.list(parameters, { prefix: [account, region] });
  if (all.filter((each) => each.tier === tier).length < MOST[tier]) return;
  throw new AwsError(
    'ParameterLimitExceeded',
    'You have exceeded the number of parameters for this AWS account. Delete one or more parameters and try again.',
  );
}
