/** What a type's handler is given: the caller's rights, the resource as it is, and names that an action always gets again. */
import type { WorkflowContext } from '../../../invoke/context.ts';
import { inTurn } from '../../../service-kit/in-turn.ts';
import type {
  ExistingResource,
  NestedStack,
  ResourceContext,
  Signal,
} from '../resource-type/resource-type.ts';
import { findStack, outputsOf, type StackRecord } from '../stack/stack.ts';
import { rowsOf, stateOf } from '../stack/stack-resource.ts';
import { isBusy } from '../stack/stack-status.ts';
import { openValue } from '../stack/vault.ts';
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
    isRollback: action.kind === 'revert',
    progress: action.progress,
    signals: row.signals ?? [],
    inTurn: (thing, work) => inTurn(ctx.ports, thing, work),
    serverUrl: ctx.ports.address.url ?? '',
    nestedStack: (arn) => nestedStack(ctx, stack, arn, action.id),
    signalsOf: (handle) => signalsOf(ctx, stack, handle),
    token: action.id,
    physicalName: (longest) => physicalName(stack.name, row.logicalId, action.id, longest),
  };
}

export function existing({ ctx, row }: Pick<StageWork, 'ctx' | 'row'>): ExistingResource {
  return { physicalId: row.physicalId as string, ...stateOf(ctx, row) };
}

async function signalsOf(ctx: WorkflowContext, stack: StackRecord, handle: string): Promise<Signal[]> {
  const rows = await ctx.read((tx) => rowsOf(tx, stack));
  const { signals = [] } = rows.find(({ physicalId }) => physicalId === handle) ?? {};
  return signals.map(({ sealedData, ...signal }) => ({
    ...signal,
    data: openValue<string>(ctx, sealedData),
  }));
}

async function nestedStack(
  ctx: WorkflowContext,
  parent: StackRecord,
  arn: string,
  token: string,
): Promise<NestedStack | undefined> {
  const stack = await ctx.read((tx) => findStack(tx, parent, arn));
  if (!stack) return undefined;
  const { status, statusReason, creationToken, updateToken } = stack;
  return {
    status,
    failureReason: status.endsWith('_FAILED') ? statusReason : stack.failureReason,
    isBusy: isBusy(status) && stack.operation?.phase !== 'held',
    isAsked: token === (updateToken ?? creationToken),
    outputs: Object.fromEntries(outputsOf(ctx, stack).map(({ key, value }) => [key, value])),
  };
}
