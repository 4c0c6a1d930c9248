/** Managed policies: documents with versions, attached to users, groups and roles, or set as their boundary. */
import { formatArn, parseArn } from '../../../aws/arn.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { ManagedPolicyVersion } from '../../../invoke/ports/ports.ts';
import { type Check, type ConditionValues, missingFor } from '../../../invoke/verdict.ts';
import type { NamedPolicy } from '../../../policy/decision.ts';
import { sizeWithoutWhitespace } from '../../../policy/parse.ts';
import { storedPolicy } from '../../../policy/stored.ts';
import type { Policy, PolicyVersion } from '../../../shapes/generated/iam.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { encodeDocument, validDocument } from '../document.ts';
import { accessDenied, exceedsQuota, noSuchEntity } from '../errors.ts';
import { groups } from '../group/group.ts';
import { identityKey } from '../identity/identity.ts';
import { roles, roleTable } from '../role/role.ts';
import { shownTags, taggedCheck } from '../tag/tag.ts';
import { users, userTable } from '../user/user.ts';
import { awsManagedPolicy } from './aws-managed-policy.ts';
import type { ManagedPolicyRecord } from './managed-policy-record.ts';

export const managedPolicies = table<ManagedPolicyRecord>()({
  name: 'iam.policies',
  key: identityKey,
  indexes: { name: ({ account, name }) => [[account, name.toLowerCase()]] },
});

export function policyArn({
  account,
  path,
  name,
}: Pick<ManagedPolicyRecord, 'account' | 'path' | 'name'>): string {
  return formatArn({ service: 'iam', region: '', account, resource: `policy${path}${name}` });
}

/** The path within the ARN of a policy or an identity. */
export const pathOf = (arn: string): string => arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1);

/** The policy that an ARN names, path included: a customer's or AWS's. */
export async function findPolicy(tx: ReadTransaction, arn: string): Promise<ManagedPolicyRecord | undefined> {
  const parsed = parseArn(arn);
  if (parsed?.service !== 'iam' || !parsed.resource.startsWith('policy/')) return undefined;
  const name = parsed.resource.slice(parsed.resource.lastIndexOf('/') + 1);
  // An imported account may have newer ones than this server.
  if (parsed.account === 'aws') return (await findPolicyByName(tx, 'aws', name)) ?? awsManagedPolicy(arn);
  const policy = await findPolicyByName(tx, parsed.account, name);
  return policy && policyArn(policy) === arn ? policy : undefined;
}

export async function findPolicyByName(
  tx: ReadTransaction,
  account: string,
  name: string,
): Promise<ManagedPolicyRecord | undefined> {
  const [policy] = await tx.find(managedPolicies, 'name', {
    prefix: [account, name.toLowerCase()],
    limit: 1,
  });
  return policy;
}

const named = new WeakMap<ManagedPolicyRecord, NamedPolicy>();

/** The default version, for decisions. */
export function defaultVersion(policy: ManagedPolicyRecord): NamedPolicy {
  let result = named.get(policy);
  if (!result) {
    const version = policy.versions.find(({ versionId }) => versionId === policy.defaultVersionId);
    result = storedPolicy((version as ManagedPolicyVersion).document, 'identity', policyArn(policy));
    named.set(policy, result);
  }
  return result;
}

export const policyNotFound = (arn: string) => noSuchEntity(`Policy ${arn} was not found.`);

export async function policyCheck(
  { tx, account }: ResolveContext,
  arn: string,
  action: string,
  conditions: ConditionValues = {},
): Promise<Check<ManagedPolicyRecord>> {
  const found = await findPolicy(tx, arn);
  // Another account's policy is as good as none.
  const policy = found && (found.account === account || found.account === 'aws') ? found : undefined;
  return taggedCheck({ action, resource: arn, deniedAs: `policy ${arn}`, account, conditions }, policy, () =>
    policyNotFound(arn),
  );
}

