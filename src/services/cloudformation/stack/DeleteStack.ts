/**
 * Begins to delete a stack and its resources. A stack that is not there counts as deleted.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html
 */
import { cloudformation, validationError } from '../cloudformation.ts';
import { startOperation } from '../engine/start-operation.ts';
import { exportConflict } from '../export/export.ts';
import { parentOf } from './nested-stack.ts';
import { requireNewToken, type StackRecord, stackArn } from './stack.ts';
import { lackOfTemplate, passStackRoleCheck, possibleStackCheck } from './stack-check.ts';
import { changeStack } from './stack-event.ts';
import { requireStandard } from './stack-request.ts';
import { isBusy } from './stack-status.ts';

export default cloudformation.operation('DeleteStack', {
  unserved: ['DeploymentConfig.DisableRollback'],
  async checks(context, input) {
    return {
      stack: await possibleStackCheck(context, 'DeleteStack', input.StackName, {
        'cloudformation:RoleArn': input.RoleARN,
      }),
      passRole: passStackRoleCheck(context, input.RoleARN),
    };
  },
  async preconditions(context, input, { stack: { record: stack } }) {
    requireStandard(input.DeploymentConfig);
    if (!stack || isGoneOrGoing(stack)) return;
    requireNewToken(stack, input.ClientRequestToken);
    // One that was rolled back has nothing left.
    const lack = stack.status === 'ROLLBACK_COMPLETE' ? undefined : lackOfTemplate(stack);
    if (lack) throw lack;
    // Of a nested stack it is the root's, which its parents heed.
    if (stack.terminationProtection && !(await parentOf(context, input.ClientRequestToken))) {
      throw validationError(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
    }
    if (isBusy(stack.status) && stack.status !== 'CREATE_IN_PROGRESS') {
      throw validationError(`Stack [${stackArn(stack)}] cannot be deleted while in status ${stack.status}`);
    }
    if (input.RetainResources?.length && stack.status !== 'DELETE_FAILED') {
      throw validationError(
        `Invalid operation on stack [${stackArn(stack)}]. Specify which resources to retain only when the stack is in ` +
          'the DELETE_FAILED state.',
      );
    }
  },
  async execute(context, input, { stack: { record: stack } }) {
    if (!stack || isGoneOrGoing(stack)) return {};
    const conflict = await exportConflict(context, stack, []);
    if (conflict !== undefined) {
      changeStack(context, stack, { status: 'DELETE_IN_PROGRESS', statusReason: 'User Initiated' });
      changeStack(context, stack, { status: 'DELETE_FAILED', statusReason: conflict });
      return {};
    }
    if (stack.operation && 'sessionId' in stack.operation.rights) {
      context.endForwardSession(stack.operation.rights.sessionId);
    }
    startOperation(
      context,
      stack,
      'delete',
      {
        clientRequestToken: input.ClientRequestToken,
        retained: input.RetainResources ?? [],
        isForced: input.DeletionMode === 'FORCE_DELETE_STACK',
      },
      { deletedAtMs: context.nowMs, ...(input.RoleARN !== undefined && { roleArn: input.RoleARN }) },
    );
    return {};
  },
});

const isGoneOrGoing = ({ status }: StackRecord): boolean =>
  status === 'DELETE_COMPLETE' || status === 'DELETE_IN_PROGRESS';
