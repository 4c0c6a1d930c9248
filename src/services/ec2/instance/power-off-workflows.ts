/** `stopping` and `shutting-down` end: the volumes are closed, and the instance's grants retired (aws-facts B6.2). */
import type { EffectContext, WorkflowContext } from '../../../invoke/context.ts';
import { type StepEffect, workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { HOUR_MS } from '../../../platform/durations.ts';
import { inTurn } from '../../../service-kit/in-turn.ts';
import { ec2 } from '../ec2.ts';
import { retireGrants } from '../encryption/data-key.ts';
import { findResource } from '../resource/kind.ts';
import { closeFor } from '../volume/close-volume.ts';
import { removeVolume } from '../volume/remove-volume.ts';
import { attachmentTo, type VolumeRecord, volumeKind, volumesOf, withAttachment } from '../volume/volume.ts';
import { deleteBlocks } from '../volume/volume-blocks.ts';
import { changeState, type InstanceRecord, instanceKind } from './instance.ts';
import { changePublicIps, deleteInterfaces } from './instance-interfaces.ts';

interface InstanceName {
  readonly instanceId: string;
}

async function closeVolumes(ctx: WorkflowContext, instanceId: string): Promise<VolumeRecord[]> {
  const volumes = await ctx.read((tx) => volumesOf(tx, ctx, instanceId));
  for (const volume of volumes) {
    await closeFor(ctx, instanceId, volume);
    const grant = attachmentTo(volume, instanceId)?.grant;
    if (grant) await retireGrants(ctx, [grant]);
  }
  return volumes;
}

export const stopInstanceStep = workflowRef<InstanceName>('ec2.instance.stop');

export const stopInstanceWorkflow = workflow(stopInstanceStep, ec2, (ctx, { instanceId }) =>
  inTurn(ctx.ports, instanceId, () => stopInstance(ctx, instanceId)),
);

async function stopInstance(ctx: WorkflowContext, instanceId: string): Promise<StepEffect | undefined> {
  const instance = await ctx.read((tx) => findResource(tx, instanceKind, ctx, instanceId));
  if (instance?.state !== 'stopping') return undefined;
  await ctx.ports.instances.stop(instanceId);
  await closeVolumes(ctx, instanceId);
  return async (context) => {
    const current = await findResource(context.tx, instanceKind, context, instanceId);
    if (current?.state !== 'stopping') return;
    changeState(context, current, { state: 'stopped' });
    await changePublicIps(context, instanceId, false);
    for (const volume of await volumesOf(context.tx, context, instanceId)) {
      context.tx.put(volumeKind.table, withAttachment(volume, instanceId, { grant: undefined }));
    }
  };
}

export function scheduleTermination(
  context: EffectContext,
  { id: instanceId }: InstanceRecord,
  delayMs: number,
): void {
  context.schedule(terminateInstanceStep, { instanceId }, { delayMs });
}

/** One that was stopped is terminated at once, and what it had goes after it. */
function isEnding(instance: InstanceRecord | undefined): instance is InstanceRecord {
  return instance?.state === 'shutting-down' || instance?.state === 'terminated';
}

const terminateInstanceStep = workflowRef<InstanceName>('ec2.instance.terminate');

export const terminateInstanceWorkflow = workflow(terminateInstanceStep, ec2, (ctx, { instanceId }) =>
  inTurn(ctx.ports, instanceId, () => terminateInstance(ctx, instanceId)),
);

async function terminateInstance(ctx: WorkflowContext, instanceId: string): Promise<StepEffect | undefined> {
  const instance = await ctx.read((tx) => findResource(tx, instanceKind, ctx, instanceId));
  if (!isEnding(instance)) return undefined;
  await ctx.ports.instances.terminate(instanceId);
  for (const volume of await closeVolumes(ctx, instanceId)) {
    if (goesWith(volume, instanceId)) await deleteBlocks(ctx.ports, volume.id);
  }
  return async (context) => {
    const current = await findResource(context.tx, instanceKind, context, instanceId);
    if (!isEnding(current)) return;
    changeState(context, current, { state: 'terminated' });
    await deleteInterfaces(context, instanceId);
    for (const volume of await volumesOf(context.tx, context, instanceId))
      release(context, volume, instanceId);
    context.schedule(forgetInstanceStep, { instanceId }, { delayMs: HOUR_MS });
  };
}

/** A volume that was never created goes too, whatever was asked for it. */
function goesWith(volume: VolumeRecord, instanceId: string): boolean {
  return volume.creation !== undefined || attachmentTo(volume, instanceId)?.deleteOnTermination === true;
}

function release(context: EffectContext, volume: VolumeRecord, instanceId: string): void {
  if (!goesWith(volume, instanceId)) {
    context.tx.put(volumeKind.table, withAttachment(volume, instanceId, undefined));
    return;
  }
  removeVolume(context, volume, context.requestId);
}

/** A terminated instance is shown for about an hour: no simulated work, so no delay that a user can set to nothing. */
export const forgetInstanceStep = workflowRef<InstanceName>('ec2.instance.forget');

export const forgetInstanceWorkflow = workflow(forgetInstanceStep, ec2, async (_ctx, { instanceId }) => {
  return async (context) => {
    const instance = await findResource(context.tx, instanceKind, context, instanceId);
    if (instance?.state === 'terminated') {
      context.tx.delete(instanceKind.table, [context.account, context.region, instanceId]);
    }
  };
});
