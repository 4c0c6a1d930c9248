/** A new key on its way into the store. */
import type { EffectContext } from '../../../invoke/context.ts';
import { planRotation, YEAR_IN_DAYS } from '../rotation/rotation.ts';
import { type KeyRecord, keys } from './key.ts';
import { type FreshMaterial, materials, sealMaterial } from './material.ts';

/** Stores the key with its first material, where it has any yet. AWS rotates the keys that it manages every year. */
export function storeNewKey(
  context: EffectContext,
  key: KeyRecord,
  fresh: FreshMaterial | undefined,
): KeyRecord {
  let stored = key;
  for (const material of fresh ? sealMaterial(context, key, fresh) : []) {
    context.tx.put(materials, material);
    stored = { ...stored, currentMaterialId: material.materialId };
  }
  if (key.manager === 'AWS') stored = planRotation(context, stored, YEAR_IN_DAYS);
  context.tx.put(keys, stored);
  return stored;
}
