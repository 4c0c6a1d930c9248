/**
 * Gives the template of a stack, as it was given or as its macros made it; without macros the two are the same.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html
 */
import { changeSetCheck } from '../change-set/change-set.ts';
import { cloudformation } from '../cloudformation.ts';
import { stackCheck, WITH_ID } from '../stack/stack-check.ts';

export default cloudformation.operation('GetTemplate', {
  readOnly: true,
  async checks(context, { StackName: name, ChangeSetName: changeSetName }) {
    if (changeSetName !== undefined) {
      const named = { ChangeSetName: changeSetName, StackName: name };
      return { template: await changeSetCheck(context, 'GetTemplate', named) };
    }
    const missing = name === undefined ? () => 'StackName is a required parameter.' : WITH_ID;
    return { template: await stackCheck(context, 'GetTemplate', name ?? '*', {}, missing) };
  },
  execute: (_context, { TemplateStage: stage }, { template: { record } }) => ({
    // A stack under review has none yet.
    TemplateBody:
      (stage === 'Original' ? undefined : record.goal?.processedBody) ?? record.goal?.templateBody ?? '{}',
    StagesAvailable: ['Original', 'Processed'],
  }),
});
