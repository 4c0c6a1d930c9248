/**
 * Gives a user an SSH public key, at most five. One that the user has already is refused.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSSHPublicKey.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { exceedsQuota } from '../errors.ts';
import { iam } from '../iam.ts';
import { newId } from '../identity/identity.ts';
import { ownUserCheck } from '../user/user.ts';
import {
  readSshPublicKey,
  type SshPublicKeyRecord,
  shownSshKey,
  sshKeysOf,
  sshPublicKeys,
} from './ssh-public-key.ts';

const MAX_PER_USER = 5;

export default iam.operation('UploadSSHPublicKey', {
  checks: async (context, { UserName }) => ({
    user: await ownUserCheck(context, UserName, 'UploadSSHPublicKey'),
  }),
  async execute({ tx, account, nowMs, entropy }, { SSHPublicKeyBody: body }, { user: { record } }) {
    const { blob } = readSshPublicKey(body);
    const existing = await sshKeysOf(tx, record);
    if (existing.some((key) => readSshPublicKey(key.body).blob.equals(blob))) {
      throw new AwsError(
        'DuplicateSSHPublicKey',
        'The SSH public key is already associated with the specified IAM user.',
      );
    }
    if (existing.length >= MAX_PER_USER) throw exceedsQuota('SSHPublicKeysPerUser', MAX_PER_USER);
    const key: SshPublicKeyRecord = {
      account,
      userId: record.id,
      id: newId(entropy, 'APKA'),
      body,
      status: 'Active',
      uploadedAtMs: nowMs,
    };
    tx.put(sshPublicKeys, key);
    return { SSHPublicKey: shownSshKey(key, record.name) };
  },
});
