/** What burstable instances start with where neither the launch nor its template says (aws-facts F44). */
import type { Scope } from '../../../aws/scope.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { readRegionSettings } from '../account-setting/region-settings.ts';

export const CREDITS = ['standard', 'unlimited'] as const;
export type CpuCredits = (typeof CREDITS)[number];

/** AWS's own defaults: T2 starts as standard, its successors as unlimited. */
const OF_FAMILY: Readonly<Record<string, CpuCredits>> = {
  t2: 'standard',
  t3: 'unlimited',
  t3a: 'unlimited',
  t4g: 'unlimited',
};

/** `typeName` is of a burstable type, or its family. */
export async function defaultCredits(
  tx: ReadTransaction,
  scope: Scope,
  typeName: string,
): Promise<CpuCredits> {
  const family = typeName.split('.')[0]!;
  const { credits } = await readRegionSettings(tx, scope);
  return credits?.[family] ?? OF_FAMILY[family] ?? 'unlimited';
}
