/**
 * Lists the rotations of a key that are completed, or all of its material.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyRotations.html
 */
import type { RotationsListEntry } from '../../../shapes/generated/kms.ts';
import { hasCome, isInEveryRegion } from '../import/imported-material.ts';
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
    const { nextMaterialId: next } = key.record;
    const isReady = next !== undefined && (await isInEveryRegion(tx, key.record, next));
    return { Rotations: items.map((material) => rotationEntry(key.record, material, isReady)), ...rest };
  },
});

function rotationEntry(key: KeyRecord, material: MaterialRecord, isReady: boolean): RotationsListEntry {
  const { materialId, rotation, imported, sealed } = material;
  // What waits for a rotation is shown as imported even where it has expired.
  const isThere = sealed !== undefined || (materialId === key.nextMaterialId && hasCome(material));
  return {
    KeyId: keyArn(key),
    KeyMaterialId: materialId,
    KeyMaterialState: materialState(key, materialId, isReady),
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

/** `isReady`: the material that waits for a rotation has been imported into each Region of a multi-Region key. */
function materialState(key: KeyRecord, materialId: string, isReady: boolean): string {
  if (materialId === key.currentMaterialId) return 'CURRENT';
  if (materialId !== key.nextMaterialId) return 'NON_CURRENT';
  return isReady ? 'PENDING_ROTATION' : 'PENDING_MULTI_REGION_IMPORT_AND_ROTATION';
}
