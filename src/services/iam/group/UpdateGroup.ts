/**
 * Renames a group or moves it to another path. Its members and policies stay.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateGroup.html
 */
import { alreadyExists } from '../errors.ts';
import { iam } from '../iam.ts';
import { arnOf, findByName, identityCheck } from '../identity/identity.ts';
import { groups } from './group.ts';

export default iam.operation('UpdateGroup', {
  async checks(context, { GroupName, NewGroupName, NewPath }) {
    const group = await identityCheck(context, groups, GroupName, 'UpdateGroup');
    const { account } = context;
    const path = NewPath ?? group.record?.path ?? '/';
    const target = arnOf(groups, { account, path, name: NewGroupName ?? GroupName });
    const isMove = target !== group.resource && !group.missing;
    return { group, target: isMove ? { ...group, resource: target } : undefined };
  },
  async execute({ tx, account }, { NewGroupName, NewPath }, { group: { record } }) {
    const namesake =
      NewGroupName === undefined ? undefined : await findByName(tx, groups, account, NewGroupName);
    if (namesake && namesake.id !== record.id)
      throw alreadyExists(`Group with name ${NewGroupName} already exists.`);
    tx.put(groups.table, { ...record, name: NewGroupName ?? record.name, path: NewPath ?? record.path });
    return {};
  },
});
