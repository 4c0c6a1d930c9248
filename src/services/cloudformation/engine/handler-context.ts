/** What a type's handler is given: the caller's rights, the resource as it is, and names that an action always gets again. */
import type { ExistingResource, ResourceContext } from '../resource-type/resource-type.ts';
import { stateOf } from '../stack/stack-resource.ts';
import { instanceOf } from './goal.ts';
import { physicalName } from './physical-name.ts';
import type { StageWork } from './stage.ts';

export function handlerContext({ ctx, call: caller, stack, row, action }: StageWork): ResourceContext {
  return {
    call: caller,
    account: stack.account,
    region: stack.region,
    stackName: stack.name,
    logicalId: row.logicalId,
    nowMs: ctx.nowMs,
    updatePolicy: stack.goal && instanceOf(ctx, stack).resources[row.logicalId]?.UpdatePolicy,
    progress: action.progress,
    signals: row.signals ?? [],
    token: action.id,
    physicalName: (longest) => physicalName(stack.name, row.logicalId, action.id, longest),
  };
}

export function existing({ ctx, row }: Pick<StageWork, 'ctx' | 'row'>): ExistingResource {
  return { physicalId: row.physicalId as string, ...stateOf(ctx, row) };
}
