/**
 * Lists the rotations of a key that are completed, or all of its material.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyRotations.html
 */
import type { RotationsListEntry } from '../../../shapes/generated/kms.ts';
import { type KeyRecord, keyArn } from '../key/key.ts';
import { keyChecks } from '../key/key-check.ts';
import { type MaterialRecord, materialsOf } from '../key/material.ts';
import { kms } from '../kms.ts';
import { pageOf } from '../page.ts';
import { isRotatable } from './rotation.ts';

const DEFAULT_LIMIT = 100;

export default kms.operation('ListKeyRotations', {
  readOnly: true,
  checks: (context, { KeyId }) => keyChecks(context, 'ListKeyRotations', KeyId),
  async execute({ tx }, input, { key }) {
    const all = isRotatable(key.record) ? await materialsOf(tx, key.record) : [];
    const isWanted = ({ rotation }: MaterialRecord) =>
      rotation !== undefined || input.IncludeKeyMaterial === 'ALL_KEY_MATERIAL';
    const { items, ...rest } = pageOf(input, DEFAULT_LIMIT, all.filter(isWanted), (material) => [
      material.createdAtMs,
      material.materialId,
    ]);
    return { Rotations: items.map((material) => rotationEntry(key.record, material)), ...rest };
  },
});

function rotationEntry(key: KeyRecord, material: MaterialRecord): RotationsListEntry {
  const { materialId, rotation, imported, sealed } = material;
  // What waits for a rotation is shown as imported even where it has expired.
  const isThere = sealed !== undefined || materialId === key.nextMaterialId;
  return {
    KeyId: keyArn(key),
    KeyMaterialId: materialId,
    KeyMaterialState: materialState(key, materialId),
    ...(imported && {
      KeyMaterialDescription: imported.description,
      ImportState: isThere ? 'IMPORTED' : 'PENDING_IMPORT',
      ...(isThere && {
        ExpirationModel:
          imported.expiresAtMs === undefined ? 'KEY_MATERIAL_DOES_NOT_EXPIRE' : 'KEY_MATERIAL_EXPIRES',
        ValidTo: imported.expiresAtMs,
      }),
    }),
    RotationDate: rotation?.atMs,
    RotationType: rotation?.type,
  };
}

function materialState(key: KeyRecord, materialId: string): string {
  if (materialId === key.currentMaterialId) return 'CURRENT';
  return materialId === key.nextMaterialId ? 'PENDING_ROTATION' : 'NON_CURRENT';
}
