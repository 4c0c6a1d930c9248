/** Taking a grant away, and what retiring one is allowed by. */
import type { ExecuteContext, ResolveContext } from '../../../invoke/context.ts';
import type { Check, Verdict } from '../../../invoke/verdict.ts';
import type { NamedPolicy, PolicyGrant } from '../../../policy/decision.ts';
import { rootArn } from '../../../policy/root-user.ts';
import { notFound } from '../errors.ts';
import type { KeyRecord } from '../key/key.ts';
import { keyCheck } from '../key/key-check.ts';
import { resolveKey } from '../key/key-identifier.ts';
import { constraintConditions, type GrantRecord, grantCounts, grants, policyGrant } from './grant.ts';

const RETIRE = 'kms:RetireGrant';

export async function grantOf(
  { tx }: Pick<ResolveContext, 'tx'>,
  { account, region, keyId }: KeyRecord,
  grantId: string,
): Promise<GrantRecord> {
  const grant = await tx.get(grants, [account, region, keyId, grantId]);
  if (!grant) throw notFound(`Grant ID ${grantId} not found`);
  return grant;
}

export async function endGrant(
  { tx }: ExecuteContext,
  { record: key }: Verdict<KeyRecord>,
  grant: GrantRecord,
): Promise<void> {
  const { account, region, keyId, grantId } = grant;
  if (key.account !== account || key.keyId !== keyId) throw new Error('the verdict is about another key');
  const counted = await tx.get(grantCounts, [account, region, keyId]);
  tx.delete(grants, [account, region, keyId, grantId]);
  tx.put(grantCounts, { account, region, keyId, count: Math.max(0, (counted?.count ?? 0) - 1) });
}

/**
 * Retiring is allowed by the grant itself (its retiring principal; its grantee, where RetireGrant is among the
 * operations) or by the account that issued it, which may hand the right on by IAM. The key policy is not asked, neither
 * for what it allows nor for what it denies (aws-facts A4.8).
 */
export async function retireCheck(
  context: ResolveContext,
  keyId: string,
  grantId: string,
): Promise<Check<KeyRecord>> {
  const named = await resolveKey(context, keyId);
  const { key } = named;
  if (!key) return keyCheck(context, 'RetireGrant', named);
  const grant = await grantOf(context, key, grantId);
  return {
    ...(await keyCheck(context, 'RetireGrant', named, { conditions: () => constraintConditions(grant) })),
    grants: [...retiringGrants(grant)],
    resourcePolicy: retiringPolicy(grant.issuingAccount),
  };
}

function* retiringGrants(grant: GrantRecord): Iterable<PolicyGrant> {
  if (grant.retiring !== undefined) {
    yield { ...policyGrant(grant), sourceArn: undefined, grantee: grant.retiring, actions: [RETIRE] };
  }
  // For its own operations: RetireGrant may be among them, and the SourceArn constraint does not apply to it.
  yield { ...policyGrant(grant), sourceArn: undefined };
}

/** The right of the issuing account, in the form of a policy. */
function retiringPolicy(issuingAccount: string): NamedPolicy {
  return {
    name: 'right of the account that issued the grant',
    policy: {
      version: '2012-10-17',
      source: '',
      statements: [
        {
          index: 0,
          line: 1,
          effect: 'Allow',
          principals: { not: false, patterns: [{ type: 'AWS', value: rootArn(issuingAccount) }] },
          actions: { not: false, patterns: [RETIRE] },
          resources: { not: false, patterns: ['*'] },
          conditions: [],
        },
      ],
    },
  };
}
