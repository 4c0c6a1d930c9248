/**
 * Describes one resource of a stack.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResource.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ExecuteContext } from '../../../invoke/context.ts';
import { cloudformation, validationError } from '../cloudformation.ts';
import { instanceOf, resolverOf } from '../engine/goal.ts';
import { exports } from '../export/export.ts';
import { evaluate, NO_VALUE } from '../template/functions.ts';
import type { Json } from '../template/json.ts';
import { showStackResource } from './show-stack-resource.ts';
import type { StackRecord } from './stack.ts';
import { stackCheck } from './stack-check.ts';
import { currentRows, rowsOf, type StackResourceRecord } from './stack-resource.ts';

export default cloudformation.operation('DescribeStackResource', {
  readOnly: true,
  async checks(context, { StackName: name }) {
    const missing = (given: string) => `Stack '${given}' does not exist`;
    return { stack: await stackCheck(context, 'DescribeStackResource', name, {}, missing) };
  },
  async execute(context, { LogicalResourceId: logicalId }, { stack: { record: stack } }) {
    const { tx } = context;
    const rows = currentRows(await rowsOf(tx, stack));
    const row = rows.find((each) => each.logicalId === logicalId);
    if (!row) throw validationError(`Resource ${logicalId} does not exist for stack ${stack.name}`);
    const { Timestamp, ...shown } = showStackResource(stack, row);
    const { metadata } = row.definition;
    return {
      StackResourceDetail: {
        ...shown,
        LastUpdatedTimestamp: Timestamp,
        Metadata: JSON.stringify(
          metadata === undefined ? {} : await resolved(context, stack, rows, metadata),
        ),
      },
    };
  },
});

/** With its functions evaluated, values of NoEcho parameters too, as cfn-init reads it (aws-facts H27). */
async function resolved(
  context: ExecuteContext,
  stack: StackRecord,
  rows: readonly StackResourceRecord[],
  metadata: Json,
): Promise<Json> {
  const exported = await context.tx.list(exports, { prefix: [stack.account, stack.region] });
  const inputs = {
    instance: instanceOf(context, stack),
    rows,
    zones: new Map(),
    late: new Map(),
    exported: new Map(exported.map((each) => [each.name, each])),
  };
  try {
    const value = evaluate(metadata, resolverOf(context, inputs));
    return value === NO_VALUE ? {} : value;
  } catch (error) {
    // What it refers to is not there (yet, or any more), or is a list of zones, for which EC2 would have to be asked.
    if (error instanceof AwsError) return metadata;
    throw error;
  }
}
