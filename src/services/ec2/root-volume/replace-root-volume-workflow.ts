/** A root volume's replacement goes on: the new volume is made and opened before the old one is let go. */
import type { EffectContext, WorkflowContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { ec2 } from '../ec2.ts';
import { retireGrants } from '../encryption/data-key.ts';
import { hasFailed, type KmsFailure } from '../encryption/kms-failure.ts';
import { instanceKind } from '../instance/instance.ts';
import { findResource } from '../resource/kind.ts';
import { closeFor } from '../volume/close-volume.ts';
import { beginDeletion } from '../volume/delete-volume-workflow.ts';
import { openFor } from '../volume/open-volume.ts';
import { removeVolume } from '../volume/remove-volume.ts';
import {
  attachmentTo,
  type VolumeRecord,
  volumeKind,
  volumes,
  volumesOf,
  withAttachment,
} from '../volume/volume.ts';
import { emitCreated, emitNotCreated } from '../volume/volume-creation.ts';
import { makeBlocks } from '../volume/volume-source.ts';
import {
  type RootVolumeTaskRecord,
  rootVolumeTaskKind,
  rootVolumeTasks,
} from './replace-root-volume-task.ts';

export const replaceRootVolumeStep = workflowRef<{ taskId: string }>('ec2.instance.replace-root-volume');

export const replaceRootVolumeWorkflow = workflow(replaceRootVolumeStep, ec2, async (ctx, { taskId }) => {
  const task = await ctx.read((tx) => findResource(tx, rootVolumeTaskKind, ctx, taskId));
  if (!task || task.endedAtMs !== undefined) return undefined;
  const [instance, root, made] = await ctx.read(async (tx) => {
    const found = await findResource(tx, instanceKind, ctx, task.instanceId);
    const attached = await volumesOf(tx, ctx, task.instanceId);
    const old = attached.find(
      (volume) => attachmentTo(volume, task.instanceId)?.device === found?.rootDeviceName,
    );
    return [found, old, await findResource(tx, volumeKind, ctx, task.volumeId)] as const;
  });
  if (!made || !root || instance?.state !== 'running') {
    await retireGrants(
      ctx,
      [task.grant, made?.creation?.grant].filter((grant) => grant !== undefined),
    );
    return async (context) => fail(context, task, made, undefined);
  }
  const failure = await openReplacement(ctx, task, made);
  if (failure) {
    await retireGrants(
      ctx,
      [task.grant, made.creation?.grant].filter((grant) => grant !== undefined),
    );
    return async (context) => fail(context, task, made, failure);
  }
  await closeFor(ctx, task.instanceId, root);
  const { grant: oldGrant } = attachmentTo(root, task.instanceId) ?? {};
  if (oldGrant) await retireGrants(ctx, [oldGrant]);
  await ctx.ports.instances.reboot(task.instanceId);
  return async (context) => succeed(context, task, root, made);
});

async function openReplacement(
  ctx: WorkflowContext,
  task: RootVolumeTaskRecord,
  volume: VolumeRecord,
): Promise<KmsFailure | undefined> {
  if (volume.failure) return volume.failure;
  const made = await makeBlocks(ctx, volume);
  if (hasFailed(made)) return made.failure;
  const opened = await openFor(ctx, task.instanceId, volume);
  return hasFailed(opened) ? opened.failure : undefined;
}

async function succeed(
  context: EffectContext,
  task: RootVolumeTaskRecord,
  root: VolumeRecord,
  made: VolumeRecord,
): Promise<void> {
  const old = (await findResource(context.tx, volumeKind, context, root.id)) ?? root;
  const before = attachmentTo(old, task.instanceId);
  const left = withAttachment(old, task.instanceId, undefined);
  if (task.deletesReplaced) beginDeletion(context, left);
  else context.tx.put(volumes, left);
  context.tx.put(volumes, {
    ...made,
    state: 'in-use',
    creation: undefined,
    attachments: [
      {
        instanceId: task.instanceId,
        device: before?.device ?? '',
        state: 'attached',
        attachedAtMs: context.nowMs,
        deleteOnTermination: before?.deleteOnTermination ?? true,
        grant: task.grant,
      },
    ],
  });
  emitCreated(context, made);
  end(context, task, 'succeeded');
}

function fail(
  context: EffectContext,
  task: RootVolumeTaskRecord,
  made: VolumeRecord | undefined,
  failure: KmsFailure | undefined,
): void {
  if (made && failure) emitNotCreated(context, made, failure);
  if (made) removeVolume(context, { ...made, failure }, made.creation?.requestId);
  end(context, { ...task, failure }, 'failed');
}

function end(context: EffectContext, task: RootVolumeTaskRecord, state: 'succeeded' | 'failed'): void {
  context.tx.put(rootVolumeTasks, { ...task, state, endedAtMs: context.nowMs, grant: undefined });
}
