/**
 * Rotation: new material under the same key id, while all older material goes on decrypting
 * (https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html).
 */
import type { Scope } from '../../../aws/scope.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { DAY_MS } from '../../../platform/durations.ts';
import { unsupported } from '../errors.ts';
import { stateByMaterial } from '../import/imported-material.ts';
import { type KeyRecord, keyArn, keys, multiRegionKeyType } from '../key/key.ts';
import { REFUSALS } from '../key/key-state.ts';
import {
  generateMaterial,
  type MaterialRecord,
  materialOf,
  materials,
  sealMaterial,
} from '../key/material.ts';
import { kms } from '../kms.ts';
import { recordSynchronization, relatedKeys } from '../multi-region/multi-region.ts';
import { recordServiceEvent } from '../service-event.ts';

export const YEAR_IN_DAYS = 365;
type RotationType = NonNullable<MaterialRecord['rotation']>['type'];

interface Rotation extends Scope {
  readonly keyId: string;
  readonly type: RotationType;
  /** The time that the key's plan names for it: a plan changed since asks for another rotation. */
  readonly plannedAtMs: number;
}

export const isRotatable = ({ keySpec }: KeyRecord): boolean => keySpec === 'SYMMETRIC_DEFAULT';

/** Asymmetric and HMAC keys are refused without a word. */
export function requireSymmetric(key: KeyRecord): void {
  if (!isRotatable(key)) throw unsupported('');
}

/** Throws where KMS makes no material of its own for the key. */
export function requireOwnMaterial({ origin }: KeyRecord, arn: string): void {
  if (origin === 'EXTERNAL') throw REFUSALS.external(arn);
}

/** Rotation is set at the primary key; its replicas follow. */
export function requirePrimary(operation: string, key: KeyRecord, arn: string): void {
  if (multiRegionKeyType(key) === 'REPLICA') {
    throw unsupported(`${arn} is a multi-region replica key which is not valid for ${operation}.`);
  }
}

/** The key with automatic rotation from now on; the first one is scheduled. */
export function planRotation(context: EffectContext, key: KeyRecord, periodInDays: number): KeyRecord {
  const nextAtMs = context.nowMs + periodInDays * DAY_MS;
  scheduleRotation(context, key, 'AUTOMATIC', nextAtMs);
  return { ...key, rotation: { ...key.rotation, periodInDays, nextAtMs } };
}

export function scheduleRotation(
  context: EffectContext,
  { account, region, keyId }: KeyRecord,
  type: RotationType,
  plannedAtMs: number,
  dueAtMs = plannedAtMs,
): void {
  const rotation: Rotation = { account, region, keyId, type, plannedAtMs };
  context.schedule(rotateKeyStep, rotation, { delayMs: Math.max(0, dueAtMs - context.nowMs) });
}

/** By the key's own plan: a replica of an imported account shows that of its primary, which rotates them all. */
export const nextRotationAtMs = (key: KeyRecord): number | undefined =>
  multiRegionKeyType(key) === 'REPLICA' ? undefined : key.rotation.nextAtMs;

/** A key that comes back to use takes up the rotation that it missed. */
export function catchUpRotation(context: EffectContext, key: KeyRecord): void {
  const nextAtMs = nextRotationAtMs(key);
  if (nextAtMs !== undefined && nextAtMs <= context.nowMs)
    scheduleRotation(context, key, 'AUTOMATIC', nextAtMs);
}

export const rotateKeyStep = workflowRef<Rotation>('kms.key.rotate');

export const rotateKeyWorkflow = workflow(rotateKeyStep, kms, async ({ entropy }, rotation) => {
  const fresh = await generateMaterial(entropy, 'SYMMETRIC_DEFAULT');
  return async (context) => {
    const { account, region, keyId, type } = rotation;
    const key = await context.tx.get(keys, [account, region, keyId]);
    if (key && isStillMeant(key, rotation)) {
      // Imported material is not made here: what was imported for this purpose takes over.
      const isImported = key.origin === 'EXTERNAL';
      const made = isImported
        ? await nextMaterials(context, key)
        : sealMaterial(context, key, fresh, key.multiRegion?.regions);
      for (const material of made) {
        context.tx.put(materials, { ...material, rotation: { atMs: context.nowMs, type } });
      }
      const members = key.multiRegion ? await relatedKeys(context.tx, key) : [key];
      for (const member of members) {
        // Imported into each Region by itself, it expires there in its own time.
        const next = made.find(({ region }) => region === member.region);
        if (next) await takeOver(context, member, next, type);
        // What was to take over has been deleted meanwhile.
        else
          context.tx.put(keys, {
            ...member,
            rotation: { ...member.rotation, onDemandStartedAtMs: undefined },
          });
      }
      if (members.length > 1) await recordSynchronization(context, key);
    }
    fresh.secret.fill(0);
  };
});

function isStillMeant({ rotation, state }: KeyRecord, { type, plannedAtMs }: Rotation): boolean {
  if (type === 'ON_DEMAND') return rotation.onDemandStartedAtMs === plannedAtMs;
  // A disabled key is not rotated, but catches up once it is enabled.
  return rotation.nextAtMs === plannedAtMs && state === 'Enabled';
}

async function nextMaterials({ tx }: EffectContext, key: KeyRecord): Promise<MaterialRecord[]> {
  const members = key.multiRegion ? await relatedKeys(tx, key) : [key];
  const found = await Promise.all(members.map((member) => materialOf(tx, member, key.nextMaterialId)));
  return found.filter((material) => material !== undefined);
}

async function takeOver(
  context: EffectContext,
  key: KeyRecord,
  material: MaterialRecord,
  type: RotationType,
): Promise<void> {
  const { nextMaterialId: _, currentMaterialId: previous, ...kept } = key;
  const { onDemandStartedAtMs: __, ...plan } = key.rotation;
  let rotated: KeyRecord = {
    ...kept,
    currentMaterialId: material.materialId,
    rotation: plan,
    ...(material.imported && { importedUntilMs: material.imported.expiresAtMs }),
  };
  if (type === 'AUTOMATIC' && plan.periodInDays !== undefined && multiRegionKeyType(key) !== 'REPLICA') {
    rotated = planRotation(context, rotated, plan.periodInDays);
  }
  if (rotated.state === 'Enabled' && rotated.origin === 'EXTERNAL') {
    // What has expired while it waited must be imported again.
    rotated = { ...rotated, state: await stateByMaterial(context.tx, rotated, 'Enabled') };
  }
  context.tx.put(keys, rotated);
  const arn = keyArn(key);
  const { account, region, keyId } = key;
  context.emit({
    source: 'aws.kms',
    detailType: 'KMS CMK Rotation',
    resources: [arn],
    detail: { 'key-id': keyId },
    account,
    region,
  });
  recordServiceEvent(context, key, {
    eventName: 'RotateKey',
    serviceEventDetails: {
      rotationType: type,
      keyOrigin: key.origin,
      previousKeyMaterialId: previous,
      currentKeyMaterialId: material.materialId,
      keyId,
    },
  });
}
