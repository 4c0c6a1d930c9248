/** `pending` ends: the volumes are opened through the grants and the guest boots, or the launch or start has failed. */
import type { EffectContext, WorkflowContext } from '../../../invoke/context.ts';
import { type StepEffect, workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { inTurn } from '../../../service-kit/in-turn.ts';
import { ec2 } from '../ec2.ts';
import { retireGrants } from '../encryption/data-key.ts';
import { hasFailed, type KmsFailure } from '../encryption/kms-failure.ts';
import { findResource } from '../resource/kind.ts';
import { closeVolumeStep } from '../volume/attach-volume-workflow.ts';
import { closeFor } from '../volume/close-volume.ts';
import { openFor } from '../volume/open-volume.ts';
import {
  attachmentTo,
  emitVolumeEvent,
  type VolumeRecord,
  volumeKind,
  volumesOf,
  withAttachment,
} from '../volume/volume.ts';
import { emitCreated, emitNotCreated } from '../volume/volume-creation.ts';
import { makeBlocks } from '../volume/volume-source.ts';
import { changeState, type InstanceRecord, instanceKind } from './instance.ts';
import { changePublicIps } from './instance-interfaces.ts';
import { LAUNCH_FAILED, NO_REASON, START_FAILED } from './instance-state.ts';
import { scheduleTermination } from './power-off-workflows.ts';

interface PowerOn {
  readonly instanceId: string;
  /** A launch that fails ends the instance; a start that fails leaves it stopped. */
  readonly isLaunch: boolean;
}

/** How long an instance is pending. A launch that KMS refused takes about ten seconds to show it (aws-facts C2.1). */
export function schedulePowerOn(
  context: EffectContext,
  { id: instanceId, failure }: InstanceRecord,
  { isLaunch }: { isLaunch: boolean },
): void {
  const { delays } = context.ports;
  const delayMs = !failure ? delays.scaled(2000) : isLaunch ? delays.scaled(10_000) : delays.scaled(3000);
  context.schedule(powerOnStep, { instanceId, isLaunch }, { delayMs });
}

const powerOnStep = workflowRef<PowerOn>('ec2.instance.power-on');

export const powerOnWorkflow = workflow(powerOnStep, ec2, (ctx, powerOn) =>
  inTurn(ctx.ports, powerOn.instanceId, () => powerOnInstance(ctx, powerOn)),
);

/** Blocks are made and opened here: a termination that is asked for meanwhile waits, so that it finds them all. */
async function powerOnInstance(
  ctx: WorkflowContext,
  { instanceId, isLaunch }: PowerOn,
): Promise<StepEffect | undefined> {
  const instance = await ctx.read((tx) => findResource(tx, instanceKind, ctx, instanceId));
  if (instance?.state !== 'pending') return undefined;
  const volumes = await ctx.read((tx) => volumesOf(tx, ctx, instanceId));
  const failure = knownFailure(instance, volumes) ?? (await openVolumes(ctx, instanceId, volumes));
  if (failure) await closeVolumes(ctx, instanceId, volumes);
  else await ctx.ports.instances.boot(instanceId);

  return async (context) => {
    const current = await findResource(context.tx, instanceKind, context, instanceId);
    if (current?.state !== 'pending') {
      // Terminated meanwhile: what was opened is closed again.
      for (const { id: volumeId } of volumes) context.schedule(closeVolumeStep, { volumeId, instanceId });
      return;
    }
    if (!failure) return comeUp(context, current);
    if (isLaunch) return failLaunch(context, current, failure);
    return failStart(context, current, failure);
  };
}

/** What KMS refused, and of which volume: its creation, or that the instance opens it. */
interface PowerOnFailure {
  readonly failure: KmsFailure;
  readonly volume?: VolumeRecord;
  readonly event: 'createVolume' | 'attachVolume';
}

/** KMS refused before the reply. */
function knownFailure(
  { failure }: InstanceRecord,
  volumes: readonly VolumeRecord[],
): PowerOnFailure | undefined {
  if (!failure) return undefined;
  const volume = volumes.find(({ id }) => id === failure.volumeId);
  return { failure, volume, event: volume?.creation?.failure ? 'createVolume' : 'attachVolume' };
}

/** The first refusal ends it. */
async function openVolumes(
  ctx: WorkflowContext,
  instanceId: string,
  volumes: readonly VolumeRecord[],
): Promise<PowerOnFailure | undefined> {
  for (const volume of volumes) {
    if (volume.creation) {
      const made = await makeBlocks(ctx, volume);
      if (hasFailed(made)) return { failure: made.failure, volume, event: 'createVolume' };
    }
    const opened = await openFor(ctx, instanceId, volume);
    if (hasFailed(opened)) return { failure: opened.failure, volume, event: 'attachVolume' };
  }
  return undefined;
}

async function closeVolumes(
  ctx: WorkflowContext,
  instanceId: string,
  volumes: readonly VolumeRecord[],
): Promise<void> {
  for (const volume of volumes) {
    await closeFor(ctx, instanceId, volume);
    const made = [attachmentTo(volume, instanceId)?.grant, volume.creation?.grant];
    await retireGrants(
      ctx,
      made.filter((grant) => grant !== undefined),
    );
  }
}

async function comeUp(context: EffectContext, instance: InstanceRecord): Promise<void> {
  changeState(context, instance, { state: 'running', ...NO_REASON });
  for (const volume of await volumesOf(context.tx, context, instance.id)) {
    const attached = withAttachment(volume, instance.id, { state: 'attached' });
    context.tx.put(volumeKind.table, { ...attached, creation: undefined, failure: undefined });
    if (volume.creation) emitCreated(context, volume);
  }
}

function emitFailure(context: EffectContext, { failure, volume, event }: PowerOnFailure): void {
  if (!volume) return;
  if (event === 'createVolume') emitNotCreated(context, volume, failure);
  else emitVolumeEvent(context, volume, { event, result: 'failed', failure });
}

async function failLaunch(
  context: EffectContext,
  instance: InstanceRecord,
  failed: PowerOnFailure,
): Promise<void> {
  const { failure } = failed;
  const going = changeState(context, instance, { state: 'shutting-down', ...LAUNCH_FAILED, failure });
  emitFailure(context, failed);
  scheduleTermination(context, going, context.ports.delays.scaled(10_000));
}

async function failStart(
  context: EffectContext,
  instance: InstanceRecord,
  failed: PowerOnFailure,
): Promise<void> {
  changeState(context, instance, { state: 'stopped', ...START_FAILED, failure: failed.failure });
  emitFailure(context, failed);
  await changePublicIps(context, instance.id, false);
  for (const volume of await volumesOf(context.tx, context, instance.id)) {
    context.tx.put(volumeKind.table, withAttachment(volume, instance.id, { grant: undefined }));
  }
}
