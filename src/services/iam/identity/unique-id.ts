/** From ARNs of users and roles to the unique ids under which other policies store them, and back. */
import { parseArn } from '../../../aws/arn.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { roles } from '../role/role.ts';
import { users } from '../user/user.ts';
import { arnOf, findByArn, findById, findByName } from './identity.ts';

/** The id of the user or role that has this ARN now; undefined where there is none. Of a role session, the role's. */
export async function uniqueIdOf(tx: ReadTransaction, arn: string): Promise<string | undefined> {
  const parsed = parseArn(arn);
  const [noun, roleName] = parsed?.resource.split('/') ?? [];
  // The ARN of a session leaves out the path of its role.
  if (parsed && noun === 'assumed-role')
    return (await findByName(tx, roles, parsed.account, roleName ?? ''))?.id;
  return (noun === 'user' ? await findByArn(tx, users, arn) : await findByArn(tx, roles, arn))?.id;
}

/** Names are unique in an account, whatever the path. */
export async function uniqueIdByName(
  tx: ReadTransaction,
  account: string,
  noun: 'user' | 'role',
  name: string,
): Promise<string | undefined> {
  const found =
    noun === 'user' ? await findByName(tx, users, account, name) : await findByName(tx, roles, account, name);
  return found?.id;
}

/** The ARN that the user or role has now; undefined once it is deleted. */
export async function arnOfUniqueId(tx: ReadTransaction, uniqueId: string): Promise<string | undefined> {
  if (uniqueId.startsWith(users.idPrefix)) {
    const user = await findById(tx, users, uniqueId);
    return user && arnOf(users, user);
  }
  const role = await findById(tx, roles, uniqueId);
  return role && arnOf(roles, role);
}
