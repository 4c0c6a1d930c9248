/**
 * Takes an MFA device from its user. It stays, and may be given out again.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeactivateMFADevice.html
 */
import { iam } from '../iam.ts';
import { ownUserCheck } from '../user/user.ts';
import { deviceNotFound, mfaDevices, notTheUsers } from './mfa-device.ts';

export default iam.operation('DeactivateMFADevice', {
  checks: async (context, { UserName }) => ({
    user: await ownUserCheck(context, UserName, 'DeactivateMFADevice'),
  }),
  async execute({ tx, account }, { SerialNumber }, { user: { record } }) {
    const device = await tx.get(mfaDevices, [account, SerialNumber]);
    if (!device) throw deviceNotFound(SerialNumber);
    if (device.userId !== record.id) throw notTheUsers();
    tx.put(mfaDevices, { ...device, userId: undefined, enabledAtMs: undefined });
    return {};
  },
});
