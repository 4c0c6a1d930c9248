/**
 * Creates a group of users.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html
 */
import { iam } from '../iam.ts';
import { arnOf, newId, requireFreeName } from '../identity/identity.ts';
import { type GroupRecord, groups, shownGroup } from './group.ts';

export default iam.operation('CreateGroup', {
  checks: ({ account }, { GroupName: name, Path: path = '/' }) => ({
    group: {
      action: 'iam:CreateGroup',
      resource: arnOf(groups, { account, path, name }),
      account,
      record: undefined,
    },
  }),
  async execute({ tx, account, nowMs, entropy }, { GroupName: name, Path: path = '/' }) {
    await requireFreeName(tx, groups, account, name);
    const group: GroupRecord = {
      account,
      id: newId(entropy, groups.idPrefix),
      name,
      path,
      createdAtMs: nowMs,
      inlinePolicies: [],
      attachedPolicyArns: [],
    };
    tx.put(groups.table, group);
    return { Group: shownGroup(group) };
  },
});
