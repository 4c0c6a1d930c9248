/** IAM users. */
import type { AwsError } from '../../../aws/aws-error.ts';
import { principalOf } from '../../../invoke/caller.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check, ConditionValues } from '../../../invoke/verdict.ts';
import { rootArn } from '../../../policy/root-user.ts';
import type { User } from '../../../shapes/generated/iam.ts';
import { table } from '../../../store/store.ts';
import { attachedBoundary } from '../boundary/attached-boundary.ts';
import { validationError } from '../errors.ts';
import {
  arnOf,
  findById,
  type IdentityKind,
  type IdentityRecord,
  identityCheck,
  identityIndexes,
  identityKey,
} from '../identity/identity.ts';
import { resourceTagKeys, shownTags, type TagList } from '../tag/tag.ts';

export interface UserRecord extends IdentityRecord {
  readonly tags: TagList;
  readonly groupIds: readonly string[];
}

export const userTable = table<UserRecord>()({
  name: 'iam.users',
  key: identityKey,
  indexes: {
    ...identityIndexes,
    boundary: ({ account, boundaryArn }) => (boundaryArn ? [[account, boundaryArn]] : []),
    group: ({ account, groupIds }) => groupIds.map((groupId) => [account, groupId]),
  },
});

export const users: IdentityKind<UserRecord> = {
  noun: 'user',
  title: 'User',
  idPrefix: 'AIDA',
  table: userTable,
  mostInlineCharacters: 2048,
  mostAttachedPolicies: 10,
  mostPerAccount: 5000,
  conditions: (user): ConditionValues => resourceTagKeys(user.tags, 'iam:ResourceTag'),
};

export const userArn = (user: UserRecord) => arnOf(users, user);

export function shownUser(user: UserRecord): User {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: userArn(user),
    CreateDate: user.createdAtMs,
  };
}

/** With what only GetUser and CreateUser show. */
export function shownUserDetail(user: UserRecord): User {
  return { ...shownUser(user), ...attachedBoundary(user.boundaryArn), ...shownTags(user.tags) };
}

const needsUserName = (): AwsError =>
  validationError('Must specify userName when calling with non-User credentials');

/** The user that a call without UserName is about: the caller's own. Undefined for root, which is no user. */
async function ownUserName(
  context: ResolveContext,
  userName: string | undefined,
): Promise<string | undefined> {
  if (userName !== undefined) return userName;
  const principal = principalOf(context.caller);
  if (principal.kind === 'root') return undefined;
  const user = principal.kind === 'user' ? await findById(context.tx, users, principal.id) : undefined;
  if (!user) throw needsUserName();
  return user.name;
}

/** The check of an action on the named user, or on the caller: root stands for its account. */
export async function userOrRootChecks(
  context: ResolveContext,
  userName: string | undefined,
  action: string,
): Promise<{ user: Check<UserRecord> | undefined; root: Check<undefined> | undefined }> {
  const name = await ownUserName(context, userName);
  if (name !== undefined) return { user: await identityCheck(context, users, name, action), root: undefined };
  const { account } = context;
  const root = { action: `iam:${action}`, resource: rootArn(account), account, record: undefined };
  return { user: undefined, root };
}

/** The check of an action on a user's credentials: the named user's, or the caller's own. */
export async function ownUserCheck(
  context: ResolveContext,
  userName: string | undefined,
  action: string,
): Promise<Check<UserRecord>> {
  const name = await ownUserName(context, userName);
  // Root's own key is made with the account and stays; it can be given no other credentials.
  if (name === undefined) throw needsUserName();
  return identityCheck(context, users, name, action);
}
