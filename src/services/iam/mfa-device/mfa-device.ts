/**
 * Virtual MFA devices. A device is synchronized with two codes in a row when it is enabled, keeps how far its clock
 * is off, and then vouches for its user with codes that count once each.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_virtual.html
 */
import { formatArn } from '../../../aws/arn.ts';
import { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Reseal } from '../../../invoke/identity/account.ts';
import type { Check, ConditionValues } from '../../../invoke/verdict.ts';
import type { Sealer } from '../../../platform/ports.ts';
import { type ReadTransaction, type Transaction, table } from '../../../store/store.ts';
import { noSuchEntity } from '../errors.ts';
import { type TagList, taggedCheck } from '../tag/tag.ts';
import type { UserRecord } from '../user/user.ts';
import { codeOf, stepAt, stepOf } from './totp.ts';

export interface MfaDeviceRecord {
  readonly account: string;
  /** `arn:aws:iam::A:mfa/path/name` */
  readonly serialNumber: string;
  readonly sealedSeed: string;
  readonly tags: TagList;
  readonly userId?: string;
  readonly enabledAtMs?: number;
  /** How many steps the device's clock is ahead. */
  readonly drift: number;
  /** The second step of the last pair it was synchronized with: later pairs must be newer. */
  readonly synchronizedStep?: number;
  /** Steps whose codes were used and are still in the window. */
  readonly spentSteps: readonly number[];
}

export const mfaDevices = table<MfaDeviceRecord>()({
  name: 'iam.mfa-devices',
  key: ({ account, serialNumber }) => [account, serialNumber],
  indexes: { user: ({ account, userId }) => (userId ? [[account, userId]] : []) },
});

/** A code is good two steps before and after its time. */
const REACH = 2;
/** How far a clock may be off when it is synchronized: about eight hours. */
const SYNCHRONIZATION_REACH = 1000;

export const mfaArn = (account: string, path: string, name: string) =>
  formatArn({ service: 'iam', region: '', account, resource: `mfa${path}${name}` });

const seedContext = (serialNumber: string) => `mfa-seed:${serialNumber}`;

export function sealSeed(sealer: Sealer, serialNumber: string, seed: Uint8Array): string {
  return sealer.seal(seed, seedContext(serialNumber));
}

const openSeed = (sealer: Sealer, device: MfaDeviceRecord): Buffer =>
  sealer.open(device.sealedSeed, seedContext(device.serialNumber));

/** Puts the seeds under the sealer's current root key; returns how many there are. */
export async function resealSeeds(tx: Transaction, reseal: Reseal): Promise<number> {
  const all = await tx.list(mfaDevices);
  for (const device of all) {
    const sealedSeed = reseal(device.sealedSeed, seedContext(device.serialNumber));
    tx.put(mfaDevices, { ...device, sealedSeed });
  }
  return all.length;
}

export const deviceNotFound = (serialNumber: string) =>
  noSuchEntity(`MFA Device with serial number ${serialNumber} does not exist.`);

export const notTheUsers = () => noSuchEntity('MFA Device invalid for user.');

/** The device with its clock set by two codes in a row, or IAM's error where they are not. */
export function synchronized(
  device: MfaDeviceRecord,
  { sealer, nowMs }: { readonly sealer: Sealer; readonly nowMs: number },
  codes: readonly [string, string],
): MfaDeviceRecord {
  const seed = openSeed(sealer, device);
  const now = stepAt(nowMs);
  const second = stepOf(seed, codes[1], now + device.drift, SYNCHRONIZATION_REACH);
  const isPair = second !== undefined && codeOf(seed, second - 1) === codes[0];
  if (!isPair || second - 1 <= (device.synchronizedStep ?? Number.NEGATIVE_INFINITY)) {
    throw new AwsError('InvalidAuthenticationCode', 'Authentication code for device is not valid.', 403);
  }
  return { ...device, drift: second - now, synchronizedStep: second };
}

/** The step of a good and unspent code now; undefined for any other. */
export function goodStep(
  device: MfaDeviceRecord,
  sealer: Sealer,
  nowMs: number,
  code: string,
): number | undefined {
  const step = stepOf(openSeed(sealer, device), code, stepAt(nowMs) + device.drift, REACH);
  return step === undefined || device.spentSteps.includes(step) ? undefined : step;
}

export function withSpentStep(device: MfaDeviceRecord, step: number): MfaDeviceRecord {
  const recent = device.spentSteps.filter((spent) => spent >= step - 2 * REACH);
  return { ...device, spentSteps: [...recent, step] };
}

export function devicesOf(tx: ReadTransaction, user: UserRecord): Promise<MfaDeviceRecord[]> {
  return tx.find(mfaDevices, 'user', { prefix: [user.account, user.id] });
}

export async function deviceCheck(
  { tx, account }: ResolveContext,
  serialNumber: string,
  action: string,
  conditions: ConditionValues = {},
): Promise<Check<MfaDeviceRecord>> {
  const device = await tx.get(mfaDevices, [account, serialNumber]);
  return taggedCheck({ action, resource: serialNumber, account, conditions }, device, () =>
    deviceNotFound(serialNumber),
  );
}
