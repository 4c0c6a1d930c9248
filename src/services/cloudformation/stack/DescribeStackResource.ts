/**
 * Describes one resource of a stack.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResource.html
 */
import { cloudformation, validationError } from '../cloudformation.ts';
import { showStackResource } from './show-stack-resource.ts';
import { stackCheck } from './stack-check.ts';
import { currentRows, rowsOf } from './stack-resource.ts';

export default cloudformation.operation('DescribeStackResource', {
  readOnly: true,
  async checks(context, { StackName: name }) {
    const missing = (given: string) => `Stack '${given}' does not exist`;
    return { stack: await stackCheck(context, 'DescribeStackResource', name, {}, missing) };
  },
  async execute({ tx }, { LogicalResourceId: logicalId }, { stack: { record: stack } }) {
    const rows = currentRows(await rowsOf(tx, stack));
    const row = rows.find((each) => each.logicalId === logicalId);
    if (!row) throw validationError(`Resource ${logicalId} does not exist for stack ${stack.name}`);
    const { Timestamp, ...shown } = showStackResource(stack, row);
    const { metadata } = row.definition;
    return {
      StackResourceDetail: {
        ...shown,
        LastUpdatedTimestamp: Timestamp,
        Metadata: metadata === undefined ? '{}' : JSON.stringify(metadata),
      },
    };
  },
});
