/**
 * Deletes a user that has nothing left: no groups, policies, keys or other credentials.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
 */
import { keysOf } from '../access-key/access-key.ts';
import { credentialsOf } from '../credential/service-credential.ts';
import { deleteConflict } from '../errors.ts';
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { loginProfiles } from '../login-profile/login-profile.ts';
import { devicesOf } from '../mfa-device/mfa-device.ts';
import { certificatesOf } from '../signing-certificate/signing-certificate.ts';
import { sshKeysOf } from '../ssh-public-key/ssh-public-key.ts';
import { users } from './user.ts';

export default iam.operation('DeleteUser', {
  checks: async (context, { UserName }) => ({
    user: await identityCheck(context, users, UserName, 'DeleteUser'),
  }),
  async execute({ tx, account }, _input, { user: { record } }) {
    const obstacles: readonly [boolean, string][] = [
      [record.groupIds.length > 0, 'must remove users from group first.'],
      [record.attachedPolicyArns.length > 0, 'must detach all policies first.'],
      [record.inlinePolicies.length > 0, 'must delete policies first.'],
      [(await keysOf(tx, record)).length > 0, 'must delete access keys first.'],
      [(await tx.get(loginProfiles, [account, record.id])) !== undefined, 'must delete login profile first.'],
      [(await devicesOf(tx, record)).length > 0, 'must remove tokens from principal first.'],
      [(await certificatesOf(tx, record)).length > 0, 'must delete signing certificates first.'],
      [(await sshKeysOf(tx, record)).length > 0, 'must remove referenced objects first.'],
      [(await credentialsOf(tx, record)).length > 0, 'must remove referenced objects first.'],
    ];
    const obstacle = obstacles.find(([stands]) => stands);
    if (obstacle) throw deleteConflict(`Cannot delete entity, ${obstacle[1]}`);
    tx.delete(users.table, [record.account, record.id]);
    return {};
  },
});
