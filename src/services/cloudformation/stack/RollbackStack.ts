/**
 * Rolls back a stack whose creation or update failed and was not rolled back.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_RollbackStack.html
 */
import { cloudformation, validationError } from '../cloudformation.ts';
import { startOperation } from '../engine/start-operation.ts';
import { stackArn } from './stack.ts';
import { passRoleCheck, stackCheck } from './stack-check.ts';
import { requireStandard } from './stack-request.ts';

export default cloudformation.operation('RollbackStack', {
  unserved: ['DeploymentConfig.DisableRollback'],
  async checks(context, input) {
    return {
      stack: await stackCheck(context, 'RollbackStack', input.StackName, {
        'cloudformation:RoleArn': input.RoleARN,
      }),
      passRole: passRoleCheck(context, input.RoleARN),
    };
  },
  preconditions(_context, input, { stack: { record: stack } }) {
    requireStandard(input.DeploymentConfig);
    if (stack.status === 'CREATE_FAILED' || stack.status === 'UPDATE_FAILED') return;
    throw validationError(`Stack:${stackArn(stack)} is in ${stack.status} state and can not be rolled back.`);
  },
  execute(context, input, { stack: { record: stack } }) {
    const isUpdate = stack.status === 'UPDATE_FAILED';
    const started = startOperation(
      context,
      stack,
      isUpdate ? 'update-rollback' : 'rollback',
      { clientRequestToken: input.ClientRequestToken, retainsExceptOnCreate: input.RetainExceptOnCreate },
      {
        ...(isUpdate && { goal: stack.previousGoal }),
        ...(input.RoleARN !== undefined && { roleArn: input.RoleARN }),
      },
    );
    return { StackId: stackArn(started), OperationId: started.operation.id };
  },
});
