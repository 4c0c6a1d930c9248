/** The grants that may allow a request: a few look-ups, however many grants the key has. */
import { principalOf } from '../../../invoke/caller.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { PolicyGrant } from '../../../policy/decision.ts';
import { granteeNames } from '../../../policy/principals.ts';
import type { EncryptionContext } from '../crypto/encryption-context.ts';
import type { KeyRecord } from '../key/key.ts';
import type { KeyQuestion } from '../key/key-question.ts';
import {
  GRANT_OPERATIONS,
  type GrantRecord,
  grantCounts,
  grants,
  policyGrant,
  sortedPairs,
} from './grant.ts';
import { readGrantToken } from './grant-token.ts';

/** Grants of one operation under one context differ only in who issued them: these stand for all. */
const ENOUGH = 1000;
/** A context of more pairs has more subsets than are worth looking up one by one: then all grants are asked. */
const MAX_PAIRS = 6;

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

  const { contexts, limit } = searchFor(action, question);
  const found: GrantRecord[] = [];
  for (const name of granteeNames(principalOf(caller))) {
    const prefix = [account, region, keyId, name, action];
    for (const suitable of contexts) {
      found.push(...(await tx.find(grants, 'use', { prefix: [...prefix, ...suitable], limit })));
    }
  }
  return found
    .filter(({ effectiveAtMs, grantId }) => effectiveAtMs <= nowMs || presented.includes(grantId))
    .map(policyGrant);
}

interface Search {
  /** Last parts of index keys. */
  readonly contexts: readonly (readonly string[])[];
  /** Undefined where the grants found may differ in what the decision asks for. */
  readonly limit: number | undefined;
}

/**
 * Where a constraint is looked at, it must be a subset of the request's context: each subset is looked up, the empty
 * one and the whole among them.
 */
function searchFor(action: string, { encryptionContext, childGrant }: KeyQuestion): Search {
  if (action === 'CreateGrant') {
    // A parent must be no stricter than its child (aws-facts A4.5), and parents differ in their other operations.
    const { encryptionContextEquals: equals, encryptionContextSubset: subset } = childGrant ?? {};
    return { contexts: subsetsOf(equals ?? subset ?? {}), limit: undefined };
  }
  if (!encryptionContext) return { contexts: [[]], limit: ENOUGH };
  const isSmall = Object.keys(encryptionContext).length <= MAX_PAIRS;
  return { contexts: subsetsOf(encryptionContext), limit: isSmall ? ENOUGH : undefined };
}

function subsetsOf(context: EncryptionContext): readonly (readonly string[])[] {
  const pairs = sortedPairs(context);
  if (pairs.length > MAX_PAIRS) return [[]];
  let subsets = [''];
  for (const pair of pairs) subsets = [...subsets, ...subsets.map((subset) => subset + pair)];
  return subsets.map((subset) => [subset]);
}
