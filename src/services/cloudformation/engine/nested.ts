/**
 * How the operations of nested stacks go with their parent's. An update of a nested stack is not over when its resources
 * are changed: what it replaced or dropped is kept until the parent succeeds too, so that both can be rolled back
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html).
 */
import type { EffectContext } from '../../../invoke/context.ts';
import { putExports } from '../export/export.ts';
import { nestedStacks } from '../stack/nested-stack.ts';
import { findStack, type StackOutput, type StackRecord, stacks } from '../stack/stack.ts';
import { changeStack } from '../stack/stack-event.ts';
import type { StackResourceRecord } from '../stack/stack-resource.ts';
import { openValue } from '../stack/vault.ts';
import { advanceStep, continueAs } from './start-operation.ts';

/** Whether what the operation has done must still be undone if the parent fails. */
export const isHeldByParent = ({ operation }: StackRecord): boolean =>
  operation?.kind === 'update' && operation.isNested === true;

/** The stack is as it is to be; its cleanup waits for the parent's. */
export function holdForParent(
  context: EffectContext,
  stack: StackRecord,
  sealedOutputs: string | undefined,
): void {
  if (!stack.operation) return;
  changeStack(context, stack, {
    status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    sealedOutputs,
    operation: { ...stack.operation, phase: 'held', sealedOutputsBefore: stack.sealedOutputs },
  });
}

/** Whether a nested stack that was released has something to clean up still. */
export async function isNestedBusy(
  { tx }: EffectContext,
  stack: StackRecord,
  rows: readonly StackResourceRecord[],
): Promise<boolean> {
  const nested = await nestedStacks(tx, stack, rows);
  return nested.some(({ operation }) => operation?.phase === 'cleanup' && operation.kind === 'update');
}

/** The parent waits for the cleanup of its nested stacks. */
export async function wakeParent(
  context: EffectContext,
  { parentArn, ...scope }: StackRecord,
): Promise<void> {
  const parent = parentArn === undefined ? undefined : await findStack(context.tx, scope, parentArn);
  if (parent?.operation?.phase !== 'cleanup') return;
  context.schedule(advanceStep, { uuid: parent.uuid, operationId: parent.operation.id });
}

/**
 * The parent is rolled back: the nested stack too, unless it is already. Says whether that is under way: an update that
 * was left as it failed has let go of the nested stacks that it had changed, which are updated back like anything else.
 */
export async function rollBackNested(
  context: EffectContext,
  parent: StackRecord,
  { physicalId = '' }: StackResourceRecord,
): Promise<boolean> {
  const nested = await findStack(context.tx, parent, physicalId);
  if (!nested?.operation) return nested?.status === 'UPDATE_ROLLBACK_COMPLETE';
  const { operation } = nested;
  if (operation.kind !== 'update') return true;
  if (operation.phase === 'held') {
    const sealedOutputs = operation.sealedOutputsBefore;
    await putExports(context, nested, openValue<StackOutput[]>(context, sealedOutputs) ?? []);
    continueAs(context, { ...nested, sealedOutputs }, 'update-rollback', { goal: nested.previousGoal });
  } else {
    const stopped = { ...operation, stopReason: 'Stack update cancelled', onFailure: 'ROLLBACK' } as const;
    context.tx.put(stacks, { ...nested, operation: stopped });
    context.schedule(advanceStep, { uuid: nested.uuid, operationId: operation.id });
  }
  return true;
}
