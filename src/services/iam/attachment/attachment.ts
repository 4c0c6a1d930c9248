/** Managed policies attached to users, groups and roles. The rules are one for all three. */
import { lastPart, parseArn } from '../../../aws/arn.ts';
import { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Definition } from '../../../invoke/operation.ts';
import type { Check } from '../../../invoke/verdict.ts';
import type { AttachedPolicy } from '../../../shapes/generated/iam.ts';
import { exceedsQuota, invalidInput, noSuchEntity, validationError } from '../errors.ts';
import { type IdentityKind, type IdentityRecord, identityCheck } from '../identity/identity.ts';
import { findPolicy, isServiceRolePolicy, pathOf, policyNotFound } from '../managed-policy/managed-policy.ts';
import { type PageRequest, pageOf } from '../page.ts';

type Checked<R> = { readonly identity: Check<R> };

function changeCheck<R extends IdentityRecord>(
  context: ResolveContext,
  kind: IdentityKind<R>,
  name: string,
  verb: 'Attach' | 'Detach',
  policyArn: string,
): Promise<Check<R>> {
  return identityCheck(context, kind, name, `${verb}${kind.title}Policy`, () => ({
    'iam:PolicyARN': policyArn,
  }));
}

export function attachPolicy<I extends { PolicyArn: string }, R extends IdentityRecord>(
  kind: IdentityKind<R>,
  nameOf: (input: I) => string,
): Definition<I, object, Checked<R>, undefined> {
  return {
    checks: async (context, input) => ({
      identity: await changeCheck(context, kind, nameOf(input), 'Attach', input.PolicyArn),
    }),
    async execute({ tx, account }, { PolicyArn }, { identity: { record } }) {
      kind.requireChangeable?.(record);
      requirePolicyArn(PolicyArn);
      const policy = await findPolicy(tx, PolicyArn);
      if (!policy || (policy.account !== account && policy.account !== 'aws')) {
        throw noSuchEntity(`Policy ${PolicyArn} does not exist or is not attachable.`);
      }
      if (isServiceRolePolicy(policy)) {
        throw new AwsError('PolicyNotAttachable', 'Cannot attach a Service Role Policy to a Customer Role.');
      }
      if (record.attachedPolicyArns.includes(PolicyArn)) return {};
      if (record.attachedPolicyArns.length >= kind.mostAttachedPolicies) {
        throw exceedsQuota(`PoliciesPer${kind.title}`, kind.mostAttachedPolicies);
      }
      tx.put(kind.table, { ...record, attachedPolicyArns: [...record.attachedPolicyArns, PolicyArn] });
      return {};
    },
  };
}

export function detachPolicy<I extends { PolicyArn: string }, R extends IdentityRecord>(
  kind: IdentityKind<R>,
  nameOf: (input: I) => string,
): Definition<I, object, Checked<R>, undefined> {
  return {
    checks: async (context, input) => ({
      identity: await changeCheck(context, kind, nameOf(input), 'Detach', input.PolicyArn),
    }),
    execute({ tx }, { PolicyArn }, { identity: { record } }) {
      kind.requireChangeable?.(record);
      requirePolicyArn(PolicyArn);
      if (!record.attachedPolicyArns.includes(PolicyArn)) throw policyNotFound(PolicyArn);
      const attachedPolicyArns = record.attachedPolicyArns.filter((arn) => arn !== PolicyArn);
      tx.put(kind.table, { ...record, attachedPolicyArns });
      return {};
    },
  };
}

type Listed = { AttachedPolicies: AttachedPolicy[]; IsTruncated: boolean; Marker?: string };

export function listAttachedPolicies<
  I extends PageRequest & { PathPrefix?: string },
  R extends IdentityRecord,
>(kind: IdentityKind<R>, nameOf: (input: I) => string): Definition<I, Listed, Checked<R>, undefined> {
  return {
    readOnly: true,
    checks: async (context, input) => ({
      identity: await identityCheck(context, kind, nameOf(input), `ListAttached${kind.title}Policies`),
    }),
    execute(_context, input, { identity: { record } }) {
      const arns = record.attachedPolicyArns.filter((arn) => pathOf(arn).startsWith(input.PathPrefix ?? '/'));
      const { items, ...page } = pageOf(arns, input, (arn) => arn);
      return { AttachedPolicies: items.map(attachedPolicy), ...page };
    },
  };
}

export const attachedPolicy = (arn: string): AttachedPolicy => ({
  PolicyName: lastPart(arn),
  PolicyArn: arn,
});

/** Throws IAM's error for what is no ARN, and for the ARN of what is no policy (aws-facts G5.6). */
export function requirePolicyArn(arn: string): void {
  const parsed = parseArn(arn);
  const sentence = `ARN ${arn} is not valid.`;
  if (!parsed) throw validationError(sentence);
  if (!parsed.resource.startsWith('policy/')) throw invalidInput(sentence);
}
