/**
 * CreationPolicy: a resource is complete only once it, or somebody for it, has sent success signals
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-creationpolicy.html).
 */
import { ResourceFailure } from '../resource-type/failure.ts';
import { type StackRecord, templateOf } from '../stack/stack.ts';
import { type StackResourceRecord, stateOf } from '../stack/stack-resource.ts';
import { isObject, type Json } from '../template/json.ts';
import { complete } from './complete.ts';
import { nextStage, type StageEffect, type StageWork } from './stage.ts';

export interface RequiredSignals {
  readonly count: number;
  readonly timeoutMs: number;
}

const SIGNAL_POLL_MS = 1000;

export function requiredSignals(stack: StackRecord, row: StackResourceRecord): RequiredSignals | undefined {
  const policy = stack.goal && templateOf(stack.goal).resources[row.logicalId]?.CreationPolicy;
  const signal = policy?.ResourceSignal;
  if (!isObject(signal)) return undefined;
  return { count: Number(signal.Count ?? 1), timeoutMs: durationMs(signal.Timeout ?? 'PT5M') };
}

/** An ISO 8601 duration of hours, minutes and seconds. */
function durationMs(text: Json): number {
  const [, hours = 0, minutes = 0, seconds = 0] =
    /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(String(text))?.map(Number) ?? [];
  return (((hours || 0) * 60 + (minutes || 0)) * 60 + (seconds || 0)) * 1000;
}

export async function awaitSignals({ ctx, stack, row, action }: StageWork): Promise<StageEffect> {
  const required = requiredSignals(stack, row);
  const { signals = [] } = row;
  const failure = signals.find(({ isSuccess }) => !isSuccess);
  if (failure) throw new ResourceFailure(`Received FAILURE signal with UniqueId ${failure.id}`);
  const missing = (required?.count ?? 0) - signals.length;
  if (!required || missing <= 0) {
    const { attributes } = stateOf(ctx, row);
    return (context, current, currentRow) => complete(context, current, currentRow, attributes);
  }
  if (ctx.nowMs - action.startedAtMs >= required.timeoutMs) {
    throw new ResourceFailure(
      `Failed to receive ${missing} resource signal(s) within the specified duration`,
    );
  }
  return (context, _current, currentRow) => nextStage(context, currentRow, {}, SIGNAL_POLL_MS);
}
