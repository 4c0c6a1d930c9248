/**
 * Gives the policy of a stack, if it has one.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetStackPolicy.html
 */
import { cloudformation } from '../cloudformation.ts';
import { stackCheck } from './stack-check.ts';

export default cloudformation.operation('GetStackPolicy', {
  readOnly: true,
  async checks(context, { StackName: name }) {
    return { stack: await stackCheck(context, 'GetStackPolicy', name) };
  },
  execute: (_context, _input, { stack: { record: stack } }) => ({ StackPolicyBody: stack.policyBody }),
});
