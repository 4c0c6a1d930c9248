/**
 * Creates an access key for a user, at most two. The secret is shown now and never again.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
 */
import { formatAccessKeyId } from '../../../aws/access-key-id.ts';
import { exceedsQuota } from '../errors.ts';
import { iam } from '../iam.ts';
import { ownUserCheck } from '../user/user.ts';
import { accessKeys, keysOf, MAX_KEYS_PER_USER, sealSecret } from './access-key.ts';

export default iam.operation('CreateAccessKey', {
  checks: async (context, { UserName }) => ({
    user: await ownUserCheck(context, UserName, 'CreateAccessKey'),
  }),
  async execute({ tx, account, nowMs, entropy, ports }, _input, { user: { record } }) {
    if ((await keysOf(tx, record)).length >= MAX_KEYS_PER_USER) {
      throw exceedsQuota('AccessKeysPerUser', MAX_KEYS_PER_USER);
    }
    const accessKeyId = formatAccessKeyId('AKIA', account, entropy.bytes(5));
    const secret = entropy.bytes(30).toString('base64');
    tx.put(accessKeys, {
      account,
      userId: record.id,
      accessKeyId,
      sealedSecret: sealSecret(ports.sealer, accessKeyId, secret),
      status: 'Active',
      createdAtMs: nowMs,
    });
    return {
      AccessKey: {
        UserName: record.name,
        AccessKeyId: accessKeyId,
        Status: 'Active',
        SecretAccessKey: secret,
        CreateDate: nowMs,
      },
    };
  },
});
