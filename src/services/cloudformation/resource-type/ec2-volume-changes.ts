/**
 * Modifications of a volume. EBS takes one after the other, and four in 24 hours: a stack waits for its turn
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-volume.html, aws-facts H1).
 */
import { HOUR_MS } from '../../../platform/durations.ts';
import type { ModifyVolumeRequest } from '../../../shapes/generated/ec2.ts';
import { type JsonObject, sameValue } from '../template/json.ts';
import { ServiceFailure, StillBusy } from './failure.ts';
import type { ResourceContext } from './resource-type.ts';
import { takenAway } from './taken-away.ts';

type Modification = Omit<ModifyVolumeRequest, 'DryRun' | 'VolumeId'>;

const MEMBERS = ['Size', 'Iops', 'VolumeType', 'Throughput', 'MultiAttachEnabled'] as const;

/** The handler's `timeoutInMinutes`, 2160. */
const MAX_WAIT_MS = 36 * HOUR_MS;
/** How long until a volume that has had its modifications of the day is tried again. */
const RATE_DELAY_MS = 300_000;

/** Modifies it, and comes back when it has its new size and type: that it is optimized can take hours. */
export async function modifyVolume(
  ctx: ResourceContext,
  physicalId: string,
  from: JsonObject,
  to: JsonObject,
): Promise<void> {
  const modification = modificationOf(ctx, from, to);
  if (!modification) return;
  if (!ctx.progress?.isAccepted) {
    await askFor(ctx, { ...modification, VolumeId: physicalId });
    throw new StillBusy({ isAccepted: true });
  }
  const { VolumesModifications: [last] = [] } = await ctx.call('ec2', 'DescribeVolumesModifications', {
    VolumeIds: [physicalId],
  });
  if (last?.ModificationState === 'modifying') throw new StillBusy();
}

/** A volume never shrinks: a rollback does not try, an update fails at it. */
function modificationOf(
  { isRollback }: ResourceContext,
  from: JsonObject,
  to: JsonObject,
): Modification | undefined {
  const shrinks = isRollback && Number(to.Size) < Number(from.Size);
  const members = MEMBERS.filter((name) => name !== 'Size' || !shrinks);
  if (members.every((name) => sameValue(from[name], to[name]))) return undefined;
  const named = members.filter((name) => to[name] !== undefined).map((name) => [name, to[name]]);
  const modification = { ...takenAway(from, to, defaultsOf(to)), ...Object.fromEntries(named) };
  return Object.keys(modification).length > 0 ? modification : undefined;
}

/** What a volume has that is made without them. */
const defaultsOf = ({ VolumeType: type = 'gp2' }: JsonObject) => ({
  VolumeType: 'gp2',
  MultiAttachEnabled: false,
  ...(type === 'gp3' && { Iops: 3000, Throughput: 125 }),
});

async function askFor({ call, nowMs, progress }: ResourceContext, request: ModifyVolumeRequest) {
  const sinceMs = Number(progress?.sinceMs ?? nowMs);
  try {
    await call('ec2', 'ModifyVolume', request);
  } catch (failure) {
    const code = failure instanceof ServiceFailure ? failure.error.code : undefined;
    const isOfRate = code === 'VolumeModificationRateExceeded';
    if (!isOfRate && code !== 'IncorrectModificationState') throw failure;
    if (nowMs - sinceMs >= MAX_WAIT_MS) throw failure;
    throw new StillBusy({ sinceMs }, [], isOfRate ? RATE_DELAY_MS : 0);
  }
}
