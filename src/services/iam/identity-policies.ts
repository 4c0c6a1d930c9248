/** IAM's part in every decision: the policies of the caller's own user (with groups) or role, and its boundary. */
import { importedAccount, isImportedWorld } from '../../invoke/imported/imported-world.ts';
import type { IdentityPolicies, IdentityPolicySource } from '../../invoke/ports/ports.ts';
import type { NamedPolicy, PolicyPrincipal } from '../../policy/decision.ts';
import type { Missing } from '../../policy/policy.ts';
import { storedPolicy } from '../../policy/stored.ts';
import { unknownPolicy } from '../../policy/unknown.ts';
import { tagRecord } from '../../service-kit/tag-rules.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { groups } from './group/group.ts';
import { findByName, type IdentityRecord } from './identity/identity.ts';
import { awsManagedPolicy } from './managed-policy/aws-managed-policy.ts';
import { defaultVersion, findPolicy, managedPolicies } from './managed-policy/managed-policy.ts';
import type { ManagedPolicyRecord } from './managed-policy/managed-policy-record.ts';
import { type RoleRecord, roles } from './role/role.ts';
import { prescribedFor } from './service-linked-role/service-linked-role.ts';
import { type UserRecord, users } from './user/user.ts';

const NONE: IdentityPolicies = { identity: [], tags: {} };

/** A boundary whose policy is gone lets nothing through; AWS does not let it be deleted while it is in use. */
const NOTHING_ALLOWED: NamedPolicy = {
  policy: { version: '2012-10-17', statements: [], source: '' },
  name: 'permissions boundary that does not exist',
};

/** A federated user of root's own credentials: root's rights, which no identity policy states. */
const ROOT_RIGHTS = storedPolicy(
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
  'identity',
  'rights of the account root user',
);

export const identityPolicySource: IdentityPolicySource = {
  async identityPolicies(tx, principal) {
    const bearer = await bearerOf(tx, principal);
    if (bearer === 'root') return { identity: [ROOT_RIGHTS], tags: {} };
    if (!bearer) return (await unknownIdentity(tx, principal)) ?? NONE;
    const identity = await policiesOf(tx, bearer.kind, bearer.record);
    const names: string[] = [];
    if (bearer.kind === 'user') {
      for (const groupId of bearer.record.groupIds) {
        const group = await tx.get(groups.table, [bearer.record.account, groupId]);
        if (!group) continue;
        names.push(group.name);
        identity.push(...(await policiesOf(tx, 'group', group)));
      }
    }
    const { boundaryArn, tags } = bearer.record;
    return {
      identity,
      ...(boundaryArn && { boundary: await boundaryOf(tx, bearer.record, boundaryArn) }),
      tags: tagRecord(tags),
      ...(bearer.record.missing && { unknownTags: unknownTags(bearer.record.missing) }),
      ...(names.length > 0 && { groups: names }),
    };
  },

  async managedPolicies(tx, arns) {
    const found: NamedPolicy[] = [];
    for (const arn of arns) {
      const policy = await findPolicy(tx, arn);
      if (policy) found.push(defaultVersion(policy));
    }
    return found;
  },

  async groupPolicies(tx, account, name) {
    const group = await findByName(tx, groups, account, name);
    return group && policiesOf(tx, 'group', group);
  },

  async versions(tx, arn) {
    return (await findPolicy(tx, arn))?.versions ?? [];
  },
};

type Bearer =
  | { readonly kind: 'user'; readonly record: UserRecord }
  | { readonly kind: 'role'; readonly record: RoleRecord };

/** Whose policies speak for the principal. */
async function bearerOf(
  tx: ReadTransaction,
  principal: PolicyPrincipal,
): Promise<Bearer | 'root' | undefined> {
  switch (principal.kind) {
    case 'user': {
      const record = await tx.get(users.table, [principal.account, principal.id]);
      return record && { kind: 'user', record };
    }
    case 'role-session': {
      const record = await tx.get(roles.table, [principal.account, principal.roleId]);
      return record && { kind: 'role', record };
    }
    case 'federated-user': {
      if (principal.issuerId === principal.account) return 'root';
      const record = await tx.get(users.table, [principal.account, principal.issuerId]);
      return record && { kind: 'user', record };
    }
    default:
      return undefined;
  }
}

