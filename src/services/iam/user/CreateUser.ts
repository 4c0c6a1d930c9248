/**
 * Creates a user, with tags and a permissions boundary where given. It may do nothing yet.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
 */
import type { Check } from '../../../invoke/verdict.ts';
import { requireBoundary } from '../boundary/boundary.ts';
import { iam } from '../iam.ts';
import { arnOf, newId, requireFreeName } from '../identity/identity.ts';
import { creationTagCheck, newTags, requestTagKeys } from '../tag/tag.ts';
import { shownUserDetail, type UserRecord, users } from './user.ts';

export default iam.operation('CreateUser', {
  checks({ account }, { UserName: name, Path: path = '/', PermissionsBoundary, Tags }) {
    const user: Check<undefined> = {
      action: 'iam:CreateUser',
      resource: arnOf(users, { account, path, name }),
      account,
      record: undefined,
      conditions: () => ({ 'iam:PermissionsBoundary': PermissionsBoundary, ...requestTagKeys(Tags) }),
    };
    return { user, tag: creationTagCheck(user, 'TagUser', Tags) };
  },
  async execute(
    { tx, account, nowMs, entropy, caller },
    { UserName: name, Path: path = '/', PermissionsBoundary, Tags },
  ) {
    await requireFreeName(tx, users, account, name);
    const user: UserRecord = {
      account,
      id: newId(entropy, users.idPrefix),
      name,
      path,
      createdAtMs: nowMs,
      inlinePolicies: [],
      attachedPolicyArns: [],
      tags: newTags(Tags, 'ignored', caller),
      boundaryArn: await requireBoundary(tx, account, PermissionsBoundary),
      groupIds: [],
    };
    tx.put(users.table, user);
    return { User: shownUserDetail(user) };
  },
});
