/** The grants that may allow a request: a few look-ups, however many grants the key has. */
import { principalOf } from '../../../invoke/caller.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { PolicyGrant } from '../../../policy/decision.ts';
import { granteeNames } from '../../../policy/principals.ts';
import type { KeyRecord } from '../key/key.ts';
import type { KeyQuestion } from '../key/key-check.ts';
import { GRANT_OPERATIONS, type GrantRecord, grantCounts, grants, pairText, policyGrant } from './grant.ts';
import { readGrantToken } from './grant-token.ts';

/** Grants that suit a request equally well differ in nothing that a decision asks for; a few stand for all. */
const ENOUGH = 50;

export async function grantsFor(
  context: ResolveContext,
  key: KeyRecord,
  action: string,
  question: KeyQuestion,
): Promise<readonly PolicyGrant[] | undefined> {
  // Read first: a token that is not one is refused even where it is not needed.
  const presented = (question.grantTokens ?? []).map((token) => readGrantToken(context, token).grantId);
  if (!GRANT_OPERATIONS.has(action)) return undefined;
  const { account, region, keyId } = key;
  const { tx, nowMs, caller } = context;
  const counted = await tx.get(grantCounts, [account, region, keyId]);
  if (!counted || counted.count === 0) return undefined;

  const pairs = constrainingPairs(action, question);
  const found: GrantRecord[] = [];
  for (const name of granteeNames(principalOf(caller))) {
    const prefix = [account, region, keyId, name, action];
    if (!pairs) {
      found.push(...(await tx.find(grants, 'use', { prefix, limit: ENOUGH })));
      continue;
    }
    for (const pair of pairs) {
      found.push(...(await tx.find(grants, 'use', { prefix: [...prefix, pair], limit: ENOUGH })));
    }
  }
  return found
    .filter(({ effectiveAtMs, grantId }) => effectiveAtMs <= nowMs || presented.includes(grantId))
    .map(policyGrant);
}

/** What the constraint of a suitable grant must begin with; undefined where constraints are not looked at. */
function constrainingPairs(
  action: string,
  { encryptionContext, childGrant }: KeyQuestion,
): string[] | undefined {
  // A parent grant must be no stricter than its child (aws-facts A4.5): its pairs are among the child's.
  const pairs =
    action === 'CreateGrant'
      ? (childGrant?.encryptionContextEquals ?? childGrant?.encryptionContextSubset ?? {})
      : encryptionContext;
  return pairs && ['', ...Object.entries(pairs).map(pairText)];
}