/** Why nothing is known of a caller who was deleted, or made since. */
export const NOT_THERE = 'nobody of that id was there when the account was read';

/** Of a real account, somebody who is not among those that were read has policies that nobody knows. */
async function unknownIdentity(
  tx: ReadTransaction,
  principal: PolicyPrincipal,
): Promise<IdentityPolicies | undefined> {
  // AWS's own sessions (aws:ec2-infrastructure) are of no role of the account, and have no policies.
  if (principal.kind === 'role-session' && principal.roleArn.includes(':role/aws:')) return undefined;
  if (!('account' in principal) || principal.kind === 'root' || !(await isImportedWorld(tx)))
    return undefined;
  const imported = await importedAccount(tx, principal.account);
  const prescribed = imported?.hasIdentities ? undefined : await prescribedPolicy(tx, principal);
  if (prescribed) return { identity: [defaultVersion(prescribed)], tags: {} };
  const why = imported?.hasIdentities
    ? NOT_THERE
    : `identities of account ${principal.account} were not read`;
  const missing: Missing = { kind: 'policy', name: `policies of ${principal.arn}`, why };
  return { identity: [unknownPolicy(missing.name, why)], tags: {}, unknownTags: unknownTags(missing) };
}

/** A service-linked role has what its service prescribes, whether or not anybody has read it. */
async function prescribedPolicy(tx: ReadTransaction, principal: PolicyPrincipal) {
  const prescribed = principal.kind === 'role-session' ? prescribedFor(principal.roleArn) : undefined;
  return prescribed && (await findPolicy(tx, prescribed.policyArn));
}

const unknownTags = ({ why }: Missing): Missing => ({
  kind: 'condition key',
  name: 'aws:PrincipalTag',
  why,
});

const inlineOf = new WeakMap<IdentityRecord, readonly NamedPolicy[]>();

async function policiesOf(tx: ReadTransaction, noun: string, record: IdentityRecord): Promise<NamedPolicy[]> {
  let inline = inlineOf.get(record);
  if (!inline) {
    inline = record.inlinePolicies.map(({ name, document }) =>
      storedPolicy(document, 'identity', `${noun} ${record.name}, inline policy ${name}`),
    );
    inlineOf.set(record, inline);
  }
  const { missing } = record;
  const policies = missing ? [...inline, unknownPolicy(missing.name, missing.why)] : [...inline];
  for (const arn of record.attachedPolicyArns) {
    const policy = await policyOf(tx, record, arn);
    if (policy) policies.push(defaultVersion(policy));
    else if (await isImportedWorld(tx)) policies.push(unknownPolicy(arn, 'its document was not read'));
  }
  return policies;
}

/** Ids of the managed policies that a record names, by ARN: names never change, and looking them up costs much more. */
/** Stands for AWS's own policy, as this server has it. */
const AWS_OWN = 'aws';
const policyIds = new WeakMap<IdentityRecord, Map<string, string>>();

async function policyOf(
  tx: ReadTransaction,
  record: IdentityRecord,
  arn: string,
): Promise<ManagedPolicyRecord | undefined> {
  const ids = policyIds.get(record) ?? new Map<string, string>();
  policyIds.set(record, ids);
  const id = ids.get(arn);
  if (id === AWS_OWN) return awsManagedPolicy(arn);
  const known = id === undefined ? undefined : await tx.get(managedPolicies, [record.account, id]);
  if (known) return known;
  const policy = await findPolicy(tx, arn);
  if (policy?.account === record.account) ids.set(arn, policy.id);
  else if (policy && policy === awsManagedPolicy(arn)) ids.set(arn, AWS_OWN);
  return policy;
}

async function boundaryOf(tx: ReadTransaction, record: IdentityRecord, arn: string): Promise<NamedPolicy> {
  const policy = await policyOf(tx, record, arn);
  if (policy) return defaultVersion(policy);
  return (await isImportedWorld(tx)) ? unknownPolicy(arn, 'its document was not read') : NOTHING_ALLOWED;
}
