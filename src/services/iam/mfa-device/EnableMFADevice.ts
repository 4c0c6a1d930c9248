/**
 * Gives an MFA device to a user, synchronizing it with two codes in a row.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html
 */
import { alreadyExists, exceedsQuota } from '../errors.ts';
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { users } from '../user/user.ts';
import { deviceNotFound, devicesOf, mfaDevices, synchronized } from './mfa-device.ts';

const MAX_DEVICES = 8;

export default iam.operation('EnableMFADevice', {
  checks: async (context, { UserName }) => ({
    user: await identityCheck(context, users, UserName, 'EnableMFADevice'),
  }),
  async execute({ tx, account, nowMs, ports }, input, { user: { record } }) {
    const device = await tx.get(mfaDevices, [account, input.SerialNumber]);
    if (!device) throw deviceNotFound(input.SerialNumber);
    if (device.userId) throw alreadyExists('MFA Device is already in use.');
    if ((await devicesOf(tx, record)).length >= MAX_DEVICES)
      throw exceedsQuota('MFADevicesPerUser', MAX_DEVICES);
    const set = synchronized(device, { sealer: ports.sealer, nowMs }, [
      input.AuthenticationCode1,
      input.AuthenticationCode2,
    ]);
    tx.put(mfaDevices, { ...set, userId: record.id, enabledAtMs: nowMs });
    return {};
  },
  audit: { omit: ['AuthenticationCode1', 'AuthenticationCode2'] },
});
