/**
 * Keeps a stack from being deleted, or no longer.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateTerminationProtection.html
 */
import { cloudformation, validationError } from '../cloudformation.ts';
import { nestedStacks } from './nested-stack.ts';
import { stackArn, stacks } from './stack.ts';
import { stackCheck } from './stack-check.ts';
import { rowsOf } from './stack-resource.ts';

export default cloudformation.operation('UpdateTerminationProtection', {
  async checks(context, { StackName: name }) {
    return { stack: await stackCheck(context, 'UpdateTerminationProtection', name) };
  },
  preconditions(_context, _input, { stack: { record: stack } }) {
    if (stack.rootArn === undefined) return;
    throw validationError(
      `Stack [${stack.name}] is nested: its termination protection is that of its root stack, ${stack.rootArn}`,
    );
  },
  async execute(
    { tx },
    { EnableTerminationProtection: terminationProtection },
    { stack: { record: stack } },
  ) {
    const family = [stack];
    for (const each of family) {
      tx.put(stacks, { ...each, terminationProtection });
      family.push(...(await nestedStacks(tx, each, await rowsOf(tx, each))));
    }
    return { StackId: stackArn(stack) };
  },
});
