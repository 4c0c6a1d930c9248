/**
 * Deletes a virtual MFA device that no user has.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteVirtualMFADevice.html
 */
import { deleteConflict } from '../errors.ts';
import { iam } from '../iam.ts';
import { deviceCheck, mfaDevices } from './mfa-device.ts';

export default iam.operation('DeleteVirtualMFADevice', {
  checks: async (context, { SerialNumber }) => ({
    device: await deviceCheck(context, SerialNumber, 'DeleteVirtualMFADevice'),
  }),
  execute({ tx }, _input, { device: { record } }) {
    if (record.userId) throw deleteConflict('MFA VirtualDevice in use. Must deactivate first.');
    tx.delete(mfaDevices, [record.account, record.serialNumber]);
    return {};
  },
});
