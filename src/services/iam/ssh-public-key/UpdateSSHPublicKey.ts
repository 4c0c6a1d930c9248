/**
 * Makes a user's SSH public key active or inactive.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSSHPublicKey.html
 */
import { iam } from '../iam.ts';
import { requestedStatus } from '../status.ts';
import { ownUserCheck } from '../user/user.ts';
import { requireSshKey, sshPublicKeys } from './ssh-public-key.ts';

export default iam.operation('UpdateSSHPublicKey', {
  checks: async (context, { UserName }) => ({
    user: await ownUserCheck(context, UserName, 'UpdateSSHPublicKey'),
  }),
  async execute({ tx }, { SSHPublicKeyId: id, Status }, { user: { record } }) {
    const status = requestedStatus(Status);
    tx.put(sshPublicKeys, { ...(await requireSshKey(tx, record, id)), status });
    return {};
  },
});
