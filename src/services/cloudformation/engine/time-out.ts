/** TimeoutInMinutes: a creation that takes longer fails. */
import { workflow } from '../../../invoke/workflow.ts';
import { cloudformation } from '../cloudformation.ts';
import { stacks } from '../stack/stack.ts';
import { advance } from './advance.ts';
import { timeOutStep } from './start-operation.ts';

const REASON = 'Stack creation time exceeded the specified timeout';

export const timeOutWorkflow = workflow(timeOutStep, cloudformation, async (_context, step) => {
  return async (context) => {
    const stack = await context.tx.get(stacks, [context.account, context.region, step.uuid]);
    if (stack?.operation?.id !== step.operationId) return;
    const stopped = { ...stack, operation: { ...stack.operation, stopReason: REASON } };
    context.tx.put(stacks, stopped);
    await advance(context, stopped);
  };
});
