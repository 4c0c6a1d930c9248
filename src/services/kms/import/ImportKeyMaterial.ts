/**
 * Brings key material from outside into a key of origin EXTERNAL: its first, the same again after it expired or was
 * deleted, or new material that a rotation on demand will make current.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ImportKeyMaterial.html
 */
import type { ExecuteContext } from '../../../invoke/context.ts';
import type { ImportKeyMaterialRequest } from '../../../shapes/generated/kms.ts';
import { type KeyRecord, keys } from '../key/key.ts';
import { keyChecks, requireSuitableState } from '../key/key-check.ts';
import {
  type FreshMaterial,
  type MaterialRecord,
  materialIdOf,
  materialOf,
  materials,
  sealMaterial,
} from '../key/material.ts';
import { kms } from '../kms.ts';
import { requestedExpiration, requireExternal, requireImportMembers } from './import-rules.ts';
import { readImportToken } from './import-token.ts';
import {
  type Place,
  placeOf,
  scheduleExpiration,
  shareWithReplicas,
  stateByMaterial,
} from './imported-material.ts';
import { suitableMaterial, unwrap } from './unwrap.ts';

export default kms.operation('ImportKeyMaterial', {
  checks: (context, { KeyId, ExpirationModel, ValidTo }) =>
    keyChecks(context, 'ImportKeyMaterial', KeyId, {
      conditions: () => ({
        // Of a request that does not say, policies may ask by Null (aws-facts A6.7).
        'kms:ExpirationModel': ExpirationModel,
        // In seconds, which both numeric and date conditions read.
        'kms:ValidTo': ValidTo === undefined ? undefined : String(Math.floor(ValidTo / 1000)),
      }),
    }),
  preconditions(context, input, { key }) {
    requireExternal(key.record, key.resource);
    requireSuitableState('ImportKeyMaterial', key);
    requireImportMembers(key.record, input);
    requestedExpiration(input, context.nowMs);
    readImportToken(context, key.resource, input.ImportToken);
  },
  async execute(context, input, { key }) {
    const { algorithm, wrappingKey } = readImportToken(context, key.resource, input.ImportToken);
    const secret = unwrap(algorithm, wrappingKey, input.EncryptedKeyMaterial);
    try {
      const KeyMaterialId = await placeMaterial(
        context,
        key.record,
        suitableMaterial(key.record, secret),
        input,
      );
      return { KeyId: key.resource, KeyMaterialId };
    } finally {
      secret.fill(0);
    }
  },
});

/** Puts the material in its place, if there is one for it; returns its id. */
async function placeMaterial(
  context: ExecuteContext,
  key: KeyRecord,
  fresh: FreshMaterial,
  input: ImportKeyMaterialRequest,
): Promise<string> {
  const { tx } = context;
  const materialId = materialIdOf(key, fresh.secret);
  const place = await placeOf(tx, key, materialId, input);
  const material = await importedMaterial(context, key, fresh, input);
  tx.put(materials, material);
  scheduleExpiration(context, material);
  const placed = withMaterial(key, place, material);
  // Material that comes again enables a disabled key too; what is only to rotate in later does not.
  const state = place === 'next' ? placed.state : await stateByMaterial(tx, placed, 'Enabled');
  tx.put(keys, { ...placed, state });
  await shareWithReplicas(tx, placed, material);
  return materialId;
}

async function importedMaterial(
  context: ExecuteContext,
  key: KeyRecord,
  fresh: FreshMaterial,
  input: ImportKeyMaterialRequest,
): Promise<MaterialRecord> {
  const [sealed] = sealMaterial(context, key, fresh) as [MaterialRecord];
  const known = await materialOf(context.tx, key, sealed.materialId);
  return {
    ...sealed,
    createdAtMs: known?.createdAtMs ?? sealed.createdAtMs,
    rotation: known?.rotation,
    imported: {
      description: input.KeyMaterialDescription ?? known?.imported?.description,
      expiresAtMs: requestedExpiration(input, context.nowMs),
    },
  };
}

function withMaterial(key: KeyRecord, place: Place, { materialId, imported }: MaterialRecord): KeyRecord {
  if (place === 'next') return { ...key, nextMaterialId: materialId };
  const currentMaterialId = place === 'first' ? materialId : key.currentMaterialId;
  const isCurrent = materialId === currentMaterialId;
  return { ...key, currentMaterialId, ...(isCurrent && { importedUntilMs: imported?.expiresAtMs }) };
}
