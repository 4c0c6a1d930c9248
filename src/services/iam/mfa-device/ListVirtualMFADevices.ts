/**
 * Lists the account's virtual MFA devices, with the users who have them.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html
 */
import { iam } from '../iam.ts';
import { pageOf } from '../page.ts';
import { shownUser, users } from '../user/user.ts';
import { mfaDevices } from './mfa-device.ts';

export default iam.operation('ListVirtualMFADevices', {
  readOnly: true,
  checks: ({ account }) => ({
    devices: {
      action: 'iam:ListVirtualMFADevices',
      resource: `arn:aws:iam::${account}:mfa/`,
      account,
      record: undefined,
    },
  }),
  async execute({ tx, account }, input) {
    const { AssignmentStatus = 'Any' } = input;
    const all = (await tx.list(mfaDevices, { prefix: [account] })).filter(
      ({ userId }) =>
        AssignmentStatus === 'Any' || (AssignmentStatus === 'Assigned') === (userId !== undefined),
    );
    const { items, ...page } = pageOf(all, input, ({ serialNumber }) => serialNumber);
    const VirtualMFADevices = [];
    for (const { serialNumber, userId, enabledAtMs } of items) {
      const user = userId === undefined ? undefined : await tx.get(users.table, [account, userId]);
      VirtualMFADevices.push({
        SerialNumber: serialNumber,
        ...(user && { User: shownUser(user), EnableDate: enabledAtMs }),
      });
    }
    return { VirtualMFADevices, ...page };
  },
});
