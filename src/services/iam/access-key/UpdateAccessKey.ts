/**
 * Makes an access key active or inactive. Requests signed with an inactive one are refused.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html
 */
import { invalidInput } from '../errors.ts';
import { iam } from '../iam.ts';
import { accessKeyCheck, accessKeys, findKey } from './access-key.ts';

export default iam.operation('UpdateAccessKey', {
  checks: async (context, { UserName }) => ({
    user: await accessKeyCheck(context, UserName, 'UpdateAccessKey'),
  }),
  async execute({ tx }, { AccessKeyId, Status }, { user: { record } }) {
    if (Status === 'Expired') throw invalidInput('Operation does not support status Expired');
    const key = await findKey(tx, record, AccessKeyId);
    tx.put(accessKeys, { ...key, status: Status === 'Active' ? 'Active' : 'Inactive' });
    return {};
  },
});
