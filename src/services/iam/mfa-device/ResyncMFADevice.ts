/**
 * Sets the clock of a user's MFA device by two codes in a row.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ResyncMFADevice.html
 */
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { users } from '../user/user.ts';
import { mfaDevices, notTheUsers, synchronized } from './mfa-device.ts';

export default iam.operation('ResyncMFADevice', {
  checks: async (context, { UserName }) => ({
    user: await identityCheck(context, users, UserName, 'ResyncMFADevice'),
  }),
  async execute({ tx, account, nowMs, ports }, input, { user: { record } }) {
    const device = await tx.get(mfaDevices, [account, input.SerialNumber]);
    if (device?.userId !== record.id) throw notTheUsers();
    const codes = [input.AuthenticationCode1, input.AuthenticationCode2] as const;
    tx.put(mfaDevices, synchronized(device, { sealer: ports.sealer, nowMs }, codes));
    return {};
  },
  audit: { omit: ['AuthenticationCode1', 'AuthenticationCode2'] },
});
