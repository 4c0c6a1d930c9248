/**
 * Begins to change a stack to what a template now says. Where that fails, the stack is changed back.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html
 */
import { cloudformation, validationError } from '../cloudformation.ts';
import { instanceOf } from '../engine/goal.ts';
import { isUnchanged, requireKept, requireSameTypes } from '../template/difference.ts';
import { asItsParent, asNested, parentOf, readParent } from './nested-stack.ts';
import { requireNewToken, type StackGoal, type StackRecord, stackArn } from './stack.ts';
import { passStackRoleCheck, requireUpdatable, stackCheck } from './stack-check.ts';
import { requireStackPolicy } from './stack-policy.ts';
import {
  NOTHING_REQUESTED,
  readRequest,
  requestConditions,
  requestedGoal,
  taggingCheck,
} from './stack-request.ts';
import { startStack } from './start-stack.ts';
import type { Vault } from './vault.ts';

export default cloudformation.operation('UpdateStack', {
  async checks(context, input) {
    const stack = await stackCheck(context, 'UpdateStack', input.StackName, requestConditions(input));
    return {
      stack,
      tag: taggingCheck(stack, 'UpdateStack', input.Tags),
      passRole: passStackRoleCheck(context, input.RoleARN),
    };
  },
  preconditions(_context, input, { stack: { record: stack } }) {
    if (isRepeated(stack, input.ClientRequestToken)) return;
    requireNewToken(stack, input.ClientRequestToken, { isUpdate: true });
    requireUpdatable(stack);
    requireStackPolicy(input.StackPolicyBody);
    requireStackPolicy(input.StackPolicyDuringUpdateBody);
  },
  async calls(ctx, input, { stack: { record: stack } }) {
    if (isRepeated(stack, input.ClientRequestToken)) return NOTHING_REQUESTED;
    const parent = await readParent(ctx, input.ClientRequestToken);
    const given = asNested(input, parent);
    const asked = await readRequest(ctx, given, stack, {
      roleArn: given.RoleARN ?? stack.roleArn,
      parentPath: parent?.goal?.templatePath,
    });
    requireChange(ctx, stack, requestedGoal(ctx, given, stack, asked));
    return asked;
  },
  async execute(context, input, { stack: { record: stack } }, asked) {
    const parent = await parentOf(context, input.ClientRequestToken);
    const given = asNested(input, parent);
    const started = isRepeated(stack, input.ClientRequestToken)
      ? stack
      : startStack(context, stack, 'update', {
          goal: requestedGoal(context, given, stack, asked),
          roleArn: given.RoleARN,
          clientRequestToken: input.ClientRequestToken,
          onFailure: input.DisableRollback ? 'DO_NOTHING' : 'ROLLBACK',
          ...(parent && asItsParent(parent)),
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
