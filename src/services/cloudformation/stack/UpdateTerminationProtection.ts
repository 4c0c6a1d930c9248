/**
 * Keeps a stack from being deleted, or no longer.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateTerminationProtection.html
 */
import { cloudformation } from '../cloudformation.ts';
import { stackArn, stacks } from './stack.ts';
import { stackCheck } from './stack-check.ts';

export default cloudformation.operation('UpdateTerminationProtection', {
  async checks(context, { StackName: name }) {
    return { stack: await stackCheck(context, 'UpdateTerminationProtection', name) };
  },
  execute({ tx }, { EnableTerminationProtection: terminationProtection }, { stack: { record: stack } }) {
    tx.put(stacks, { ...stack, terminationProtection });
    return { StackId: stackArn(stack) };
  },
});
