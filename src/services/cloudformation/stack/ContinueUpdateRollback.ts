/**
 * Takes up a rollback of an update that failed, leaving out what is known not to come back.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ContinueUpdateRollback.html
 */
import type { ExecuteContext } from '../../../invoke/context.ts';
import type { ContinueUpdateRollbackInput } from '../../../shapes/generated/cloudformation.ts';
import { cloudformation, validationError } from '../cloudformation.ts';
import { startOperation } from '../engine/start-operation.ts';
import { nestedStacks } from './nested-stack.ts';
import { requireNewToken, type StackRecord, stackArn } from './stack.ts';
import { passStackRoleCheck, stackCheck } from './stack-check.ts';
import { changeResource } from './stack-event.ts';
import { rowsOf } from './stack-resource.ts';

export default cloudformation.operation('ContinueUpdateRollback', {
  unserved: ['ForceRollback'],
  async checks(context, input) {
    return {
      stack: await stackCheck(context, 'ContinueUpdateRollback', input.StackName, {
        'cloudformation:RoleArn': input.RoleARN,
      }),
      passRole: passStackRoleCheck(context, input.RoleARN),
    };
  },
  preconditions(_context, input, { stack: { record: stack } }) {
    requireNewToken(stack, input.ClientRequestToken);
    if (stack.status === 'UPDATE_ROLLBACK_FAILED') return;
    throw validationError(
      `Stack:${stackArn(stack)} is in ${stack.status} state and can not continue update rollback`,
    );
  },
  async execute(context, input, { stack: { record: stack } }) {
    await resume(context, stack, input, input.ResourcesToSkip ?? []);
    return {};
  },
});

/** The stack, and the nested ones whose rollback failed with it. What of those is to be skipped has their name before it. */
async function resume(
  context: ExecuteContext,
  stack: StackRecord,
  input: Pick<ContinueUpdateRollbackInput, 'ClientRequestToken' | 'RoleARN'>,
  skipped: readonly string[],
): Promise<void> {
  const { ClientRequestToken: clientRequestToken, RoleARN: roleArn } = input;
  const started = startOperation(
    context,
    stack,
    'update-rollback',
    { clientRequestToken },
    roleArn === undefined ? {} : { roleArn },
  );
  const rows = await rowsOf(context.tx, stack);
  for (const row of rows) {
    if (!skipped.includes(row.logicalId) || row.status !== 'UPDATE_FAILED') continue;
    const doneIn = started.operation.id;
    changeResource(context, started, { ...row, before: undefined }, { status: 'UPDATE_COMPLETE', doneIn });
  }
  for (const nested of await nestedStacks(context.tx, stack, rows)) {
    if (nested.status !== 'UPDATE_ROLLBACK_FAILED') continue;
    const prefix = `${nested.name}.`;
    const within = skipped.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
    await resume(context, nested, input, within);
  }
}
