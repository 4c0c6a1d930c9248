/**
 * Lists a user's SSH public keys. There are none: uploading them is not served.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSSHPublicKeys.html
 */
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { needsUserName, ownUserName, users } from '../user/user.ts';

export default iam.operation('ListSSHPublicKeys', {
  readOnly: true,
  async checks(context, { UserName }) {
    const name = await ownUserName(context, UserName);
    if (name === undefined) throw needsUserName();
    return { user: await identityCheck(context, users, name, 'ListSSHPublicKeys') };
  },
  execute: () => ({ SSHPublicKeys: [], IsTruncated: false }),
});
