/** What decisions about a key depend on, for whoever explains them. */
import type { Scope } from '../../../aws/scope.ts';
import type { ConditionValues } from '../../../invoke/verdict.ts';
import type { NamedPolicy, PolicyGrant } from '../../../policy/decision.ts';
import type { Missing } from '../../../policy/policy.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { type GrantRecord, grants, policyGrant } from '../grant/grant.ts';
import { adoptedKeyPolicy, bindKeyPolicy, namedKeyPolicy } from '../policy/key-policy.ts';
import { type KeyRecord, keyArn, keys } from './key.ts';
import { resourceConditions } from './key-conditions.ts';
import { resolveKeyOrAlias } from './key-identifier.ts';
import { STATEFUL_OPERATIONS } from './key-state.ts';
import type { Directory } from './principal.ts';
import { CROSS_ACCOUNT } from './reach.ts';

type Where = Pick<Directory, 'tx'> & Scope;

export interface KeyFacts extends Scope {
  readonly keyId: string;
  readonly arn: string;
  /** `alias/name`, where the key was called so; else its first alias. */
  readonly alias?: string;
  readonly state: KeyRecord['state'];
  /** While deletion is pending, when it is due. */
  readonly deletionAtMs?: number;
  /** When imported key material expires. */
  readonly expiresAtMs?: number;
  readonly manager: KeyRecord['manager'];
  readonly keySpec: string;
  readonly policy: NamedPolicy;
  /** The ARNs by which the policy's source names principals, by the unique ids that it keeps for them. */
  readonly writtenNames: Readonly<Record<string, string>>;
  readonly grants: readonly KeyGrant[];
  readonly unknownGrants?: Missing;
  /** The condition keys that the key itself gives. */
  readonly conditions: ConditionValues;
  /** The IAM actions by which the key is used and controlled. */
  readonly actions: readonly KeyAction[];
  /** Every IAM action on a key. */
  readonly allActions: readonly KeyAction[];
}

export interface KeyGrant extends PolicyGrant {
  readonly name?: string;
  readonly retiring?: string;
  readonly createdAtMs: number;
}

export interface KeyAction {
  /** `kms:Decrypt` */
  readonly action: string;
  /** Whether principals of other accounts can be let in. */
  readonly reachesAccounts: boolean;
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
/** Every action on a key, by IAM's names. ListAliases is about no key. */
const ALL = STATEFUL_OPERATIONS.filter((name) => name !== 'ListAliases').flatMap((name) =>
  name === 'ReEncrypt' ? ['ReEncryptFrom', 'ReEncryptTo'] : [name],
);

/** `identifier` as DescribeKey takes it. Throws KMS's errors; undefined for a key of another account that is not there. */
export async function keyFacts(where: Where, identifier: string): Promise<KeyFacts | undefined> {
  const { key, alias } = await resolveKeyOrAlias(where, identifier);
  if (!key) return undefined;
  return factsOf(where, key, alias);
}

/** The keys of an account, or of all accounts. */
export async function allKeyFacts(tx: ReadTransaction, account?: string): Promise<KeyFacts[]> {
  const records = await tx.list(keys, { prefix: account === undefined ? [] : [account] });
  return Promise.all(records.map((key) => factsOf({ tx }, key)));
}

async function factsOf({ tx }: Pick<Where, 'tx'>, key: KeyRecord, alias?: string): Promise<KeyFacts> {
  const { account, region, keyId, keyUsage } = key;
  const records = await tx.list(grants, { prefix: [account, region, keyId] });
  const named = Object.entries(key.policy.principalIds).map(([written, id]) => [id, written]);
  return {
    account,
    region,
    keyId,
    arn: keyArn(key),
    alias: alias ?? key.aliases[0],
    state: key.state,
    deletionAtMs: key.deletion?.atMs,
    expiresAtMs: key.importedUntilMs,
    manager: key.manager,
    keySpec: key.keySpec,
    policy: namedKeyPolicy(key.policy),
    writtenNames: Object.fromEntries(named),
    grants: records.map(keyGrant),
    unknownGrants: key.missing?.grants,
    conditions: resourceConditions(key),
    actions: [...USES[keyUsage], ...CONTROLS].map(keyAction),
    allActions: ALL.map(keyAction),
  };
}

/** AWS's spelling, by lower case. */
export const KEY_ACTIONS: ReadonlyMap<string, string> = new Map(
  ALL.map((name) => [`kms:${name}`.toLowerCase(), `kms:${name}`]),
);

const keyAction = (name: string): KeyAction => ({
  action: `kms:${name}`,
  reachesAccounts: CROSS_ACCOUNT.has(name),
});

function keyGrant(record: GrantRecord): KeyGrant {
  const { name, retiring, createdAtMs } = record;
  return { ...policyGrant(record), name, retiring, createdAtMs };
}

/** A key policy of another time or account: whoever it names is not required to be here. */
export async function readKeyPolicy(directory: Directory, source: string): Promise<NamedPolicy> {
  return namedKeyPolicy(await adoptedKeyPolicy(directory, 'key policy of that time', source));
}

/** A key policy that nobody has put yet, bound as PutKeyPolicy binds it. Throws MalformedPolicyDocumentException. */
export async function proposedKeyPolicy(directory: Directory, source: string): Promise<NamedPolicy> {
  return namedKeyPolicy(await bindKeyPolicy(directory, source));
}
