/**
 * Size, type and performance, also of a volume in use; never encryption
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVolume.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { DAY_MS } from '../../../platform/durations.ts';
import type { ModifyVolumeRequest } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { findResource, resourceCheck } from '../resource/kind.ts';
import { emitVolumeEvent, type VolumeRecord, volumeKind } from './volume.ts';
import { type ModificationRecord, modifications, showModification } from './volume-modification.ts';
import { GIB, type Performance, performanceOf, requireVolumeType } from './volume-type.ts';

/** So many modifications a volume may have in any 24 hours. */
const DEFAULT_IOPS = 3000;
const MAX_MODIFICATIONS = 4;

export default ec2.operation('ModifyVolume', {
  async checks(context, input) {
    return { volume: await resourceCheck(context, volumeKind, 'ec2:ModifyVolume', input.VolumeId) };
  },

  async preconditions(context, input, { volume }) {
    const { account, region, id, state, sizeGiB } = volume.record;
    requireChanges(volume.record, input);
    if (state !== 'available' && state !== 'in-use') {
      throw new AwsError('IncorrectState', `The volume '${id}' is '${state}'.`);
    }
    if (input.Size !== undefined && input.Size < sizeGiB) {
      throw new AwsError('InvalidParameterValue', 'New size cannot be smaller than existing size');
    }
    targetOf(volume.record, input);
    const last = await context.tx.get(modifications, [account, region, id]);
    if (!last) return;
    if (last.endedAtMs === undefined) {
      throw new AwsError(
        'IncorrectModificationState',
        `Cannot modify volume in modification state ${last.state.toUpperCase()}`,
      );
    }
    const [first, ...others] = ofLastDay(last, context.nowMs);
    if (first !== undefined && others.length + 1 >= MAX_MODIFICATIONS) {
      const nextAt = new Date(first + DAY_MS).toISOString();
      throw new AwsError(
        'VolumeModificationRateExceeded',
        `You've reached the maximum modification rate per volume limit. Wait until ${nextAt} before you can issue the next modification request for this volume.`,
      );
    }
  },

  async execute(context, input, { volume }) {
    const { record } = volume;
    const last = await context.tx.get(modifications, [record.account, record.region, record.id]);
    const modification: ModificationRecord = {
      account: record.account,
      region: record.region,
      id: record.id,
      tags: [],
      state: 'modifying',
      original: performanceAsOf(record),
      target: targetOf(record, input),
      progressPercent: 0,
      startedAtMs: context.nowMs,
      acceptedAtMs: [...(last ? ofLastDay(last, context.nowMs) : []), context.nowMs],
    };
    context.tx.put(modifications, modification);
    emitModification(context, record, 'modifying');
    const delayMs = context.ports.delays.scaled(3000);
    context.schedule(modifyVolumeStep, { volumeId: record.id }, { delayMs });
    return { VolumeModification: showModification(modification) };
  },
});

const ofLastDay = ({ acceptedAtMs }: ModificationRecord, nowMs: number) =>
  acceptedAtMs.filter((atMs) => atMs > nowMs - DAY_MS);

function requireChanges({ type, multiAttach }: VolumeRecord, input: ModifyVolumeRequest): void {
  const { Size, VolumeType, Iops, Throughput, MultiAttachEnabled } = input;
  if ([Size, VolumeType, Iops, Throughput, MultiAttachEnabled].every((named) => named === undefined)) {
    throw new AwsError(
      'InvalidParameterValue',
      'Must specify at least one of size, type, iops, throughput or multi-attach',
    );
  }
  if (type === 'io1' && multiAttach) {
    throw new AwsError(
      'InvalidParameterValue',
      'io1 volumes with Multi-Attach enabled do not support modify-volume actions. Please review the EBS technical ' +
        'documentation for information on the Multi-Attach limitations and considerations.',
    );
  }
}

const performanceAsOf = ({
  type,
  sizeGiB,
  iops,
  throughputMiBps,
  multiAttach,
}: VolumeRecord): Performance => ({
  type,
  sizeGiB,
  iops,
  throughputMiBps,
  multiAttach,
});

/** What is not named stays, as far as the type still has it. */
function targetOf(volume: VolumeRecord, input: ModifyVolumeRequest): Performance {
  const type = input.VolumeType ? requireVolumeType(input.VolumeType) : volume.type;
  const keepsIops = type === volume.type && type !== 'gp2';
  const keepsThroughput = type === volume.type;
  // CreateVolume wants it named for io1 and io2; a modification gives 3,000.
  const byDefault = type === 'io1' || type === 'io2' ? DEFAULT_IOPS : undefined;
  return performanceOf({
    type,
    sizeGiB: input.Size ?? volume.sizeGiB,
    iops: input.Iops ?? (keepsIops ? volume.iops : byDefault),
    throughputMiBps: input.Throughput ?? (keepsThroughput ? volume.throughputMiBps : undefined),
    multiAttach: input.MultiAttachEnabled ?? volume.multiAttach,
  });
}

/** Every step is recorded under the id of the request. */
function emitModification(context: EffectContext, volume: VolumeRecord, result: string): void {
  emitVolumeEvent(context, volume, { event: 'modifyVolume', result, requestId: context.requestId });
}

/** `modifying`, then `optimizing` with the new size there, then `completed`. */
const modifyVolumeStep = workflowRef<{ volumeId: string }>('ec2.volume.modify');

export const modifyVolumeWorkflow = workflow(modifyVolumeStep, ec2, async (ctx, { volumeId }) => {
  const key = [ctx.account, ctx.region, volumeId];
  const modification = await ctx.read((tx) => tx.get(modifications, key));
  if (!modification || modification.state === 'completed') return undefined;
  const { state, target, original } = modification;
  if (state === 'modifying' && target.sizeGiB > original.sizeGiB) {
    await ctx.ports.blocks.resizeVolume(volumeId, target.sizeGiB * GIB);
  }
  return async (context) => {
    const volume = await findResource(context.tx, volumeKind, context, volumeId);
    if (!volume) return;
    if (state === 'modifying') {
      // As it was stored, the target lacks what its type does not have.
      const { iops, throughputMiBps } = target;
      context.tx.put(volumeKind.table, { ...volume, ...target, iops, throughputMiBps });
      context.tx.put(modifications, { ...modification, state: 'optimizing', progressPercent: 50 });
      emitModification(context, volume, 'optimizing');
      const delayMs = context.ports.delays.scaled(5000);
      context.schedule(modifyVolumeStep, { volumeId }, { delayMs });
      return;
    }
    context.tx.put(modifications, {
      ...modification,
      state: 'completed',
      progressPercent: 100,
      endedAtMs: context.nowMs,
    });
    emitModification(context, volume, 'completed');
  };
});
