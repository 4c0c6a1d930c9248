/** What was asked for takes its time: the handler looks until it is so. */
import type { EffectContext } from '../../../invoke/context.ts';
import { isNotFound } from '../resource-type/failure.ts';
import { requireResourceType } from '../resource-type/resource-types.ts';
import type { StackRecord } from '../stack/stack.ts';
import { changeResource } from '../stack/stack-event.ts';
import { type StackResourceRecord, stateOf } from '../stack/stack-resource.ts';
import { sealValue } from '../stack/vault.ts';
import type { JsonObject } from '../template/json.ts';
import { existing, handlerContext } from './call-stage.ts';
import { settleDeletion } from './clean-up.ts';
import { requiredSignals } from './signals.ts';
import { goOn, pollDelayMs, type StageEffect, type StageWork } from './stage.ts';

export async function stabilize(work: StageWork): Promise<StageEffect> {
  const { row, action } = work;
  const type = requireResourceType(row.type);
  const handled = handlerContext(work);
  if (action.verb === 'DELETE') {
    const isGone = await hasGone(work);
    return isGone
      ? (context, stack, current) => settleDeletion(context, stack, current, 'DELETE_COMPLETE')
      : again;
  }
  const resource = existing(work);
  const attributes = type.read ? await type.read(handled, resource, action.startedAtMs) : resource.attributes;
  if (attributes === undefined) return again;
  const signals = action.verb === 'CREATE' ? requiredSignals(work.stack, row) : undefined;
  if (!signals) return (context, stack, current) => complete(context, stack, current, attributes);
  return (context, _stack, current) => {
    const { properties } = stateOf(context, current);
    const waiting = { ...current, sealedState: sealValue(context, { properties, attributes }) };
    goOn(context, waiting, { stage: 'signals', startedAtMs: context.nowMs });
  };
}

async function hasGone(work: StageWork): Promise<boolean> {
  try {
    const { isGone } = requireResourceType(work.row.type);
    return (await isGone?.(handlerContext(work), existing(work))) ?? true;
  } catch (failure) {
    if (isNotFound(failure)) return true;
    throw failure;
  }
}

const again: StageEffect = (context, _stack, row) => {
  const polls = row.action?.polls ?? 0;
  goOn(context, row, { polls: polls + 1 }, pollDelayMs(context, polls));
};

/** The resource is what it was to be. */
export function complete(
  context: EffectContext,
  stack: StackRecord,
  row: StackResourceRecord,
  attributes: JsonObject,
): void {
  const verb = row.action?.verb === 'UPDATE' ? 'UPDATE' : 'CREATE';
  const { properties } = stateOf(context, row);
  changeResource(
    context,
    stack,
    { ...row, action: undefined },
    {
      status: `${verb}_COMPLETE`,
      sealedState: sealValue(context, { properties, attributes }),
      doneIn: stack.operation?.id,
      signals: undefined,
    },
  );
}
