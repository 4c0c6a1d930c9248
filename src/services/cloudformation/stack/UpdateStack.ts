/**
 * Begins to change a stack to what a template now says. Where that fails, the stack is changed back.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html
 */
import { cloudformation, validationError } from '../cloudformation.ts';
import { instanceOf } from '../engine/goal.ts';
import { isUnchanged, requireKept, requireSameTypes } from '../template/difference.ts';
import { type StackGoal, type StackRecord, stackArn } from './stack.ts';
import { passRoleCheck, requireUpdatable, stackCheck } from './stack-check.ts';
import { requireStackPolicy } from './stack-policy.ts';
import { requestConditions, requestedGoal, requestedValues, taggingCheck } from './stack-request.ts';
import { startStack } from './start-stack.ts';
import { NOTHING_STORED } from './stored-values.ts';
import type { Vault } from './vault.ts';

export default cloudformation.operation('UpdateStack', {
  async checks(context, input) {
    const stack = await stackCheck(context, 'UpdateStack', input.StackName, requestConditions(input));
    return {
      stack,
      tag: taggingCheck(stack, 'UpdateStack', input.Tags),
      passRole: passRoleCheck(context, input.RoleARN),
    };
  },
  preconditions(_context, input, { stack: { record: stack } }) {
    if (isRepeated(stack, input.ClientRequestToken)) return;
    requireUpdatable(stack);
    requireStackPolicy(input.StackPolicyBody);
    requireStackPolicy(input.StackPolicyDuringUpdateBody);
  },
  async calls(ctx, input, { stack: { record: stack } }) {
    if (isRepeated(stack, input.ClientRequestToken)) return NOTHING_STORED;
    const stored = await requestedValues(ctx, input, stack, input.RoleARN ?? stack.roleArn);
    requireChange(ctx, stack, requestedGoal(ctx, input, stack, stored));
    return stored;
  },
  execute(context, input, { stack: { record: stack } }, stored) {
    const started = isRepeated(stack, input.ClientRequestToken)
      ? stack
      : startStack(context, stack, 'update', {
          goal: requestedGoal(context, input, stack, stored),
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

function requireChange(vault: Vault, stack: StackRecord, goal: StackGoal): void {
  const before = instanceOf(vault, stack);
  const after = instanceOf(vault, stack, goal);
  requireSameTypes(before, after);
  requireKept(before, after);
  const isSettled = !stack.status.endsWith('_FAILED');
  if (isSettled && isUnchanged(before, after, stack.goal?.tags ?? [], goal.tags)) {
    throw validationError('No updates are to be performed.');
  }
}
