/**
 * After a restart of the server: what should be running is booted again, and its volumes are attached again through
 * the grants. That is the unplanned outage for which EC2 keeps grants; it shows where the key is gone (aws-facts D1).
 */
import type { Scope } from '../../../aws/scope.ts';
import type { Runtime } from '../../../invoke/runtime.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { uuid } from '../../../platform/identifiers.ts';
import { ec2 } from '../ec2.ts';
import { hasFailed, type KmsFailure } from '../encryption/kms-failure.ts';
import { findResource } from '../resource/kind.ts';
import { noteLostBlocks } from '../volume/lost-blocks.ts';
import { openFor } from '../volume/open-volume.ts';
import { emitVolumeEvent, volumeKind, volumesOf } from '../volume/volume.ts';
import { instanceKind, instances } from './instance.ts';

/** Schedules a recovery for every instance that should be running. Called once, when the server starts. */
export async function reattachVolumes({ store, workflows, clock, entropy, ports }: Runtime): Promise<void> {
  await store.transact(async (tx) => {
    await noteLostBlocks(tx, ports.blocks);
    for (const { account, region, id, state } of await tx.list(instances)) {
      if (state !== 'running') continue;
      const due = { dueAtMs: clock.nowMs(), account, region, requestId: uuid(entropy) };
      workflows.schedule(tx, recoverInstanceStep, { instanceId: id }, due);
    }
  });
}

const recoverInstanceStep = workflowRef<{ instanceId: string }>('ec2.instance.recover');

export const recoverInstanceWorkflow = workflow(recoverInstanceStep, ec2, async (ctx, { instanceId }) => {
  const scope: Scope = ctx;
  const instance = await ctx.read((tx) => findResource(tx, instanceKind, scope, instanceId));
  if (instance?.state !== 'running') return undefined;
  const failures = new Map<string, KmsFailure>();
  for (const volume of await ctx.read((tx) => volumesOf(tx, scope, instanceId))) {
    if (volume.attachments.every(({ state }) => state !== 'attached')) continue;
    const opened = await openFor(ctx, instanceId, volume);
    if (hasFailed(opened)) failures.set(volume.id, opened.failure);
  }
  await ctx.ports.instances.boot(instanceId);
  // A machine whose disk does not answer fails its status checks.
  if (failures.size > 0) await ctx.ports.instances.fail(instanceId);
  return async (context) => {
    for (const [volumeId, failure] of failures) {
      const volume = await findResource(context.tx, volumeKind, context, volumeId);
      if (!volume) continue;
      context.tx.put(volumeKind.table, { ...volume, failure });
      emitVolumeEvent(context, volume, { event: 'reattachVolume', result: 'failed', failure });
    }
  };
});
