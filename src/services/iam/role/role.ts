/** IAM roles: an identity that others assume, with a trust policy that says who. */
import type { ConditionValues } from '../../../invoke/verdict.ts';
import type { Role, RoleLastUsed } from '../../../shapes/generated/iam.ts';
import { table } from '../../../store/store.ts';
import { attachedBoundary } from '../boundary/attached-boundary.ts';
import { encodeDocument } from '../document.ts';
import { unmodifiable } from '../errors.ts';
import {
  arnOf,
  type IdentityKind,
  type IdentityRecord,
  identityIndexes,
  identityKey,
} from '../identity/identity.ts';
import { resourceTagKeys, shownTags, type TagList } from '../tag/tag.ts';

export interface RoleRecord extends IdentityRecord {
  readonly description?: string;
  readonly maxSessionDurationSeconds: number;
  /** Users and roles that it names stand in it by their unique ids (aws-facts G1.6). */
  readonly trustDocument: string;
  readonly tags: TagList;
  /** The service that a service-linked role belongs to, e.g. `autoscaling.amazonaws.com`. */
  readonly serviceLinkedTo?: string;
}

export const roleTable = table<RoleRecord>()({
  name: 'iam.roles',
  key: identityKey,
  indexes: {
    ...identityIndexes,
    boundary: ({ account, boundaryArn }) => (boundaryArn ? [[account, boundaryArn]] : []),
  },
});

export const DEFAULT_SESSION_SECONDS = 3600;

export const roles: IdentityKind<RoleRecord> = {
  noun: 'role',
  title: 'Role',
  idPrefix: 'AROA',
  table: roleTable,
  mostInlineCharacters: 10_240,
  mostAttachedPolicies: 20,
  mostPerAccount: 1000,
  conditions: (role): ConditionValues => resourceTagKeys(role.tags, 'iam:ResourceTag'),
  requireChangeable({ name, serviceLinkedTo }) {
    if (!serviceLinkedTo) return;
    throw unmodifiable(
      `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
    );
  },
};

export const roleArn = (role: Pick<RoleRecord, 'account' | 'path' | 'name'>) => arnOf(roles, role);

/** What every answer tells of a role; `trustDocument` is the one made for showing (trust-policy.ts). */
export function namedRole(role: RoleRecord, trustDocument: string): Role {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: roleArn(role),
    CreateDate: role.createdAtMs,
    AssumeRolePolicyDocument: encodeDocument(trustDocument),
  };
}

/** As lists show a role. */
export function shownRole(role: RoleRecord, trustDocument: string): Role {
  return {
    ...namedRole(role, trustDocument),
    ...(role.description !== undefined && { Description: role.description }),
    MaxSessionDuration: role.maxSessionDurationSeconds,
  };
}

/** As CreateRole answers: without description and duration, as AWS leaves them out there. */
export function createdRole(role: RoleRecord, trustDocument: string): Role {
  return {
    ...namedRole(role, trustDocument),
    ...attachedBoundary(role.boundaryArn),
    ...shownTags(role.tags),
  };
}

/** With what only GetRole tells. */
export function shownRoleDetail(role: RoleRecord, trustDocument: string, lastUsed: RoleLastUsed): Role {
  return {
    ...shownRole(role, trustDocument),
    ...attachedBoundary(role.boundaryArn),
    ...shownTags(role.tags),
    RoleLastUsed: lastUsed,
  };
}
