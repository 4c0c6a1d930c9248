/** Puts IAM's secrets under the sealer's current root key; returns how many there are. */
import type { Reseal } from '../../invoke/identity/account.ts';
import type { Transaction } from '../../store/store.ts';
import { resealAccessKeys } from './access-key/access-key.ts';
import { resealSeeds } from './mfa-device/mfa-device.ts';

export async function resealSecrets(tx: Transaction, reseal: Reseal): Promise<number> {
  return (await resealAccessKeys(tx, reseal)) + (await resealSeeds(tx, reseal));
}
