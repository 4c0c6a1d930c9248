/**
 * Lists a user's SSH public keys, without their bodies.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSSHPublicKeys.html
 */
import { iam } from '../iam.ts';
import { pageOf } from '../page.ts';
import { ownUserCheck } from '../user/user.ts';
import { listedSshKey, sshKeysOf } from './ssh-public-key.ts';

export default iam.operation('ListSSHPublicKeys', {
  readOnly: true,
  checks: async (context, { UserName }) => ({
    user: await ownUserCheck(context, UserName, 'ListSSHPublicKeys'),
  }),
  async execute({ tx }, input, { user: { record } }) {
    const { items, ...page } = pageOf(await sshKeysOf(tx, record), input, ({ id }) => id);
    return { SSHPublicKeys: items.map((key) => listedSshKey(key, record.name)), ...page };
  },
});
