/**
 * Permissions boundaries: the managed policy that limits what a user or role may be allowed.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
import type { Definition } from '../../../invoke/operation.ts';
import type { Check } from '../../../invoke/verdict.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { requirePolicyArn } from '../attachment/attachment.ts';
import { noSuchEntity } from '../errors.ts';
import { type IdentityKind, type IdentityRecord, identityCheck } from '../identity/identity.ts';
import { findPolicy } from '../managed-policy/managed-policy.ts';

type Checked<R> = { readonly identity: Check<R> };

/** The ARN as it is stored, or IAM's error where no such policy can be a boundary. */
export async function requireBoundary(
  tx: ReadTransaction,
  account: string,
  arn: string | undefined,
): Promise<string | undefined> {
  if (arn === undefined) return undefined;
  requirePolicyArn(arn);
  const policy = await findPolicy(tx, arn);
  if (!policy || (policy.account !== account && policy.account !== 'aws')) {
    throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
  }
  return arn;
}

/** `iam:PermissionsBoundary` is the boundary that is asked for: whoever may set but one cannot set another. */
export function putBoundary<I extends { PermissionsBoundary: string }, R extends IdentityRecord>(
  kind: IdentityKind<R>,
  nameOf: (input: I) => string,
): Definition<I, object, Checked<R>, undefined> {
  return {
    checks: async (context, input) => ({
      identity: await identityCheck(
        context,
        kind,
        nameOf(input),
        `Put${kind.title}PermissionsBoundary`,
        () => ({
          'iam:PermissionsBoundary': input.PermissionsBoundary,
        }),
      ),
    }),
    async execute({ tx, account }, { PermissionsBoundary }, { identity: { record } }) {
      kind.requireChangeable?.(record);
      tx.put(kind.table, { ...record, boundaryArn: await requireBoundary(tx, account, PermissionsBoundary) });
      return {};
    },
  };
}

export function deleteBoundary<I, R extends IdentityRecord>(
  kind: IdentityKind<R>,
  nameOf: (input: I) => string,
): Definition<I, object, Checked<R>, undefined> {
  return {
    checks: async (context, input) => ({
      identity: await identityCheck(context, kind, nameOf(input), `Delete${kind.title}PermissionsBoundary`),
    }),
    execute({ tx }, _input, { identity: { record } }) {
      kind.requireChangeable?.(record);
      if (record.boundaryArn === undefined) {
        throw noSuchEntity(`The ${kind.noun} ${record.name} does not have a permissions boundary.`);
      }
      tx.put(kind.table, { ...record, boundaryArn: undefined });
      return {};
    },
  };
}
