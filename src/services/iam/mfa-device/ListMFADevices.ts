/**
 * Lists a user's MFA devices: the named user's, or the caller's own.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html
 */
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { pageOf } from '../page.ts';
import { needsUserName, ownUserName, users } from '../user/user.ts';
import { devicesOf } from './mfa-device.ts';

export default iam.operation('ListMFADevices', {
  readOnly: true,
  async checks(context, { UserName }) {
    const name = await ownUserName(context, UserName);
    if (name === undefined) throw needsUserName();
    return { user: await identityCheck(context, users, name, 'ListMFADevices') };
  },
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
