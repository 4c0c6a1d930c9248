/**
 * Describes an MFA device of a user: the named user, or the caller.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetMFADevice.html
 */
import { iam } from '../iam.ts';
import { ownUserCheck } from '../user/user.ts';
import { deviceNotFound, mfaDevices, notTheUsers } from './mfa-device.ts';

export default iam.operation('GetMFADevice', {
  readOnly: true,
  checks: async (context, { UserName }) => ({ user: await ownUserCheck(context, UserName, 'GetMFADevice') }),
  async execute({ tx, account }, { SerialNumber }, { user: { record } }) {
    const device = await tx.get(mfaDevices, [account, SerialNumber]);
    if (!device) throw deviceNotFound(SerialNumber);
    if (device.userId !== record.id) throw notTheUsers();
    return { UserName: record.name, SerialNumber, EnableDate: device.enabledAtMs };
  },
});
