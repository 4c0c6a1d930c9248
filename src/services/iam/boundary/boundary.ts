/**
 * Permissions boundaries: the managed policy that limits what a user or role may be allowed.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
import type { ReadTransaction } from '../../../store/store.ts';
import { noSuchEntity } from '../errors.ts';
import { findPolicy } from '../managed-policy/managed-policy.ts';

/** The ARN as it is stored, or IAM's error where no such policy can be a boundary. */
export async function checkedBoundary(
  tx: ReadTransaction,
  account: string,
  arn: string | undefined,
): Promise<string | undefined> {
  if (arn === undefined) return undefined;
  const policy = await findPolicy(tx, arn);
  if (!policy || (policy.account !== account && policy.account !== 'aws')) {
    throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
  }
  return arn;
}
