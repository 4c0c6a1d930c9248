import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check } from '../../../invoke/verdict.ts';
import { accountCheck } from '../bus/bus-check.ts';
import { notFound } from '../errors.ts';
import { type ReplayRecord, replayArn, replays } from './replay.ts';

/** The check on a replay; an unknown one is reported after authorization on its name. */
export async function replayCheck(
  context: ResolveContext,
  operation: string,
  name: string,
): Promise<Check<ReplayRecord>> {
  const { tx, account, region } = context;
  const replay = await tx.get(replays, [account, region, name]);
  return {
    ...accountCheck(context, operation),
    resource: replayArn({ account, region, name }),
    record: replay as ReplayRecord,
    missing: replay ? undefined : notFound(`Replay ${name} does not exist.`),
  };
}
