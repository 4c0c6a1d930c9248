/** What an operation asks of a key beside the action: what key policy, grants and condition keys are held against. */
import type { Check, ConditionValues } from '../../../invoke/verdict.ts';
import type { EncryptionContext } from '../crypto/encryption-context.ts';

export interface KeyQuestion {
  /** For operations that have an encryption context. */
  readonly encryptionContext?: EncryptionContext;
  /** Condition keys of this operation beside those that every key has. */
  readonly conditions?: () => ConditionValues;
  readonly grantTokens?: readonly string[];
  readonly childGrant?: Check<unknown>['childGrant'];
  /** The key was named by a ciphertext only, so a denial does not name it. */
  readonly byCiphertext?: boolean;
}
