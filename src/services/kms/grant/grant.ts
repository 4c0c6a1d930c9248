/** Grants: who may do what on one key, handed out beside its policy (aws-facts A4). */
import type { Scope } from '../../../aws/scope.ts';
import type { ConditionValues } from '../../../invoke/verdict.ts';
import type { GrantTerms, PolicyGrant } from '../../../policy/decision.ts';
import { GRANT_ACTIONS } from '../../../policy/grants.ts';
import type { CreateGrantRequest } from '../../../shapes/generated/kms.ts';
import { table } from '../../../store/store.ts';
import { type EncryptionContext, encryptionContextConditions } from '../crypto/encryption-context.ts';

export type GrantOperation = CreateGrantRequest['Operations'][number];

export interface GrantConstraints {
  readonly encryptionContextEquals?: EncryptionContext;
  readonly encryptionContextSubset?: EncryptionContext;
  /** The resource that a service must call for. */
  readonly sourceArn?: string;
}

export interface GrantRecord extends GrantConstraints {
  /** Account, Region and id of the key. */
  readonly account: string;
  readonly region: string;
  readonly keyId: string;
  /** 64 hexadecimal digits. */
  readonly grantId: string;
  readonly name?: string;
  /** Principals as KMS keeps them (key/principal.ts). */
  readonly grantee: string;
  readonly retiring?: string;
  /** The user named a service as such, and it is shown so (aws-facts A4.15). */
  readonly granteeIsService?: boolean;
  readonly retiringIsService?: boolean;
  /** The account whose principal created the grant. */
  readonly issuingAccount: string;
  readonly operations: readonly GrantOperation[];
  readonly createdAtMs: number;
  /** Until then only a grant token makes it count. */
  readonly effectiveAtMs: number;
}

export const grants = table<GrantRecord>()({
  name: 'kms.grants',
  key: ({ account, region, keyId, grantId }) => [account, region, keyId, grantId],
  indexes: {
    /** By all that a decision asks of a grant, so that its cost does not grow with the grants of the key. */
    use: (grant) =>
      grant.operations.map((operation) => [
        grant.account,
        grant.region,
        grant.keyId,
        grant.grantee,
        operation,
        requiredContext(grant),
      ]),
    grantee: ({ account, region, keyId, grantee }) => [[account, region, keyId, grantee]],
    retiring: ({ retiring, region }) => (retiring === undefined ? [] : [[retiring, region]]),
    name: ({ account, region, keyId, name }) => (name === undefined ? [] : [[account, region, keyId, name]]),
  },
});

/** How many grants a key has: for its quota, and so that decisions on a key without grants look for none. */
export interface GrantCount extends Scope {
  readonly keyId: string;
  readonly count: number;
}

export const grantCounts = table<GrantCount>()({
  name: 'kms.grant-counts',
  key: ({ account, region, keyId }) => [account, region, keyId],
});

/** The pairs that a request's encryption context must have for the grant to allow it. */
const requiredContext = ({ encryptionContextEquals, encryptionContextSubset }: GrantConstraints): string =>
  sortedPairs(encryptionContextEquals ?? encryptionContextSubset ?? {}).join('');

/** The pairs as text, in one order; lengths keep any two of them apart, and any two lists of them. */
export function sortedPairs(context: EncryptionContext): string[] {
  return Object.entries(context)
    .map(([name, value]) => `${name.length}:${name}${value.length}:${value}`)
    .sort();
}

export const GRANT_OPERATIONS: ReadonlySet<string> = new Set(
  [...GRANT_ACTIONS].map((action) => action.slice('kms:'.length)),
);

/** Condition keys that speak of a grant's constraint: its context stands for that of a request (aws-facts A6.3). */
export function constraintConditions({
  encryptionContextEquals: equals,
  encryptionContextSubset: subset,
  sourceArn,
}: GrantConstraints): ConditionValues {
  const context = equals ?? subset;
  return {
    ...(context && encryptionContextConditions(context)),
    // Of a constraint on the encryption context only: the other one has a key of its own.
    'kms:GrantConstraintType': (equals && 'EncryptionContextEquals') ?? (subset && 'EncryptionContextSubset'),
    'kms:GrantConstraintSourceArn': sourceArn,
  };
}

export function grantTerms(grant: { operations: readonly GrantOperation[] } & GrantConstraints): GrantTerms {
  const { operations, encryptionContextEquals, encryptionContextSubset, sourceArn } = grant;
  return {
    actions: operations.map((operation) => `kms:${operation}`),
    encryptionContextEquals,
    encryptionContextSubset,
    sourceArn,
  };
}

export function policyGrant(grant: GrantRecord): PolicyGrant {
  const { grantId, grantee, issuingAccount } = grant;
  return { ...grantTerms(grant), grantId, grantee, issuingAccount };
}
