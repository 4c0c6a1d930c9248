/** The safety check on a new key policy: whoever sets it must be able to change it again (aws-facts A3.5). */
import { rule } from '../../../invoke/authorize.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { malformedPolicy } from '../errors.ts';
import { type KeyRecord, keyArn } from '../key/key.ts';
import { keyCheck } from '../key/key-check.ts';

/** `key` bears the new policy. IAM counts too: delegation alone does not help a caller whom IAM does not allow. */
export async function requireFutureControl(context: ResolveContext, key: KeyRecord): Promise<void> {
  const named = { arn: keyArn(key), account: key.account, key };
  const { decision } = await rule(context, await keyCheck(context, 'PutKeyPolicy', named));
  if (decision.allowed) return;
  throw malformedPolicy('The new key policy will not allow you to update the key policy in the future.');
}
