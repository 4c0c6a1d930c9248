/**
 * Rolls back a stack whose creation or update failed and was not rolled back.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_RollbackStack.html
 */
import type { ExecuteContext } from '../../../invoke/context.ts';
import type { RollbackStackInput } from '../../../shapes/generated/cloudformation.ts';
import { cloudformation, validationError } from '../cloudformation.ts';
import { startOperation } from '../engine/start-operation.ts';
import { nestedStacks } from './nested-stack.ts';
import { requireNewToken, type StackRecord, stackArn } from './stack.ts';
import { passStackRoleCheck, stackCheck } from './stack-check.ts';
import { requireStandard } from './stack-request.ts';
import { rowsOf } from './stack-resource.ts';

export default cloudformation.operation('RollbackStack', {
  unserved: ['DeploymentConfig.DisableRollback'],
  async checks(context, input) {
    return {
      stack: await stackCheck(context, 'RollbackStack', input.StackName, {
        'cloudformation:RoleArn': input.RoleARN,
      }),
      passRole: passStackRoleCheck(context, input.RoleARN),
    };
  },
  preconditions(_context, input, { stack: { record: stack } }) {
    requireStandard(input.DeploymentConfig);
    requireNewToken(stack, input.ClientRequestToken);
    if (stack.status === 'CREATE_FAILED' || stack.status === 'UPDATE_FAILED') return;
    throw validationError(`Stack:${stackArn(stack)} is in ${stack.status} state and can not be rolled back.`);
  },
  async execute(context, input, { stack: { record: stack } }) {
    const { operation } = await rollBack(context, stack, input);
    return { StackId: stackArn(stack), OperationId: operation.id };
  },
});

/** The stack, and the nested ones whose update was left as it failed with it. */
async function rollBack(
  context: ExecuteContext,
  stack: StackRecord,
  { ClientRequestToken, RetainExceptOnCreate, RoleARN: roleArn }: Omit<RollbackStackInput, 'StackName'>,
) {
  const isUpdate = stack.status === 'UPDATE_FAILED';
  const started = startOperation(
    context,
    stack,
    isUpdate ? 'update-rollback' : 'rollback',
    { clientRequestToken: ClientRequestToken, retainsExceptOnCreate: RetainExceptOnCreate },
    { ...(isUpdate && { goal: stack.previousGoal }), ...(roleArn !== undefined && { roleArn }) },
  );
  const nested = isUpdate ? await nestedStacks(context.tx, stack, await rowsOf(context.tx, stack)) : [];
  for (const each of nested)
    if (each.status === 'UPDATE_FAILED')
      await rollBack(context, each, { ClientRequestToken, RoleARN: roleArn });
  return started;
}
