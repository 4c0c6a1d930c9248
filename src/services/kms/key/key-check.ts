/** The question put for a key: key policy, grants and condition keys of the caller's request (aws-facts A1, A2, A6). */
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, type Question, resolved, type Verdict } from '../../../invoke/verdict.ts';
import { encryptionContextConditions } from '../crypto/encryption-context.ts';
import { notFound } from '../errors.ts';
import { grantsFor } from '../grant/grant-lookup.ts';
import { namedKeyPolicy } from '../policy/key-policy.ts';
import type { KeyRecord } from './key.ts';
import { keyConditions } from './key-conditions.ts';
import { type NamedKey, resolveKey, resolveKeyOrAlias } from './key-identifier.ts';
import type { KeyQuestion } from './key-question.ts';
import { requireState, type StatefulOperation } from './key-state.ts';
import { isBeyondReach } from './reach.ts';

const UNKNOWN =
  'because the resource does not exist in this Region, no resource-based policies allow access, ' +
  'or a resource-based policy explicitly denies access';

export async function keyCheck(
  context: ResolveContext,
  /** IAM action without `kms:`. */
  action: string,
  named: NamedKey,
  question: KeyQuestion = {},
): Promise<Check<KeyRecord>> {
  const { caller } = context;
  const isForeign = named.account !== context.account;
  // Without a policy the key's side offers nothing: denied.
  const key = isBeyondReach(`kms:${action}`, context.account, named.account) ? undefined : named.key;
  const { encryptionContext } = question;
  const asked: Question = {
    action: `kms:${action}`,
    resource: named.arn,
    account: named.account,
    resourceRule: 'kms',
    resourcePolicy: key && namedKeyPolicy(key.policy),
    grants: key && (await grantsFor(context, key, action, question)),
    unknownGrants: key?.missing?.grants,
    beyondResourceControl: key?.manager === 'AWS',
    childGrant: question.childGrant,
    conditions: () => ({
      ...(key && keyConditions(caller, key, named.alias)),
      ...(encryptionContext && encryptionContextConditions(encryptionContext)),
      ...question.conditions?.(),
    }),
    deniedAs: question.byCiphertext
      ? `the resource associated with this ciphertext ${UNKNOWN}`
      : isForeign
        ? `resource: ${named.arn} ${UNKNOWN}`
        : undefined,
  };
  // A key that is not there has no policy, so nobody is ever allowed to learn this.
  return resolved(asked, key, () => notFound(`Key '${named.arn}' does not exist`));
}

/** `checks` of an operation on one key that is named by its id or ARN. */
export async function keyChecks(
  context: ResolveContext,
  action: string,
  identifier: string,
  question?: KeyQuestion,
): Promise<{ key: Check<KeyRecord> }> {
  return { key: await keyCheck(context, action, await resolveKey(context, identifier), question) };
}

/** `checks` of an operation on one key that may be named by an alias too. */
export async function keyOrAliasChecks(
  context: ResolveContext,
  action: string,
  identifier: string,
  question?: KeyQuestion,
): Promise<{ key: Check<KeyRecord> }> {
  return { key: await keyCheck(context, action, await resolveKeyOrAlias(context, identifier), question) };
}

/** Throws where the state of the verdict's key refuses the operation. */
export function requireSuitableState(operation: StatefulOperation, key: Verdict<KeyRecord>): void {
  requireState(operation, key.record, key.resource);
}

/** `responseElements` of a management operation: the ARN of its key, which the output may lack (since 12/2022). */
export const keyArnResponse = (_output: object, _input: object, arns: readonly string[]) => ({
  keyId: arns[0],
});
