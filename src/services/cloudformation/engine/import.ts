/**
 * A resource that stands already becomes part of a stack: it is looked at, nothing is made, and then it gets the stack's tags.
 * Where one cannot be, all are left as they stand (aws-facts H39).
 */
import type { EffectContext } from '../../../invoke/context.ts';
import type { StackRecord } from '../stack/stack.ts';
import { changeResource } from '../stack/stack-event.ts';
import { keyOf, type StackResourceRecord, stackResources, stateOf } from '../stack/stack-resource.ts';
import { sealValue } from '../stack/vault.ts';
import type { JsonObject } from '../template/json.ts';
import type { Desired } from './begin-change.ts';
import { KINDS } from './operation.ts';
import { nextStage, type StageEffect } from './stage.ts';
import { endOperation } from './start-operation.ts';

/** It is taken to be what the template says of it: AWS compares nothing. */
export function beginImport(
  { goal, shown, definition, importedNames }: Desired,
  values: JsonObject,
): StageEffect {
  return (context, stack, row) => {
    const begun = changeResource(context, stack, row, {
      status: 'IMPORT_IN_PROGRESS',
      statusReason: 'Resource import started.',
      shownProperties: shown,
      definition,
      importedNames,
      sealedState: sealValue(context, { properties: values, attributes: {} }),
    });
    nextStage(context, begun, { stage: 'stabilize', sealedGoal: sealValue(context, goal) });
  };
}

/** The type's handler for updates follows. */
export function imported(
  context: EffectContext,
  stack: StackRecord,
  row: StackResourceRecord,
  attributes: JsonObject,
): void {
  const { properties } = stateOf(context, row);
  const done = changeResource(context, stack, row, {
    status: 'IMPORT_COMPLETE',
    statusReason: 'Resource import completed.',
    sealedState: sealValue(context, { properties, attributes }),
  });
  const tagging = changeResource(context, stack, done, {
    status: 'UPDATE_IN_PROGRESS',
    statusReason: 'Apply stack-level tags to imported resource if applicable.',
  });
  nextStage(context, tagging, { verb: 'UPDATE', stage: 'call', polls: 0 });
}

/** What was to be imported is no part of the stack; the rest is as the former template has it. */
export function rollBackImport(
  context: EffectContext,
  stack: StackRecord,
  rows: readonly StackResourceRecord[],
): void {
  for (const row of rows) {
    if (row.isImport) leave(context, stack, row);
    else if (row.before)
      context.tx.put(stackResources, { ...row, definition: row.before.definition, before: undefined });
  }
  endOperation(context, stack, { status: KINDS['import-rollback'].done, previousGoal: undefined });
}

function leave(context: EffectContext, stack: StackRecord, row: StackResourceRecord): void {
  if (row.status !== undefined) {
    const leaving = changeResource(context, stack, row, { status: 'IMPORT_ROLLBACK_IN_PROGRESS' });
    changeResource(context, stack, leaving, { status: 'IMPORT_ROLLBACK_COMPLETE' });
  }
  context.tx.delete(stackResources, keyOf(row));
}
