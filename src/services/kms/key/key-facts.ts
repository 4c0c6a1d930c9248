/** What decisions about a key hang on, for whoever explains them. */
import type { Scope } from '../../../aws/scope.ts';
import type { ConditionValues } from '../../../invoke/verdict.ts';
import type { NamedPolicy, PolicyGrant } from '../../../policy/decision.ts';
import { grants, policyGrant } from '../grant/grant.ts';
import { bindKeyPolicy, namedKeyPolicy } from '../policy/key-policy.ts';
import { type KeyRecord, keyArn } from './key.ts';
import { CROSS_ACCOUNT } from './key-check.ts';
import { resourceConditions } from './key-conditions.ts';
import { resolveKeyOrAlias } from './key-identifier.ts';
import type { Directory } from './principal.ts';

type Where = Directory & Scope;

export interface KeyFacts extends Scope {
  readonly arn: string;
  /** `alias/name`, where the key was called so. */
  readonly alias?: string;
  readonly policy: NamedPolicy;
  readonly grants: readonly PolicyGrant[];
  /** The condition keys that the key itself gives. */
  readonly conditions: ConditionValues;
  /** IAM actions by which the key is used and controlled; of each whether other accounts can be let in. */
  readonly actions: readonly { readonly action: string; readonly reachesAccounts: boolean }[];
}

const USES: Readonly<Record<KeyRecord['keyUsage'], readonly string[]>> = {
  ENCRYPT_DECRYPT: [
    ...['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo'],
    ...['GenerateDataKey', 'GenerateDataKeyWithoutPlaintext'],
  ],
  SIGN_VERIFY: ['Sign', 'Verify', 'GetPublicKey'],
  GENERATE_VERIFY_MAC: ['GenerateMac', 'VerifyMac'],
  KEY_AGREEMENT: ['DeriveSharedSecret', 'GetPublicKey'],
};
const CONTROLS = ['CreateGrant', 'DescribeKey', 'PutKeyPolicy', 'DisableKey', 'ScheduleKeyDeletion'];

/** `identifier` as DescribeKey takes it. Throws KMS's errors; undefined for a key of another account that is not there. */
export async function keyFacts(where: Where, identifier: string): Promise<KeyFacts | undefined> {
  const { key, alias } = await resolveKeyOrAlias(where, identifier);
  if (!key) return undefined;
  const { account, region, keyId, keyUsage } = key;
  const records = await where.tx.list(grants, { prefix: [account, region, keyId] });
  return {
    account,
    region,
    arn: keyArn(key),
    alias,
    policy: namedKeyPolicy(key.policy),
    grants: records.map(policyGrant),
    conditions: resourceConditions(key),
    actions: [...USES[keyUsage], ...CONTROLS].map((name) => ({
      action: `kms:${name}`,
      reachesAccounts: CROSS_ACCOUNT.has(name),
    })),
  };
}

/** A key policy that nobody has put yet, bound as PutKeyPolicy binds it. Throws MalformedPolicyDocumentException. */
export async function proposedKeyPolicy(directory: Directory, source: string): Promise<NamedPolicy> {
  return namedKeyPolicy(await bindKeyPolicy(directory, source));
}
