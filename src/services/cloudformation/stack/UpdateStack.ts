/**
 * Begins to change a stack to what a template now says. Where that fails, the stack is changed back.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html
 */
import { cloudformation, validationError } from '../cloudformation.ts';
import { instanceOf } from '../engine/goal.ts';
import { isUnchanged, requireSameTypes } from '../template/difference.ts';
import { type StackRecord, stackArn } from './stack.ts';
import { passRoleCheck, requireUpdatable, stackCheck } from './stack-check.ts';
import { requireStackPolicy } from './stack-policy.ts';
import { requestConditions, requestedGoal, requireByCalls, taggingCheck } from './stack-request.ts';
import { startStack } from './start-stack.ts';

export default cloudformation.operation('UpdateStack', {
  async checks(context, input) {
    const stack = await stackCheck(context, 'UpdateStack', input.StackName, requestConditions(input));
    return {
      stack,
      tag: taggingCheck(stack, 'UpdateStack', input.Tags),
      passRole: passRoleCheck(context, input.RoleARN),
    };
  },
  preconditions(context, input, { stack: { record: stack } }) {
    if (isRepeated(stack, input.ClientRequestToken)) return;
    requireUpdatable(stack);
    requireStackPolicy(input.StackPolicyBody);
    requireStackPolicy(input.StackPolicyDuringUpdateBody);
    const goal = requestedGoal(context, input, stack);
    const before = instanceOf(context, stack);
    const after = instanceOf(context, stack, goal);
    requireSameTypes(before, after);
    const isSettled = !stack.status.endsWith('_FAILED');
    if (isSettled && isUnchanged(before, after, stack.goal?.tags ?? [], goal.tags)) {
      throw validationError('No updates are to be performed.');
    }
  },
  async calls(ctx, input, { stack: { record: stack } }) {
    if (isRepeated(stack, input.ClientRequestToken)) return;
    const goal = await ctx.read(async (tx) => requestedGoal({ ...ctx, tx }, input, stack));
    await requireByCalls(ctx, goal, input.RoleARN ?? stack.roleArn);
  },
  execute(context, input, { stack: { record: stack } }) {
    const started = isRepeated(stack, input.ClientRequestToken)
      ? stack
      : startStack(context, stack, 'update', {
          goal: requestedGoal(context, input, stack),
          roleArn: input.RoleARN,
          clientRequestToken: input.ClientRequestToken,
          onFailure: input.DisableRollback ? 'DO_NOTHING' : 'ROLLBACK',
          retainsExceptOnCreate: input.RetainExceptOnCreate,
          policyDuringUpdate: input.StackPolicyDuringUpdateBody,
          change: {
            updateToken: input.ClientRequestToken,
            changeSetId: undefined,
            policyBody: input.StackPolicyBody ?? stack.policyBody,
          },
        });
    return { StackId: stackArn(started), OperationId: started.lastOperations[0]?.OperationId };
  },
  audit: { omit: ['TemplateBody', 'Parameters'] },
});

const isRepeated = ({ updateToken }: StackRecord, token: string | undefined): boolean =>
  token !== undefined && token === updateToken;
