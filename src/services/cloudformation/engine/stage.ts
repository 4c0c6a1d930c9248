/** What a stage of the work on a resource is given, and what it comes to. */
import type { Call, EffectContext, WorkflowContext } from '../../../invoke/context.ts';
import { type StackRecord, stacks } from '../stack/stack.ts';
import { changeResource } from '../stack/stack-event.ts';
import { type ResourceAction, type StackResourceRecord, stackResources } from '../stack/stack-resource.ts';
import { scheduleStep } from './action.ts';

export interface StageWork {
  readonly ctx: WorkflowContext;
  readonly call: Call;
  readonly stack: StackRecord;
  readonly row: StackResourceRecord;
  readonly action: ResourceAction;
}

/** Applied to the row and stack as they are by then. Gives the stack where it is another afterwards. */
export type StageEffect = (
  context: EffectContext,
  stack: StackRecord,
  row: StackResourceRecord,
  // biome-ignore lint/suspicious/noConfusingVoidType: most effects leave the stack as it is
) => StackRecord | undefined | void;

/** Nothing is done to the resource; the stack's operation goes no further. */
export function stopped(stopReason: string): StageEffect {
  return (context, stack, row) => {
    if (!stack.operation) return undefined;
    context.tx.put(stackResources, { ...row, action: undefined });
    const ending = { ...stack, operation: { ...stack.operation, stopReason } };
    context.tx.put(stacks, ending);
    return ending;
  };
}

/** The action is over, and did not succeed. */
export function failed(reason: string): StageEffect {
  return (context, stack, row) => {
    const { verb } = row.action as ResourceAction;
    changeResource(
      context,
      stack,
      { ...row, action: undefined },
      {
        doneIn: stack.operation?.id,
        status: `${verb}_FAILED`,
        statusReason: reason,
      },
    );
  };
}

/** The next stage, or the same once more, begins after a delay. */
export function nextStage(
  context: EffectContext,
  row: StackResourceRecord,
  change: Partial<ResourceAction>,
  delayMs = 0,
): void {
  const next = { ...row, action: { ...(row.action as ResourceAction), ...change } };
  context.tx.put(stackResources, next);
  scheduleStep(context, next, delayMs);
}

const QUICK_POLLS = 50;

/** How long until a handler looks again: a wait keeps nobody busy, however delays are scaled. */
export function pollDelayMs(context: EffectContext, polls: number): number {
  return Math.max(context.ports.delays.scaled(1000), polls < QUICK_POLLS ? 20 : 1000);
}
