/**
 * Policies by which AWS services may put events into an account's log groups: up to ten of the account in a Region, and
 * one of a single group. Of everybody else they do not decide (PutResourcePolicy).
 */
import type { Scope } from '../../../aws/scope.ts';
import type { NamedPolicy } from '../../../policy/decision.ts';
import { internPolicy } from '../../../policy/intern.ts';
import type { Missing } from '../../../policy/policy.ts';
import { storedPolicy } from '../../../policy/stored.ts';
import { unknownPolicy } from '../../../policy/unknown.ts';
import type { ResourcePolicy } from '../../../shapes/generated/logs.ts';
import { type ReadTransaction, type Transaction, table } from '../../../store/store.ts';
import { invalidParameter } from '../errors.ts';
import { groupArn, type LogGroupRecord } from '../group/group.ts';

export interface ResourcePolicyRecord extends Scope {
  /** Empty for a policy of the account. */
  readonly groupName: string;
  /** Empty for a policy of a group, which has but one. */
  readonly name: string;
  readonly document: string;
  readonly updatedAtMs: number;
  /** Whoever changes a group's policy must know the last one. */
  readonly revisionId: string;
  /** In place of all of a real account, where they were not read. */
  readonly missing?: Missing;
}

export const resourcePolicies = table<ResourcePolicyRecord>()({
  name: 'logs.resource-policies',
  key: ({ account, region, groupName, name }) => [account, region, groupName, name],
});

export const policiesOf = (
  tx: ReadTransaction,
  { account, region }: Scope,
  groupName: string,
): Promise<ResourcePolicyRecord[]> => tx.list(resourcePolicies, { prefix: [account, region, groupName] });

/** Each by itself, of all accounts and Regions. Those of a real account that were not read are none. */
export const logsPolicies = async (tx: ReadTransaction): Promise<NamedPolicy[]> =>
  (await tx.list(resourcePolicies)).map((policy) => {
    const { account, region, groupName, name, document, missing } = policy;
    const arn = groupName
      ? groupArn(policy, groupName)
      : `arn:aws:logs:${region}:${account}:resource-policy:${name}`;
    return missing ? unknownPolicy(missing.name, missing.why) : storedPolicy(document, 'log-resource', arn);
  });

export function deleteGroupPolicies(tx: Transaction, { account, region, name }: LogGroupRecord): void {
  tx.delete(resourcePolicies, [account, region, name, '']);
}

/** Throws where the document may not stand. */
export function requirePolicy(document: string): void {
  const parsed = internPolicy(document, 'log-resource');
  if (!parsed.ok) throw invalidParameter(`Invalid policy document: ${parsed.message}`);
}

/** All policies that speak of the group, as the decision point takes them; undefined where there are none. */
export async function resourcePolicyOf(
  { tx, ...place }: Scope & { readonly tx: ReadTransaction },
  groupName: string,
): Promise<NamedPolicy | undefined> {
  const ofAccount = await policiesOf(tx, place, '');
  const ofGroup = await policiesOf(tx, place, groupName);
  const policies = [...ofAccount, ...ofGroup];
  const missing = policies.find((policy) => policy.missing)?.missing;
  if (missing) return unknownPolicy(missing.name, missing.why);
  const documents = policies.map(({ document }) => document);
  if (documents.length === 0) return undefined;
  return storedPolicy(joined(documents), 'log-resource', 'resource policies of CloudWatch Logs');
}

type Document = { readonly Statement: object | readonly object[] };

/** One document with the statements of all. A Sid names a statement only within its own document. */
function joined(documents: readonly string[]): string {
  if (documents.length === 1) return documents[0] as string;
  const statements = documents.flatMap((document) => (JSON.parse(document) as Document).Statement);
  const anonymous = statements.map((statement) => ({ ...statement, Sid: undefined }));
  return JSON.stringify({ Version: '2012-10-17', Statement: anonymous }, undefined, 2);
}

export const policyEntry = (policy: ResourcePolicyRecord): ResourcePolicy =>
  policy.groupName === ''
    ? {
        policyName: policy.name,
        policyDocument: policy.document,
        lastUpdatedTime: policy.updatedAtMs,
        policyScope: 'ACCOUNT',
      }
    : {
        policyDocument: policy.document,
        lastUpdatedTime: policy.updatedAtMs,
        policyScope: 'RESOURCE',
        resourceArn: groupArn(policy, policy.groupName),
        revisionId: policy.revisionId,
      };