/** How many users, groups and roles of the account have the policy attached, and how many have it as their boundary. */
export async function usageOf(
  tx: ReadTransaction,
  account: string,
  arn: string,
): Promise<{ attachments: number; boundaries: number }> {
  const prefix = [account, arn];
  const attached = [
    await tx.find(users.table, 'attachedPolicy', { prefix }),
    await tx.find(groups.table, 'attachedPolicy', { prefix }),
    await tx.find(roles.table, 'attachedPolicy', { prefix }),
  ].flat();
  const bounded = [
    await tx.find(userTable, 'boundary', { prefix }),
    await tx.find(roleTable, 'boundary', { prefix }),
  ].flat();
  return { attachments: attached.length, boundaries: bounded.length };
}

/** As lists show it to an account; GetPolicy and CreatePolicy show description and tags too. */
export async function shownPolicy(
  tx: ReadTransaction,
  account: string,
  policy: ManagedPolicyRecord,
): Promise<Policy> {
  const arn = policyArn(policy);
  const { attachments, boundaries } = await usageOf(tx, account, arn);
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: attachments,
    PermissionsBoundaryUsageCount: boundaries,
    IsAttachable: !isServiceRolePolicy(policy),
    CreateDate: policy.createdAtMs,
    UpdateDate: policy.updatedAtMs,
  };
}

export async function shownPolicyDetail(
  tx: ReadTransaction,
  account: string,
  policy: ManagedPolicyRecord,
): Promise<Policy> {
  return {
    ...(await shownPolicy(tx, account, policy)),
    ...(policy.description !== undefined && { Description: policy.description }),
    ...(policy.tags.length > 0 ? shownTags(policy.tags) : { Tags: [] }),
  };
}

/** Policies of service-linked roles are attached by their services only. */
export const isServiceRolePolicy = ({ account, path }: ManagedPolicyRecord) =>
  account === 'aws' && path === '/aws-service-role/';

export function shownVersion(policy: ManagedPolicyRecord, version: ManagedPolicyVersion): PolicyVersion {
  return {
    VersionId: version.versionId,
    IsDefaultVersion: version.versionId === policy.defaultVersionId,
    CreateDate: version.createdAtMs,
  };
}

export function shownVersionDetail(
  policy: ManagedPolicyRecord,
  version: ManagedPolicyVersion,
): PolicyVersion {
  return { ...shownVersion(policy, version), Document: encodeDocument(version.document) };
}

export const MAX_CHARACTERS = 6144;
export const MAX_POLICIES = 1500;
export const MAX_VERSIONS = 5;

/** In the order in which versions are listed: the newest first. */
export const newestFirst = (versions: readonly ManagedPolicyVersion[]) =>
  [...versions].sort((a, b) => Number(b.versionId.slice(1)) - Number(a.versionId.slice(1)));

/** A document for a new version, or IAM's error where it is malformed or too long. */
export function policyDocument(document: string): string {
  validDocument(document, 'managed');
  if (sizeWithoutWhitespace(document) > MAX_CHARACTERS) throw exceedsQuota('PolicySize', MAX_CHARACTERS);
  return document;
}

export function findVersion(policy: ManagedPolicyRecord, versionId: string): ManagedPolicyVersion {
  const version = policy.versions.find((each) => each.versionId === versionId);
  if (!version) throw versionNotFound(policyArn(policy), versionId);
  return version;
}

const versionNotFound = (arn: string, versionId: string) =>
  noSuchEntity(`Policy ${arn} version ${versionId} does not exist or is not attachable.`);

/** As policyCheck, for an action on one version. */
export async function versionCheck(
  context: ResolveContext,
  { PolicyArn, VersionId }: { readonly PolicyArn: string; readonly VersionId: string },
  action: string,
): Promise<Check<ManagedPolicyRecord>> {
  const check = await policyCheck(context, PolicyArn, action);
  return missingFor(check, check.missing && versionNotFound(PolicyArn, VersionId));
}

export function requireCustomerManaged(policy: ManagedPolicyRecord): void {
  if (policy.account === 'aws')
    throw accessDenied(`Policy is outside your own account: ${policyArn(policy)}`);
}
