/** The check of an action on the user, group or role that a PolicySourceArn names. */
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check } from '../../../invoke/verdict.ts';
import { type PolicySource, policySource } from './principal-policies.ts';

export async function sourceCheck(
  { tx, account }: ResolveContext,
  arn: string,
  action: string,
): Promise<Check<PolicySource>> {
  const source = await policySource(tx, arn, account);
  return {
    action: `iam:${action}`,
    resource: source.arn,
    deniedAs: `${source.noun} ${source.record.name}`,
    account,
    conditions: source.conditions,
    record: source,
  };
}
