/**
 * Creates a virtual MFA device. Its seed is shown now and never again, as text and as a QR code
 * (https://docs.aws.amazon.com/IAM/latest/APIReference/API_VirtualMFADevice.html).
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateVirtualMFADevice.html
 */
import type { Check } from '../../../invoke/verdict.ts';
import { base32 } from '../../../platform/identifiers.ts';
import { alreadyExists, validationError } from '../errors.ts';
import { iam } from '../iam.ts';
import { creationTagCheck, newTags, requestTagKeys, shownTags } from '../tag/tag.ts';
import { fromBase32 } from './base32.ts';
import { mfaArn, mfaDevices, sealSeed } from './mfa-device.ts';
import { qrCodePng } from './qr-code-image.ts';

const SEED_CHARACTERS = 64;
/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_VirtualMFADevice.html */
const MAX_SERIAL_NUMBER = 256;

const tooLong = (serialNumber: string) =>
  validationError(
    `1 validation error detected: Value '${serialNumber}' at 'serialNumber' failed to satisfy constraint: Member must have length less than or equal to ${MAX_SERIAL_NUMBER}`,
  );

export default iam.operation('CreateVirtualMFADevice', {
  checks({ account }, { VirtualMFADeviceName, Path = '/', Tags }) {
    const device: Check<undefined> = {
      action: 'iam:CreateVirtualMFADevice',
      resource: mfaArn(account, Path, VirtualMFADeviceName),
      account,
      record: undefined,
      conditions: () => requestTagKeys(Tags),
    };
    return { device, tag: creationTagCheck(device, 'TagMFADevice', Tags) };
  },
  async execute({ tx, account, entropy, ports }, { VirtualMFADeviceName, Path = '/', Tags }) {
    const serialNumber = mfaArn(account, Path, VirtualMFADeviceName);
    if (serialNumber.length > MAX_SERIAL_NUMBER) throw tooLong(serialNumber);
    if (await tx.get(mfaDevices, [account, serialNumber])) throw alreadyExists('MFA device already exists.');
    const seed = base32(entropy, SEED_CHARACTERS);
    const tags = newTags(Tags);
    const sealedSeed = sealSeed(ports.sealer, serialNumber, fromBase32(seed));
    tx.put(mfaDevices, { account, serialNumber, sealedSeed, tags, drift: 0, spentSteps: [] });
    return {
      VirtualMFADevice: {
        SerialNumber: serialNumber,
        Base32StringSeed: Buffer.from(seed),
        QRCodePNG: await qrCodePng(`otpauth://totp/${VirtualMFADeviceName}@${account}?secret=${seed}`),
        ...shownTags(tags),
      },
    };
  },
});
