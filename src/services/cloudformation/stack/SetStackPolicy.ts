/**
 * Gives a stack a policy of what updates may do to its resources.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_SetStackPolicy.html
 */
import { cloudformation, notServed, validationError } from '../cloudformation.ts';
import { stacks } from './stack.ts';
import { stackCheck } from './stack-check.ts';
import { requireStackPolicy } from './stack-policy.ts';

export default cloudformation.operation('SetStackPolicy', {
  async checks(context, { StackName: name, StackPolicyURL: url }) {
    return {
      stack: await stackCheck(context, 'SetStackPolicy', name, { 'cloudformation:StackPolicyUrl': url }),
    };
  },
  preconditions(_context, { StackPolicyBody: body, StackPolicyURL: url }) {
    if (body !== undefined && url !== undefined) {
      throw validationError('You cannot specify both StackPolicyURL and StackPolicyBody');
    }
    if (url !== undefined) throw notServed('StackPolicyURL: there is no S3 here');
    requireStackPolicy(body);
  },
  execute({ tx }, { StackPolicyBody: policyBody }, { stack: { record: stack } }) {
    tx.put(stacks, { ...stack, policyBody });
    return {};
  },
});
