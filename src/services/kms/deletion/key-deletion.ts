/** The end of a key: its material is destroyed, and with it whatever was encrypted under it (aws-facts A5.4, A5.6). */
import type { Scope } from '../../../aws/scope.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { DAY_MS } from '../../../platform/durations.ts';
import type { Transaction } from '../../../store/store.ts';
import { aliases } from '../alias/alias.ts';
import { grantCounts, grants } from '../grant/grant.ts';
import { type KeyRecord, keyArn, keys } from '../key/key.ts';
import { materials } from '../key/material.ts';
import { kms } from '../kms.ts';
import { leaveMultiRegionSet } from '../multi-region/multi-region.ts';
import { recordServiceEvent } from '../service-event.ts';

interface Deletion extends Scope {
  readonly keyId: string;
  readonly atMs: number;
}

/** The key, waiting for its deletion; the end of the wait is scheduled. */
export function startWaiting(context: EffectContext, key: KeyRecord, windowInDays: number): KeyRecord {
  const { account, region, keyId } = key;
  const waitMs = windowInDays * DAY_MS;
  const atMs = context.nowMs + waitMs;
  const deletion: Deletion = { account, region, keyId, atMs };
  context.schedule(deleteKeyStep, deletion, { delayMs: waitMs });
  return { ...key, state: 'PendingDeletion', deletion: { windowInDays, atMs } };
}

export const deleteKeyStep = workflowRef<Deletion>('kms.key.delete');

export const deleteKeyWorkflow = workflow(deleteKeyStep, kms, async (_context, deletion) => {
  const { account, region, keyId, atMs } = deletion;
  return async (context) => {
    const { tx } = context;
    const key = await tx.get(keys, [account, region, keyId]);
    if (!isStillMeant(key, atMs)) return;
    await destroy(tx, key);
    const last = await leaveMultiRegionSet(context, key);
    if (last) tx.put(keys, startWaiting(context, last, last.deletion?.windowInDays as number));
    const arn = keyArn(key);
    context.emit({
      source: 'aws.kms',
      detailType: 'KMS CMK Deletion',
      resources: [arn],
      detail: { 'key-id': keyId },
      account,
      region,
    });
    recordServiceEvent(context, key, { eventName: 'DeleteKey', responseElements: { keyId: arn } });
  };
});

/** Whether the deletion that was scheduled still stands: it may have been cancelled, and scheduled anew. */
function isStillMeant(key: KeyRecord | undefined, atMs: number): key is KeyRecord {
  return key?.state === 'PendingDeletion' && key.deletion?.atMs === atMs;
}

async function destroy(tx: Transaction, key: KeyRecord): Promise<void> {
  const { account, region, keyId } = key;
  const prefix = [account, region, keyId];
  for (const material of await tx.list(materials, { prefix })) tx.delete(materials, materials.key(material));
  for (const grant of await tx.list(grants, { prefix })) tx.delete(grants, grants.key(grant));
  for (const name of key.aliases) tx.delete(aliases, [account, region, name]);
  tx.delete(grantCounts, prefix);
  tx.delete(keys, prefix);
}
