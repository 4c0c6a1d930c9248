/** Instance profiles: what hands a role to EC2 instances. */
import { formatArn } from '../../../aws/arn.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check, ConditionValues } from '../../../invoke/verdict.ts';
import type { InstanceProfile } from '../../../shapes/generated/iam.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { noSuchEntity } from '../errors.ts';
import { findById, identityKey } from '../identity/identity.ts';
import { namedRole, type RoleRecord, roles } from '../role/role.ts';
import { shownTrustDocument } from '../role/trust-policy.ts';
import { shownTags, type TagList, taggedCheck } from '../tag/tag.ts';

export interface InstanceProfileRecord {
  readonly account: string;
  /** `AIPA…` */
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly createdAtMs: number;
  /** A profile holds at most one role. */
  readonly roleId?: string;
  readonly tags: TagList;
}

export const MAX_INSTANCE_PROFILES = 1000;

export const instanceProfiles = table<InstanceProfileRecord>()({
  name: 'iam.instance-profiles',
  key: identityKey,
  indexes: {
    name: ({ account, name }) => [[account, name.toLowerCase()]],
    role: ({ account, roleId }) => (roleId ? [[account, roleId]] : []),
  },
});

export function instanceProfileArn({
  account,
  path,
  name,
}: Pick<InstanceProfileRecord, 'account' | 'path' | 'name'>) {
  return formatArn({ service: 'iam', region: '', account, resource: `instance-profile${path}${name}` });
}

export async function findInstanceProfile(
  tx: ReadTransaction,
  account: string,
  name: string,
): Promise<InstanceProfileRecord | undefined> {
  const [profile] = await tx.find(instanceProfiles, 'name', {
    prefix: [account, name.toLowerCase()],
    limit: 1,
  });
  return profile;
}

export async function instanceProfileCheck(
  { tx, account }: ResolveContext,
  name: string,
  action: string,
  conditions: ConditionValues = {},
): Promise<Check<InstanceProfileRecord>> {
  const profile = await findInstanceProfile(tx, account, name);
  return taggedCheck(
    {
      action,
      resource: instanceProfileArn(profile ?? { account, path: '/', name }),
      deniedAs: `instance profile ${name}`,
      account,
      conditions,
    },
    profile,
    () => noSuchEntity(`Instance Profile ${name} cannot be found.`),
  );
}

export async function shownInstanceProfile(
  tx: ReadTransaction,
  profile: InstanceProfileRecord,
): Promise<InstanceProfile> {
  const role = profile.roleId ? await findById(tx, roles, profile.roleId) : undefined;
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: instanceProfileArn(profile),
    CreateDate: profile.createdAtMs,
    Roles: role ? [namedRole(role, await shownTrustDocument(tx, role.trustDocument))] : [],
    ...shownTags(profile.tags),
  };
}

/** As lists show it: without tags. */
export async function listedInstanceProfile(
  tx: ReadTransaction,
  profile: InstanceProfileRecord,
): Promise<InstanceProfile> {
  const { Tags: _, ...listed } = await shownInstanceProfile(tx, profile);
  return listed;
}

export function profilesOf(tx: ReadTransaction, role: RoleRecord): Promise<InstanceProfileRecord[]> {
  return tx.find(instanceProfiles, 'role', { prefix: [role.account, role.id] });
}
