/** Which volumes are fast restored: https://docs.aws.amazon.com/ebs/latest/userguide/volume-creation-credits.html. */
import type { EffectContext } from '../../../invoke/context.ts';
import { HOUR_MS } from '../../../platform/durations.ts';
import type { SnapshotRecord } from '../snapshot/snapshot-record.ts';
import { fastRestores } from './fast-restore.ts';

/** Whether a volume that is made now is; it takes a credit. Undefined where it is not, as DescribeVolumes shows it. */
export async function takeCredit(
  context: EffectContext,
  snapshot: SnapshotRecord | undefined,
  zone: string,
): Promise<true | undefined> {
  if (!snapshot) return undefined;
  const { account, region, nowMs, tx } = context;
  const restore = await tx.get(fastRestores, [account, region, snapshot.id, zone]);
  if (restore?.state !== 'enabled') return undefined;
  const perHour = Math.min(10, 1024 / snapshot.volumeSizeGiB);
  const grown = restore.credits + (perHour * (nowMs - restore.creditsAtMs)) / HOUR_MS;
  const credits = Math.min(Math.max(1, perHour), grown);
  if (credits < 1) return undefined;
  tx.put(fastRestores, { ...restore, credits: credits - 1, creditsAtMs: nowMs });
  return true;
}
