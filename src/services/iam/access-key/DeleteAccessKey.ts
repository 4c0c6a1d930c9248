/**
 * Deletes an access key of a user.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html
 */
import { iam } from '../iam.ts';
import { ownUserCheck } from '../user/user.ts';
import { accessKeys, findKey } from './access-key.ts';

export default iam.operation('DeleteAccessKey', {
  checks: async (context, { UserName }) => ({
    user: await ownUserCheck(context, UserName, 'DeleteAccessKey'),
  }),
  async execute({ tx }, { AccessKeyId }, { user: { record } }) {
    const key = await findKey(tx, record, AccessKeyId);
    tx.delete(accessKeys, [key.accessKeyId]);
    return {};
  },
});
