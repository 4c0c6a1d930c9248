/**
 * Imported material in the life of its key. A key can be used while every version that it ever encrypted with is in
 * place; one version may wait beside them for a rotation on demand
 * (https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import type { ImportKeyMaterialRequest } from '../../../shapes/generated/kms.ts';
import type { ReadTransaction, Transaction } from '../../../store/store.ts';
import { invalidState, unsupported } from '../errors.ts';
import { type KeyRecord, keyArn, keys, multiRegionKeyType } from '../key/key.ts';
import { type MaterialRecord, materialOf, materials, materialsOf, unimported } from '../key/material.ts';
import { kms } from '../kms.ts';
import { relatedKeys } from '../multi-region/multi-region.ts';
import { recordServiceEvent } from '../service-event.ts';

/** Which place material takes that is imported now. */
export type Place = 'first' | 'again' | 'next';

/** Throws where the material fits nowhere: KMS takes other material than before only when the request says that it is new. */
export async function placeOf(
  tx: ReadTransaction,
  key: KeyRecord,
  materialId: string,
  { ImportType, KeyMaterialId }: Pick<ImportKeyMaterialRequest, 'ImportType' | 'KeyMaterialId'>,
): Promise<Place> {
  const isNew = ImportType === 'NEW_KEY_MATERIAL';
  const isKnown = (await materialOf(tx, key, materialId)) !== undefined;
  const arn = keyArn(key);
  if (isNew && isKnown) {
    throw incorrectMaterial(
      `Key material (id: ${materialId}) being imported as NEW_KEY_MATERIAL is already associated with KMS key ${arn}.`,
    );
  }
  if (KeyMaterialId !== undefined && KeyMaterialId !== materialId) throw unexpected(KeyMaterialId);
  if (key.currentMaterialId === undefined) return 'first';
  if (isKnown) return materialId === key.nextMaterialId ? 'next' : 'again';
  if (!isNew || key.keySpec !== 'SYMMETRIC_DEFAULT') throw unexpected(key.currentMaterialId);
  if (isReplica(key)) {
    throw unsupported(
      `${arn} is a multi-region replica key, whose primary key takes new key material first.`,
    );
  }
  if (key.nextMaterialId !== undefined) {
    throw invalidState(
      `New key material (id: ${materialId}) cannot be imported into KMS key ${arn}, because another key material ` +
        `(id: ${key.nextMaterialId}) is pending rotation.`,
    );
  }
  return 'next';
}

const isReplica = (key: KeyRecord) => multiRegionKeyType(key) === 'REPLICA';

/** The key, or all keys of its multi-Region set. */
const family = async (tx: ReadTransaction, key: KeyRecord): Promise<readonly KeyRecord[]> =>
  key.multiRegion ? await relatedKeys(tx, key) : [key];

/** Whether material has come, be it expired by now: replicas know of it before it has. */
export const hasCome = ({ sealed, imported }: MaterialRecord): boolean =>
  sealed !== undefined || imported?.expiresAtMs !== undefined;

/** Whether material has been imported into the key, and into its relatives in other Regions. */
export async function isInEveryRegion(
  tx: ReadTransaction,
  key: KeyRecord,
  materialId: string,
): Promise<boolean> {
  const members = await family(tx, key);
  const found = await Promise.all(members.map((member) => materialOf(tx, member, materialId)));
  return found.every((material) => material !== undefined && hasCome(material));
}

/**
 * Replicas take the ids and descriptions of imported material over from the primary key, and wait for the material itself
 * (https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html#mrk-sync-properties).
 */
export async function shareWithReplicas(
  tx: Transaction,
  key: KeyRecord,
  material: MaterialRecord,
): Promise<void> {
  if (isReplica(key)) return;
  const { materialId, imported } = material;
  for (const replica of (await family(tx, key)).filter(isReplica)) {
    const known = (await materialOf(tx, replica, materialId)) ?? unimported(material, replica.region);
    tx.put(materials, { ...known, imported: { ...known.imported, description: imported?.description } });
    tx.put(keys, { ...replica, nextMaterialId: key.nextMaterialId });
  }
}

const incorrectMaterial = (message: string) => new AwsError('IncorrectKeyMaterialException', message);

const unexpected = (materialId: string) =>
  incorrectMaterial(`Imported key material does not have the expected identifier (${materialId}).`);

/** The key as it is with or without its material: usable again, or waiting for import. */
export async function stateByMaterial(
  tx: ReadTransaction,
  key: KeyRecord,
  usable: 'Enabled' | 'Disabled',
): Promise<'Enabled' | 'Disabled' | 'PendingImport'> {
  const versions = (await materialsOf(tx, key)).filter(({ materialId }) => materialId !== key.nextMaterialId);
  const isComplete = versions.length > 0 && versions.every(({ sealed }) => sealed !== undefined);
  return isComplete ? usable : 'PendingImport';
}

/** Takes imported material away. The version stays known, so that the same material can be imported again. */
export async function removeMaterial(
  { tx }: EffectContext,
  key: KeyRecord,
  material: MaterialRecord,
): Promise<void> {
  if (material.materialId === key.nextMaterialId) {
    // A replica goes on waiting for what its primary key waits to rotate to.
    if (isReplica(key)) return tx.put(materials, unimported(material, key.region));
    for (const member of await family(tx, key)) {
      const { nextMaterialId: _, ...kept } = member;
      tx.delete(materials, materials.key({ ...material, region: member.region }));
      tx.put(keys, kept);
    }
    return;
  }
  dropSecret({ tx }, material);
  const isInUse = key.state === 'Enabled' || key.state === 'Disabled';
  if (isInUse) tx.put(keys, { ...key, state: 'PendingImport' });
}

function dropSecret({ tx }: Pick<EffectContext, 'tx'>, { sealed: _, ...known }: MaterialRecord): void {
  tx.put(materials, known);
}

interface Expiration extends Scope {
  readonly keyId: string;
  readonly materialId: string;
  readonly atMs: number;
}

export function scheduleExpiration(context: EffectContext, material: MaterialRecord): void {
  const { account, region, keyId, materialId, imported } = material;
  const atMs = imported?.expiresAtMs;
  if (atMs === undefined) return;
  const expiration: Expiration = { account, region, keyId, materialId, atMs };
  context.schedule(expireMaterialStep, expiration, { delayMs: Math.max(0, atMs - context.nowMs) });
}

export const expireMaterialStep = workflowRef<Expiration>('kms.material.expire');

export const expireMaterialWorkflow = workflow(expireMaterialStep, kms, async (_context, expiration) => {
  const { account, region, keyId, materialId, atMs } = expiration;
  return async (context) => {
    const key = await context.tx.get(keys, [account, region, keyId]);
    const material = key && (await materialOf(context.tx, key, materialId));
    // Imported anew since, or deleted: this expiration is no longer meant.
    if (!key || material?.sealed === undefined || material.imported?.expiresAtMs !== atMs) return;
    // What waits for a rotation goes on waiting, and may still be rotated to.
    if (materialId === key.nextMaterialId) return dropSecret(context, material);
    await removeMaterial(context, key, material);
    context.emit({
      source: 'aws.kms',
      detailType: 'KMS Imported Key Material Expiration',
      resources: [keyArn(key)],
      detail: { 'key-id': keyId },
      account,
      region,
    });
    recordServiceEvent(context, key, {
      eventName: 'DeleteExpiredKeyMaterial',
      serviceEventDetails: { keyId, keyMaterialId: materialId },
    });
  };
});
