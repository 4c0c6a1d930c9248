/**
 * Shows a user's SSH public key, in the encoding that is asked for.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSSHPublicKey.html
 */
import { iam } from '../iam.ts';
import { ownUserCheck } from '../user/user.ts';
import { requireSshKey, shownSshKey } from './ssh-public-key.ts';

export default iam.operation('GetSSHPublicKey', {
  readOnly: true,
  checks: async (context, { UserName }) => ({
    user: await ownUserCheck(context, UserName, 'GetSSHPublicKey'),
  }),
  async execute({ tx }, { SSHPublicKeyId: id, Encoding }, { user: { record } }) {
    return { SSHPublicKey: shownSshKey(await requireSshKey(tx, record, id), record.name, Encoding) };
  },
});
