/**
 * Lists a user's passwords and keys for single services. There are none: creating them is not served.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServiceSpecificCredentials.html
 */
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { needsUserName, ownUserName, users } from '../user/user.ts';

export default iam.operation('ListServiceSpecificCredentials', {
  readOnly: true,
  async checks(context, { UserName }) {
    const name = await ownUserName(context, UserName);
    if (name === undefined) throw needsUserName();
    return { user: await identityCheck(context, users, name, 'ListServiceSpecificCredentials') };
  },
  execute: () => ({ ServiceSpecificCredentials: [], IsTruncated: false }),
});
