/**
 * Makes an access key active or inactive. Requests signed with an inactive one are refused.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html
 */
import { iam } from '../iam.ts';
import { requestedStatus } from '../status.ts';
import { ownUserCheck } from '../user/user.ts';
import { accessKeys, findKey } from './access-key.ts';

export default iam.operation('UpdateAccessKey', {
  checks: async (context, { UserName }) => ({
    user: await ownUserCheck(context, UserName, 'UpdateAccessKey'),
  }),
  async execute({ tx }, { AccessKeyId, Status }, { user: { record } }) {
    const status = requestedStatus(Status);
    tx.put(accessKeys, { ...(await findKey(tx, record, AccessKeyId)), status });
    return {};
  },
});
