/**
 * CreationPolicy: a resource is complete only once it, or somebody for it, has sent success signals
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-creationpolicy.html).
 */
import { asNumber } from '../../../aws/as-text.ts';
import { ResourceFailure } from '../resource-type/failure.ts';
import type { Signal } from '../resource-type/resource-type.ts';
import type { StackRecord } from '../stack/stack.ts';
import { type StackResourceRecord, stateOf } from '../stack/stack-resource.ts';
import type { Vault } from '../stack/vault.ts';
import { durationMs } from '../template/duration.ts';
import { isObject } from '../template/json.ts';
import { complete } from './complete.ts';
import { instanceOf } from './goal.ts';
import { nextStage, type StageEffect, type StageWork } from './stage.ts';

export interface RequiredSignals {
  readonly count: number;
  readonly timeoutMs: number;
  /** Of a group: how many of its instances have to succeed. */
  readonly minPercent?: number;
}

const SIGNAL_POLL_MS = 1000;

export function requiredSignals(
  vault: Vault,
  stack: StackRecord,
  { logicalId }: StackResourceRecord,
): RequiredSignals | undefined {
  const policy = stack.goal && instanceOf(vault, stack).resources[logicalId]?.CreationPolicy;
  const { ResourceSignal: signal, AutoScalingCreationPolicy: group } = policy ?? {};
  if (!isObject(signal)) return undefined;
  const percent = isObject(group) ? group.MinSuccessfulInstancesPercent : undefined;
  return {
    count: asNumber(signal.Count ?? 1),
    timeoutMs: durationMs(signal.Timeout ?? 'PT5M'),
    minPercent: percent === undefined ? undefined : asNumber(percent),
  };
}

export async function awaitSignals({ ctx, stack, row, action }: StageWork): Promise<StageEffect> {
  const required = requiredSignals(ctx, stack, row);
  const isOver = required && ctx.nowMs - action.startedAtMs >= required.timeoutMs;
  if (!required || hasEnough(required, row.signals ?? [], isOver === true)) {
    const { attributes } = stateOf(ctx, row);
    return (context, current, currentRow) => complete(context, current, currentRow, attributes);
  }
  return (context, _current, currentRow) => nextStage(context, currentRow, {}, SIGNAL_POLL_MS);
}

/** Throws once there cannot be enough any more. */
function hasEnough(
  { count, minPercent = 100 }: RequiredSignals,
  signals: readonly Signal[],
  isOver: boolean,
): boolean {
  const failed = signals.filter(({ isSuccess }) => !isSuccess);
  const needed = Math.ceil((count * minPercent) / 100);
  if (signals.length - failed.length >= needed) return true;
  const [first] = failed;
  if (first && count === 1) throw new ResourceFailure(`Received FAILURE signal with UniqueId ${first.id}`);
  if (count - failed.length < needed) {
    throw new ResourceFailure(
      `Received ${failed.length} FAILURE signal(s) out of ${count}. Unable to satisfy ${minPercent}% ` +
        'MinSuccessfulInstancesPercent requirement',
    );
  }
  if (!isOver) return false;
  throw new ResourceFailure(
    `Failed to receive ${count - signals.length} resource signal(s) within the specified duration`,
  );
}
