/** MFA codes as STS has them verified (invoke/ports/ports.ts). */
import type { MfaSource } from '../../../invoke/ports/ports.ts';
import { goodStep, type MfaDeviceRecord, mfaDevices, withSpentStep } from './mfa-device.ts';

export const mfaSource: MfaSource = {
  async step(tx, { sealer, nowMs }, { account, userId, serialNumber, code }) {
    const device = await tx.get(mfaDevices, [account, serialNumber]);
    if (!device || device.userId !== userId) return 'unknown';
    return goodStep(device, sealer, nowMs, code) ?? 'wrong';
  },

  async spend(tx, { account, serialNumber, step }) {
    const device = (await tx.get(mfaDevices, [account, serialNumber])) as MfaDeviceRecord;
    tx.put(mfaDevices, withSpentStep(device, step));
  },
};
