/**
 * Stops an update and changes the stack back.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CancelUpdateStack.html
 */
import { cloudformation, validationError } from '../cloudformation.ts';
import { advanceStep } from '../engine/start-operation.ts';
import { requireNewToken, stacks } from './stack.ts';
import { stackCheck } from './stack-check.ts';

export default cloudformation.operation('CancelUpdateStack', {
  async checks(context, { StackName: name }) {
    return { stack: await stackCheck(context, 'CancelUpdateStack', name) };
  },
  preconditions(_context, input, { stack: { record: stack } }) {
    requireNewToken(stack, input.ClientRequestToken);
    if (stack.status !== 'UPDATE_IN_PROGRESS') {
      throw validationError('CancelUpdateStack cannot be called from current stack status');
    }
  },
  execute({ tx, schedule }, _input, { stack: { record: stack } }) {
    const { operation } = stack;
    if (!operation) return {};
    const stopped = { ...operation, stopReason: 'Stack update cancelled', onFailure: 'ROLLBACK' } as const;
    tx.put(stacks, { ...stack, operation: stopped });
    schedule(advanceStep, { uuid: stack.uuid, operationId: operation.id });
    return {};
  },
});
