/**
 * Deletes a change set, so that nobody executes it by mistake. One that is not there counts as deleted.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteChangeSet.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { cloudformation } from '../cloudformation.ts';
import { changeSetArn, changeSetCheck, changeSets, executionStatus } from './change-set.ts';

export default cloudformation.operation('DeleteChangeSet', {
  async checks(context, input) {
    const check = await changeSetCheck(context, 'DeleteChangeSet', input);
    const isMissing = check.missing?.code === 'ChangeSetNotFound';
    return { changeSet: isMissing ? { ...check, record: undefined, missing: undefined } : check };
  },
  async execute(context, _input, { changeSet: { record: changeSet } }) {
    if (!changeSet) return {};
    const status = await executionStatus(context, changeSet);
    if (status === 'EXECUTE_IN_PROGRESS') {
      throw new AwsError(
        'InvalidChangeSetStatus',
        `ChangeSet [${changeSetArn(changeSet)}] cannot be deleted in its current status of [${status}]`,
      );
    }
    context.tx.delete(changeSets, changeSets.key(changeSet));
    return {};
  },
});
