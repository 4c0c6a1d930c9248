/** The check on a replay; an unknown one is reported after authorization on its name. */
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, resolved } from '../../../invoke/verdict.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
import { notFound } from '../errors.ts';
import { type ReplayRecord, replayArn, replays } from './replay.ts';

export async function replayCheck(
  context: ResolveContext,
  operation: string,
  name: string,
): Promise<Check<ReplayRecord>> {
  const { tx, account, region } = context;
  const replay = await tx.get(replays, [account, region, name]);
  return resolved(
    {
      ...accountCheck(context, `events:${operation}`),
      resource: replayArn({ account, region, name }),
    },
    replay,
    () => notFound(`Replay ${name} does not exist.`),
  );
}
