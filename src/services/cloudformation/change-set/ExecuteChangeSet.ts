/**
 * Does what a change set says. The stack's other change sets are gone then, for they no longer fit.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { cloudformation, validationError } from '../cloudformation.ts';
import { requireNewToken, type StackRecord, stackArn, stacks } from '../stack/stack.ts';
import { type StackResourceRecord, stackResources } from '../stack/stack-resource.ts';
import { isBusy } from '../stack/stack-status.ts';
import { startStack } from '../stack/start-stack.ts';
import {
  type ChangeSetRecord,
  changeSetArn,
  changeSetCheck,
  changeSets,
  changeSetsOf,
} from './change-set.ts';
import type { FoundImport } from './imports.ts';

export default cloudformation.operation('ExecuteChangeSet', {
  async checks(context, input) {
    return { changeSet: await changeSetCheck(context, 'ExecuteChangeSet', input) };
  },
  async preconditions({ tx }, input, { changeSet: { record: changeSet } }) {
    const { status, executionStatus, account, region, stackUuid } = changeSet;
    if (executionStatus !== 'AVAILABLE') {
      const shown = status === 'FAILED' ? status : executionStatus;
      throw new AwsError(
        'InvalidChangeSetStatus',
        `ChangeSet [${changeSetArn(changeSet)}] cannot be executed in its current status of [${shown}]`,
      );
    }
    const stack = (await tx.get(stacks, [account, region, stackUuid])) as StackRecord;
    requireNewToken(stack, input.ClientRequestToken);
    if (isBusy(stack.status)) {
      throw validationError(`Stack:${stackArn(stack)} is in ${stack.status} state and can not be updated.`);
    }
    if (input.DisableRollback !== undefined && changeSet.onStackFailure !== undefined) {
      throw validationError('You cannot specify DisableRollback for a change set with OnStackFailure.');
    }
  },
  async execute(context, input, { changeSet: { record: changeSet } }) {
    const { tx } = context;
    const { account, region, stackUuid, goal, roleArn, imports, type } = changeSet;
    const stack = (await tx.get(stacks, [account, region, stackUuid])) as StackRecord;
    for (const each of imports ?? []) tx.put(stackResources, importedRow(changeSet, each, context.nowMs));
    for (const other of await changeSetsOf(tx, stack)) tx.delete(changeSets, changeSets.key(other));
    tx.put(changeSets, { ...changeSet, executionStatus: 'EXECUTE_IN_PROGRESS' });
    const { onStackFailure = input.DisableRollback ? 'DO_NOTHING' : 'ROLLBACK' } = changeSet;
    startStack(context, stack, type === 'IMPORT' ? 'import' : stack.goal ? 'update' : 'create', {
      goal,
      roleArn,
      clientRequestToken: input.ClientRequestToken,
      onFailure: onStackFailure,
      retainsExceptOnCreate: input.RetainExceptOnCreate,
      change: { changeSetId: changeSetArn(changeSet), updatedAtMs: context.nowMs },
    });
    return {};
  },
});

const importedRow = (
  { account, region, stackUuid }: ChangeSetRecord,
  { logicalId, type, physicalId }: FoundImport,
  changedAtMs: number,
): StackResourceRecord => ({
  ...{ account, region, stackUuid, logicalId, generation: 0, type, role: 'current', physicalId },
  ...{ isImport: true, changedAtMs, definition: { dependsOn: [] }, importedNames: [] },
});
