/**
 * Renames a user or moves it to another path. Its unique id stays, so policies that name it go on meaning it.
 * The caller must be allowed on the old name and on the new one.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html
 */
import { alreadyExists } from '../errors.ts';
import { iam } from '../iam.ts';
import { arnOf, findByName, identityCheck } from '../identity/identity.ts';
import { users } from './user.ts';

export default iam.operation('UpdateUser', {
  async checks(context, { UserName, NewUserName, NewPath }) {
    const user = await identityCheck(context, users, UserName, 'UpdateUser');
    const { account } = context;
    const path = NewPath ?? user.record?.path ?? '/';
    const target = arnOf(users, { account, path, name: NewUserName ?? UserName });
    const isMove = target !== user.resource && !user.missing;
    return { user, target: isMove ? { ...user, resource: target } : undefined };
  },
  async execute({ tx, account }, { NewUserName, NewPath }, { user: { record } }) {
    const namesake =
      NewUserName === undefined ? undefined : await findByName(tx, users, account, NewUserName);
    if (namesake && namesake.id !== record.id)
      throw alreadyExists(`User with name ${NewUserName} already exists.`);
    tx.put(users.table, { ...record, name: NewUserName ?? record.name, path: NewPath ?? record.path });
    return {};
  },
});
