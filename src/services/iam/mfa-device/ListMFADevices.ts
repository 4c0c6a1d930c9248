/**
 * Lists a user's MFA devices: the named user's, or the caller's own.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html
 */
import { iam } from '../iam.ts';
import { pageOf } from '../page.ts';
import { ownUserCheck } from '../user/user.ts';
import { devicesOf } from './mfa-device.ts';

export default iam.operation('ListMFADevices', {
  readOnly: true,
  checks: async (context, { UserName }) => ({
    user: await ownUserCheck(context, UserName, 'ListMFADevices'),
  }),
  async execute({ tx }, input, { user: { record } }) {
    const { items, ...page } = pageOf(await devicesOf(tx, record), input, ({ serialNumber }) => serialNumber);
    const MFADevices = items.map(({ serialNumber, enabledAtMs = 0 }) => ({
      UserName: record.name,
      SerialNumber: serialNumber,
      EnableDate: enabledAtMs,
    }));
    return { MFADevices, ...page };
  },
});
