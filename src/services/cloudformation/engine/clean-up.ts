/** Deletes what is not to stay: all of a stack, or what an update left over. */
import type { EffectContext } from '../../../invoke/context.ts';
import { putExports } from '../export/export.ts';
import { findResourceType } from '../resource-type/resource-types.ts';
import { nestedStacks } from '../stack/nested-stack.ts';
import { type StackRecord, stacks } from '../stack/stack.ts';
import { changeResource, changeStack } from '../stack/stack-event.ts';
import { keyOf, rowsOf, type StackResourceRecord, stackResources } from '../stack/stack-resource.ts';
import { beginAction, failureReason, failures } from './action.ts';
import { instanceOf } from './goal.ts';
import { isNestedBusy, wakeParent } from './nested.ts';
import { KINDS } from './operation.ts';
import { endOperation } from './start-operation.ts';

/** All is as the goal wants it: what does not belong to it is deleted. */
export async function startCleanUp(
  context: EffectContext,
  stack: StackRecord,
  change: Partial<StackRecord> = {},
): Promise<void> {
  const { operation } = stack;
  if (!operation) return;
  const status = KINDS[operation.kind].cleaning;
  const next = { ...stack, ...change, operation: { ...operation, phase: 'cleanup' as const } };
  const cleaning = status === stack.status ? next : changeStack(context, next, { status });
  context.tx.put(stacks, cleaning);
  const rows = await rowsOf(context.tx, stack);
  await releaseNested(context, stack, rows);
  await cleanUp(context, cleaning, rows);
}

/** What nested stacks kept, so that they could be rolled back with their parent, is cleaned up. */
export async function releaseNested(
  context: EffectContext,
  stack: StackRecord,
  rows: readonly StackResourceRecord[],
): Promise<void> {
  for (const nested of await nestedStacks(context.tx, stack, rows)) {
    if (nested.operation?.phase === 'held') await startCleanUp(context, nested);
  }
}

/** Deletes whatever nothing that is left depends on, until nothing is left, or nothing that can be. */
export async function cleanUp(
  context: EffectContext,
  stack: StackRecord,
  found: readonly StackResourceRecord[],
): Promise<void> {
  const rows = found.map((row) => interrupted(context, row));
  const doomed = doomedRows(context, stack, rows);
  const isNeeded = ({ logicalId }: StackResourceRecord) =>
    doomed.some((other) => other.logicalId !== logicalId && other.definition.dependsOn.includes(logicalId));
  const hasFailed = ({ status, doneIn }: StackResourceRecord) =>
    status === 'DELETE_FAILED' && doneIn === stack.operation?.id;
  const ready = doomed.filter(
    (row) => !row.action && !hasFailed(row) && (stack.operation?.isForced || !isNeeded(row)),
  );
  const settled = ready.filter((row) => deleteRow(context, stack, row));
  if (settled.length > 0) return cleanUp(context, stack, await rowsOf(context.tx, stack));
  if (ready.length > 0 || doomed.some(({ action }) => action)) return;
  if (!(await isNestedBusy(context, stack, rows))) await finish(context, stack, rows);
}

/** A creation is not waited for where its stack is deleted, once what was asked for is answered. */
function interrupted({ tx }: EffectContext, row: StackResourceRecord): StackResourceRecord {
  if (!row.action || row.action.kind === 'delete' || row.action.stage === 'call') return row;
  const idle = { ...row, action: undefined };
  tx.put(stackResources, idle);
  return idle;
}

function doomedRows(
  context: EffectContext,
  stack: StackRecord,
  rows: readonly StackResourceRecord[],
): readonly StackResourceRecord[] {
  const there = rows.filter(({ status }) => status !== 'DELETE_COMPLETE' && status !== 'DELETE_SKIPPED');
  if (stack.operation && KINDS[stack.operation.kind].deletes === 'everything') return there;
  const { resources } = instanceOf(context, stack);
  return there.filter(({ role, logicalId }) => role !== 'current' || !Object.hasOwn(resources, logicalId));
}

/** Deletes a row, or begins to. Says whether it is gone. Nothing stands for what is here by its name alone. */
function deleteRow(context: EffectContext, stack: StackRecord, row: StackResourceRecord): boolean {
  const { operation } = stack;
  if (row.status === undefined) {
    context.tx.delete(stackResources, keyOf(row));
    return true;
  }
  const isKept = operation?.retained.includes(row.logicalId) || isRetained(stack, row);
  const isServed = findResourceType(row.type) !== undefined;
  if (row.physicalId !== undefined && !isKept && isServed) {
    const begun = changeResource(context, stack, row, { status: 'DELETE_IN_PROGRESS' });
    beginAction(context, begun, { kind: 'delete', verb: 'DELETE', stage: 'call' });
    return false;
  }
  settleDeletion(context, stack, row, isKept ? 'DELETE_SKIPPED' : 'DELETE_COMPLETE');
  return true;
}

export function settleDeletion(
  context: EffectContext,
  stack: StackRecord,
  row: StackResourceRecord,
  status: 'DELETE_COMPLETE' | 'DELETE_SKIPPED',
): void {
  const settled = changeResource(context, stack, { ...row, action: undefined }, { status });
  // What an update deleted is no longer shown; what was deleted with its stack is.
  const { kind } = stack.operation ?? {};
  if (kind && KINDS[kind].deletes === 'leftovers') context.tx.delete(stackResources, keyOf(settled));
}

/** The policy that decides: UpdateReplacePolicy for what an update replaced, DeletionPolicy for what goes. */
export function policyFor({ role, definition }: StackResourceRecord): string {
  const policy = role !== 'current' ? definition.updateReplacePolicy : definition.deletionPolicy;
  return typeof policy === 'string' ? policy : 'Delete';
}

function isRetained({ operation }: StackRecord, row: StackResourceRecord): boolean {
  const isUndone = operation?.kind === 'rollback' || operation?.kind === 'update-rollback';
  // What a failed update made in place of another was never part of the stack.
  if (isUndone && row.role === 'previous') return false;
  // And what it imported stood before.
  if (isUndone && row.isImport) return true;
  const policy = policyFor(row);
  const isExcepted = policy === 'RetainExceptOnCreate' || operation?.retainsExceptOnCreate === true;
  return policy.startsWith('Retain') && !(isExcepted && isUndone);
}

async function finish(
  context: EffectContext,
  stack: StackRecord,
  rows: readonly StackResourceRecord[],
): Promise<void> {
  const { operation } = stack;
  if (!operation) return;
  const { deletes, failed: failedStatus, done } = KINDS[operation.kind];
  const failed = failures(rows, operation.id);
  if (failed.length > 0 && deletes === 'everything' && !operation.isForced) {
    return endOperation(context, stack, { status: failedStatus, statusReason: failureReason(failed) });
  }
  for (const row of rows) {
    // Nothing goes back any further.
    const role = row.role === 'previous' ? 'left' : row.role;
    if (row.before || row.isImport || role !== row.role)
      context.tx.put(stackResources, { ...row, role, before: undefined, isImport: undefined });
  }
  if (deletes === 'everything') await putExports(context, stack, []);
  endOperation(context, stack, {
    status: done,
    statusReason:
      failed.length > 0 ? 'Update successful. One or more resources could not be deleted.' : undefined,
    previousGoal: undefined,
    ...(deletes === 'everything' && { sealedOutputs: undefined }),
    ...(operation.kind === 'delete' && { deletedAtMs: context.nowMs }),
  });
  await wakeParent(context, stack);
}
