/** The resource is what it was to be. */
import type { EffectContext } from '../../../invoke/context.ts';
import type { StackRecord } from '../stack/stack.ts';
import { changeResource } from '../stack/stack-event.ts';
import { type StackResourceRecord, stateOf } from '../stack/stack-resource.ts';
import { sealValue } from '../stack/vault.ts';
import type { JsonObject } from '../template/json.ts';

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
