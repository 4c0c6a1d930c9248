/** The rollback of an update: what stood before stands again, what was changed in place is changed back. */
import type { EffectContext } from '../../../invoke/context.ts';
import { NESTED_TYPE } from '../stack/nested-stack.ts';
import type { StackRecord } from '../stack/stack.ts';
import { changeResource } from '../stack/stack-event.ts';
import { type StackResourceRecord, stackResources, stateOf } from '../stack/stack-resource.ts';
import { openValue, sealValue } from '../stack/vault.ts';
import type { JsonObject } from '../template/json.ts';
import { beginAction } from './action.ts';
import { rollBackNested } from './nested.ts';

/** Begins what has to be changed back. Says whether all is back. */
export async function revert(
  context: EffectContext,
  stack: StackRecord,
  rows: readonly StackResourceRecord[],
): Promise<boolean> {
  let isBack = true;
  for (const row of rows) {
    if (row.doneIn === stack.operation?.id) continue;
    const replacement = rows.find(
      ({ logicalId, generation }) => logicalId === row.logicalId && generation > row.generation,
    );
    if (row.role === 'previous' && replacement) {
      standAgain(context, stack, row, replacement);
    } else if (row.role === 'current' && row.before) {
      isBack = false;
      if (!row.action) await changeBack(context, stack, row, row.before);
    }
  }
  return isBack;
}

/** A resource that was to be replaced takes its place again; the replacement is deleted in the cleanup. */
function standAgain(
  context: EffectContext,
  stack: StackRecord,
  row: StackResourceRecord,
  replacement: StackResourceRecord,
): void {
  context.tx.put(stackResources, { ...replacement, role: 'previous', action: undefined });
  const back = changeResource(context, stack, { ...row, role: 'current' }, { status: 'UPDATE_IN_PROGRESS' });
  changeResource(context, stack, back, { status: 'UPDATE_COMPLETE', doneIn: stack.operation?.id });
}

/** The resource as an update left it that failed half-way: what it was to be is taken away again. */
function attemptedBy(context: EffectContext, row: StackResourceRecord): StackResourceRecord {
  const properties = openValue<JsonObject>(context, row.sealedAttempt);
  if (!properties) return row;
  const sealedState = sealValue(context, { ...stateOf(context, row), properties });
  return { ...row, sealedState, sealedAttempt: undefined };
}

async function changeBack(
  context: EffectContext,
  stack: StackRecord,
  row: StackResourceRecord,
  before: NonNullable<StackResourceRecord['before']>,
): Promise<void> {
  const { definition, sealedState } = before;
  const attempted = attemptedBy(context, row);
  const changing = changeResource(context, stack, attempted, { status: 'UPDATE_IN_PROGRESS', definition });
  if (row.type === NESTED_TYPE && (await rollBackNested(context, stack, row))) {
    beginAction(
      context,
      { ...changing, sealedState },
      { kind: 'revert', verb: 'UPDATE', stage: 'stabilize' },
    );
    return;
  }
  const { properties } = stateOf(context, before);
  const sealedGoal = sealValue(context, properties);
  beginAction(context, changing, { kind: 'revert', verb: 'UPDATE', stage: 'call', sealedGoal });
}
