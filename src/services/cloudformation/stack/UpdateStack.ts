/**
 * Begins to change a stack to what a template now says. Where that fails, the stack is changed back.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html
 */
import { cloudformation, validationError } from '../cloudformation.ts';
import { instanceOf } from '../engine/goal.ts';
import { isUnchanged, refuseChangedTypes } from '../template/difference.ts';
import { type StackRecord, stackArn } from './stack.ts';
import { checkPassRole, checkStack } from './stack-check.ts';
import { checkStackPolicy } from './stack-policy.ts';
import { checkByCalls, checkTagging, requestConditions, requestedGoal } from './stack-request.ts';
import { UPDATABLE } from './stack-status.ts';
import { startStack } from './start-stack.ts';

export default cloudformation.operation('UpdateStack', {
  async checks(context, input) {
    const stack = await checkStack(context, 'UpdateStack', input.StackName, requestConditions(input));
    return {
      stack,
      tag: checkTagging(stack, 'UpdateStack', input.Tags),
      passRole: checkPassRole(context, input.RoleARN),
    };
  },
  preconditions(context, input, { stack: { record: stack } }) {
    if (isRepeated(stack, input.ClientRequestToken)) return;
    requireUpdatable(stack);
    checkStackPolicy(input.StackPolicyBody);
    checkStackPolicy(input.StackPolicyDuringUpdateBody);
    const goal = requestedGoal(context, input, stack);
    const before = instanceOf(context, stack);
    const after = instanceOf(context, stack, goal);
    refuseChangedTypes(before, after);
    const isSettled = !stack.status.endsWith('_FAILED');
    if (isSettled && isUnchanged(before, after, stack.goal?.tags ?? [], goal.tags)) {
      throw validationError('No updates are to be performed.');
    }
  },
  async calls(context, input, { stack: { record: stack } }) {
    if (isRepeated(stack, input.ClientRequestToken)) return;
    const goal = await context.read(async (tx) => requestedGoal({ ...context, tx }, input, stack));
    await checkByCalls(context, goal, input.RoleARN ?? stack.roleArn);
  },
  execute(context, input, { stack: { record: stack } }) {
    if (!isRepeated(stack, input.ClientRequestToken)) {
      startStack(context, stack, 'update', {
        goal: requestedGoal(context, input, stack),
        roleArn: input.RoleARN,
        clientRequestToken: input.ClientRequestToken,
        onFailure: input.DisableRollback ? 'DO_NOTHING' : 'ROLLBACK',
        retainsExceptOnCreate: input.RetainExceptOnCreate,
        policyDuringUpdate: input.StackPolicyDuringUpdateBody,
        change: {
          updateToken: input.ClientRequestToken,
          policyBody: input.StackPolicyBody ?? stack.policyBody,
        },
      });
    }
    return { StackId: stackArn(stack) };
  },
  audit: { omit: ['TemplateBody', 'Parameters'] },
});

const isRepeated = ({ updateToken }: StackRecord, token: string | undefined): boolean =>
  token !== undefined && token === updateToken;

export function requireUpdatable(stack: StackRecord): void {
  if (UPDATABLE.includes(stack.status)) return;
  throw validationError(`Stack:${stackArn(stack)} is in ${stack.status} state and can not be updated.`);
}
