/** What was asked for takes its time: the handler looks until it is so. */
import { isNotFound } from '../resource-type/failure.ts';
import { requireResourceType } from '../resource-type/resource-types.ts';
import { stateOf } from '../stack/stack-resource.ts';
import { sealValue } from '../stack/vault.ts';
import { settleDeletion } from './clean-up.ts';
import { complete } from './complete.ts';
import { existing, handlerContext } from './handler-context.ts';
import { imported } from './import.ts';
import { requiredSignals } from './signals.ts';
import { nextStage, pollDelayMs, type StageEffect, type StageWork } from './stage.ts';

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
  if (action.verb === 'IMPORT')
    return (context, stack, current) => imported(context, stack, current, attributes);
  const signals = action.creates ? requiredSignals(work.ctx, work.stack, row) : undefined;
  if (!signals) return (context, stack, current) => complete(context, stack, current, attributes);
  return (context, _stack, current) => {
    const { properties } = stateOf(context, current);
    const waiting = { ...current, sealedState: sealValue(context, { properties, attributes }) };
    nextStage(context, waiting, { stage: 'signals', startedAtMs: context.nowMs });
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
  nextStage(context, row, { polls: polls + 1 }, pollDelayMs(context, polls));
};
