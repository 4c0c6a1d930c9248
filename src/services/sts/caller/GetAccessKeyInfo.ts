/**
 * Tells the account that an access key id belongs to. The id itself carries it, so keys long deleted are answered too.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
 */
import { accountOfAccessKeyId } from '../../../aws/access-key-id.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
import { sts, validationError } from '../sts.ts';

export default sts.operation('GetAccessKeyInfo', {
  readOnly: true,
  checks: (context) => ({ info: accountCheck(context, 'sts:GetAccessKeyInfo') }),
  execute(_context, { AccessKeyId }) {
    const account = accountOfAccessKeyId(AccessKeyId);
    if (account === undefined) throw validationError(`The access key ${AccessKeyId} is not valid.`);
    return { Account: account };
  },
});
