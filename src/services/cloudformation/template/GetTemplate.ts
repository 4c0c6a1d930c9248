/**
 * Gives the template of a stack as it was given; both stages are the same, since there are no transforms.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html
 */
import { findChangeSet } from '../change-set/change-set.ts';
import { cloudformation, validationError } from '../cloudformation.ts';
import { checkStack, WITH_ID } from '../stack/stack-check.ts';

export default cloudformation.operation('GetTemplate', {
  readOnly: true,
  async checks(context, { StackName: name, ChangeSetName: changeSetName }) {
    const changeSet = changeSetName && (await findChangeSet(context, changeSetName, name));
    const stackName = changeSet ? changeSet.stackId : name;
    if (stackName === undefined) throw validationError('StackName is a required parameter.');
    const stack = await checkStack(context, 'GetTemplate', stackName, {}, WITH_ID);
    return { stack: { ...stack, record: { stack: stack.record, changeSet: changeSet || undefined } } };
  },
  execute(_context, _input, { stack: { record } }) {
    const goal = record.changeSet?.goal ?? record.stack.goal;
    return { TemplateBody: goal?.templateBody ?? '{}', StagesAvailable: ['Original', 'Processed'] };
  },
});
