/**
 * Gives the template of a stack, as it was given or as its macros made it; without macros the two are the same.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html
 */
import { type ChangeSetRecord, changeSetCheck } from '../change-set/change-set.ts';
import { cloudformation } from '../cloudformation.ts';
import type { StackRecord } from '../stack/stack.ts';
import { lackOfTemplate, stackCheck, WITH_ID } from '../stack/stack-check.ts';

export default cloudformation.operation('GetTemplate', {
  readOnly: true,
  async checks(context, { StackName: name, ChangeSetName: changeSetName }) {
    if (changeSetName !== undefined) {
      const named = { ChangeSetName: changeSetName, StackName: name };
      return { template: await changeSetCheck(context, 'GetTemplate', named) };
    }
    const missing = name === undefined ? () => 'StackName is a required parameter.' : WITH_ID;
    return { template: await stackCheck(context, 'GetTemplate', name, {}, missing) };
  },
  execute: (_context, { TemplateStage: stage }, { template: { record } }) => ({
    TemplateBody:
      (stage === 'Original' ? undefined : record.goal?.processedBody) ??
      record.goal?.templateBody ??
      templateWithoutGoal(record),
    StagesAvailable: ['Original', 'Processed'],
  }),
});

/** A stack under review has none yet; that of a real account's stack may not have been read. */
function templateWithoutGoal(record: StackRecord | ChangeSetRecord): string {
  if (!('adopted' in record) || record.status === 'REVIEW_IN_PROGRESS') return '{}';
  const { templateBody } = record.adopted ?? {};
  if (templateBody !== undefined) return templateBody;
  throw lackOfTemplate(record);
}
