/**
 * Takes imported material away at once; the key waits for the same material to be imported again.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteImportedKeyMaterial.html
 */
import { validation } from '../errors.ts';
import { keyChecks, requireSuitableState } from '../key/key-check.ts';
import { materialOf } from '../key/material.ts';
import { kms } from '../kms.ts';
import { requireExternal } from './import-rules.ts';
import { removeMaterial } from './imported-material.ts';

export default kms.operation('DeleteImportedKeyMaterial', {
  checks: (context, { KeyId }) => keyChecks(context, 'DeleteImportedKeyMaterial', KeyId),
  async preconditions({ tx }, { KeyMaterialId }, { key }) {
    requireExternal(key.record, key.resource);
    requireSuitableState('DeleteImportedKeyMaterial', key);
    if (KeyMaterialId !== undefined && !(await materialOf(tx, key.record, KeyMaterialId))) {
      throw validation(
        `Key material (id: ${KeyMaterialId}) has never been imported into KMS key ${key.resource}.`,
      );
    }
  },
  async execute(context, { KeyMaterialId }, { key }) {
    const materialId = KeyMaterialId ?? key.record.currentMaterialId;
    const material = await materialOf(context.tx, key.record, materialId);
    // Without material this has no effect (aws-facts A5).
    if (material?.sealed !== undefined) await removeMaterial(context, key.record, material);
    return { KeyId: key.resource, KeyMaterialId: materialId };
  },
});
