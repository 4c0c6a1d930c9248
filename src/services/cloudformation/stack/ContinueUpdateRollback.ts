/**
 * Takes up a rollback of an update that failed, leaving out what is known not to come back.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ContinueUpdateRollback.html
 */
import { cloudformation, validationError } from '../cloudformation.ts';
import { startOperation } from '../engine/start-operation.ts';
import { stackArn } from './stack.ts';
import { passRoleCheck, stackCheck } from './stack-check.ts';
import { changeResource } from './stack-event.ts';
import { rowsOf } from './stack-resource.ts';

export default cloudformation.operation('ContinueUpdateRollback', {
  unserved: ['ForceRollback'],
  async checks(context, input) {
    return {
      stack: await stackCheck(context, 'ContinueUpdateRollback', input.StackName, {
        'cloudformation:RoleArn': input.RoleARN,
      }),
      passRole: passRoleCheck(context, input.RoleARN),
    };
  },
  preconditions(_context, _input, { stack: { record: stack } }) {
    if (stack.status === 'UPDATE_ROLLBACK_FAILED') return;
    throw validationError(
      `Stack:${stackArn(stack)} is in ${stack.status} state and can not continue update rollback`,
    );
  },
  async execute(context, input, { stack: { record: stack } }) {
    const skipped = input.ResourcesToSkip ?? [];
    const started = startOperation(
      context,
      stack,
      'update-rollback',
      { clientRequestToken: input.ClientRequestToken },
      input.RoleARN === undefined ? {} : { roleArn: input.RoleARN },
    );
    for (const row of await rowsOf(context.tx, stack)) {
      if (!skipped.includes(row.logicalId) || row.status !== 'UPDATE_FAILED') continue;
      const doneIn = started.operation?.id;
      changeResource(context, started, { ...row, before: undefined }, { status: 'UPDATE_COMPLETE', doneIn });
    }
    return {};
  },
});
