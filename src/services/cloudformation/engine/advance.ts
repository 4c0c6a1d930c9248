/** What is next in a stack's operation: which resources can be begun, and what follows once all are done. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { cloudformation } from '../cloudformation.ts';
import { type StackRecord, stacks } from '../stack/stack.ts';
import { changeResource } from '../stack/stack-event.ts';
import { policyDenial } from '../stack/stack-policy.ts';
import { rowsOf, type StackResourceRecord, stackResources } from '../stack/stack-resource.ts';
import type { Vault } from '../stack/vault.ts';
import { dependenciesOf } from '../template/references.ts';
import {
  beginAction,
  CANCELLED,
  failureReason,
  failures,
  isFailing,
  isWaiting,
  scheduleStep,
} from './action.ts';
import { cleanUp, releaseNested, startCleanUp } from './clean-up.ts';
import { instanceOf } from './goal.ts';
import { rollBackImport } from './import.ts';
import { KINDS } from './operation.ts';
import { revert } from './revert.ts';
import { advanceStep, continueAs, endOperation, resolveOutputsStep } from './start-operation.ts';

export const advanceWorkflow = workflow(advanceStep, cloudformation, async (ctx, step) => {
  const key = [ctx.account, ctx.region, step.uuid];
  const started = await ctx.read((tx) => tx.get(stacks, key));
  const unreadable = started?.operation?.id === step.operationId && unreadableGoal(ctx, started);
  return async (context) => {
    const stack = await context.tx.get(stacks, key);
    if (stack?.operation?.id !== step.operationId) return;
    if (!unreadable) return advance(context, stack);
    endOperation(context, stack, { status: KINDS[stack.operation.kind].failed, statusReason: unreadable });
  };
});

/** Why the template that was accepted cannot be read any more: another version of Latchkey accepted it. */
function unreadableGoal(vault: Vault, stack: StackRecord): string | undefined {
  try {
    if (stack.goal) instanceOf(vault, stack);
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  }
}

export async function advance(context: EffectContext, stack: StackRecord): Promise<void> {
  const { operation } = stack;
  if (!operation) return;
  const rows = await rowsOf(context.tx, stack);
  if (operation.phase === 'cleanup') return cleanUp(context, stack, rows);
  if (isFailing(stack, rows)) return failOperation(context, stack, rows);
  if (operation.phase === 'outputs' || operation.phase === 'held') return;
  if (operation.kind === 'import-rollback') return rollBackImport(context, stack, rows);
  if (operation.kind === 'update-rollback') {
    if (await revert(context, stack, rows)) await startCleanUp(context, stack);
    return;
  }
  if (!provision(context, stack, rows)) return;
  const { resources } = instanceOf(context, stack);
  const removed = rows.filter(({ logicalId }) => !Object.hasOwn(resources, logicalId));
  const denials = removed.map((row) => policyDenial(stack, row, 'Update:Delete'));
  const stopReason = denials.find((denial) => denial !== undefined);
  if (stopReason) return failOperation(context, { ...stack, operation: { ...operation, stopReason } }, rows);
  context.tx.put(stacks, { ...stack, operation: { ...operation, phase: 'outputs' } });
  context.schedule(resolveOutputsStep, { uuid: stack.uuid, operationId: operation.id });
}

/** Begins every resource of the goal whose dependencies are done. Says whether all are. */
function provision(
  context: EffectContext,
  stack: StackRecord,
  rows: readonly StackResourceRecord[],
): boolean {
  const { account, region, uuid: stackUuid, operation } = stack;
  const { template, resources } = instanceOf(context, stack);
  const current = new Map(rows.filter(({ role }) => role === 'current').map((row) => [row.logicalId, row]));
  const isDone = (logicalId: string) =>
    current.get(logicalId)?.doneIn === operation?.id || Object.hasOwn(template.kept, logicalId);
  let areAllDone = true;
  for (const [logicalId, definition] of Object.entries(resources)) {
    if (isDone(logicalId)) continue;
    areAllDone = false;
    const needs = dependenciesOf(definition, resources);
    const row: StackResourceRecord = current.get(logicalId) ?? {
      account,
      region,
      stackUuid,
      logicalId,
      generation: 0,
      type: definition.Type,
      role: 'current',
      changedAtMs: context.nowMs,
      definition: { dependsOn: [...needs] },
      importedNames: [],
    };
    if (row.action || ![...needs].every(isDone)) continue;
    const verb = row.isImport ? 'IMPORT' : row.physicalId === undefined ? 'CREATE' : 'UPDATE';
    beginAction(context, row, { kind: 'provision', verb, stage: 'decide' });
  }
  return areAllDone;
}

/** A resource failed: its siblings are cancelled, those that were just asked for once the answer is there, those that wait now. */
async function failOperation(
  context: EffectContext,
  stack: StackRecord,
  rows: readonly StackResourceRecord[],
): Promise<void> {
  const { operation } = stack;
  if (!operation) return;
  const called = rows.filter(({ action }) => action?.stage === 'call');
  for (const row of called) if (row.action && isWaiting(row.action)) scheduleStep(context, row, 0);
  if (called.length > 0) return;
  const settled = rows.map((row) => {
    if (!row.action) return row;
    const idle = { ...row, action: undefined };
    if (row.action.stage === 'decide') {
      context.tx.put(stackResources, idle);
      return idle;
    }
    const { verb } = row.action;
    return changeResource(context, stack, idle, {
      doneIn: operation.id,
      status: `${verb}_FAILED`,
      statusReason: CANCELLED[verb],
    });
  });
  const reason = operation.stopReason ?? failureReason(failures(settled, operation.id));
  const failed = { ...stack, failureReason: reason };
  if (operation.onFailure === 'DO_NOTHING') await releaseNested(context, stack, rows);
  fail(context, failed, reason);
}

function fail(context: EffectContext, stack: StackRecord, reason: string): void {
  const { operation } = stack;
  if (!operation) return;
  const { kind, onFailure } = operation;
  if (kind === 'import') {
    continueAs(context, stack, 'import-rollback', { statusReason: reason, goal: stack.previousGoal });
  } else if (kind === 'update-rollback' || onFailure === 'DO_NOTHING') {
    endOperation(context, stack, { status: KINDS[kind].failed, statusReason: reason });
  } else if (kind === 'update') {
    continueAs(context, stack, 'update-rollback', { statusReason: reason, goal: stack.previousGoal });
  } else {
    const [next, word] =
      onFailure === 'DELETE' ? (['delete', 'Delete'] as const) : (['rollback', 'Rollback'] as const);
    const asked = `${reason.trimEnd().replace(/\.?$/, '.')} ${word} requested by user.`;
    continueAs(context, stack, next, { statusReason: asked, deletedAtMs: context.nowMs });
  }
}
