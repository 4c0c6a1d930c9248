/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSSHPublicKey.html */
import { iam } from '../iam.ts';
import { ownUserCheck } from '../user/user.ts';
import { requireSshKey, sshPublicKeys } from './ssh-public-key.ts';

export default iam.operation('DeleteSSHPublicKey', {
  checks: async (context, { UserName }) => ({
    user: await ownUserCheck(context, UserName, 'DeleteSSHPublicKey'),
  }),
  async execute({ tx }, { SSHPublicKeyId: id }, { user: { record } }) {
    const { account, userId } = await requireSshKey(tx, record, id);
    tx.delete(sshPublicKeys, [account, userId, id]);
    return {};
  },
});
