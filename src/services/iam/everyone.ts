/** Everybody whom the server knows, for whoever asks who may do something. */
import { accountIds } from '../../invoke/identity/account.ts';
import type { PolicyPrincipal } from '../../policy/decision.ts';
import { rootUser } from '../../policy/root-user.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { roleArn, roleTable } from './role/role.ts';
import { userArn, userTable } from './user/user.ts';

/** Of a session that nobody has begun, only the role is known. */
const ANY_SESSION = 'any-session';

/** The root user, the users, and the roles (as a session of each) of every account. */
export async function everyone(tx: ReadTransaction): Promise<PolicyPrincipal[]> {
  const roots = (await accountIds(tx)).map(rootUser);
  const users = (await tx.list(userTable)).map((user): PolicyPrincipal => {
    return { kind: 'user', account: user.account, arn: userArn(user), id: user.id };
  });
  const roles = (await tx.list(roleTable)).map((role): PolicyPrincipal => {
    const { account, id: roleId, name, serviceLinkedTo } = role;
    return {
      kind: 'role-session',
      account,
      arn: `arn:aws:sts::${account}:assumed-role/${name}/${ANY_SESSION}`,
      id: `${roleId}:${ANY_SESSION}`,
      roleArn: roleArn(role),
      roleId,
      serviceLinked: serviceLinkedTo !== undefined,
    };
  });
  return [...roots, ...users, ...roles];
}
