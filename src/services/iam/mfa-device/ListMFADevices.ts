/**
 * Lists a user's MFA devices: the named user's, or the caller's own. Root has none here.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html
 */
import { iam } from '../iam.ts';
import { pageOf } from '../page.ts';
import { userOrRootChecks } from '../user/user.ts';
import { devicesOf } from './mfa-device.ts';

export default iam.operation('ListMFADevices', {
  readOnly: true,
  checks: (context, { UserName }) => userOrRootChecks(context, UserName, 'ListMFADevices'),
  async execute({ tx }, input, { user }) {
    if (!user) return { MFADevices: [], IsTruncated: false };
    const { record } = user;
    const { items, ...page } = pageOf(await devicesOf(tx, record), input, ({ serialNumber }) => serialNumber);
    const MFADevices = items.map(({ serialNumber, enabledAtMs = 0 }) => ({
      UserName: record.name,
      SerialNumber: serialNumber,
      EnableDate: enabledAtMs,
    }));
    return { MFADevices, ...page };
  },
});
