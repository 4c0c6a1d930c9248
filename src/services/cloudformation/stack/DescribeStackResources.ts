/**
 * Describes the resources of a stack, which may be found by one of them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html
 */
import type { ResolveContext } from '../../../invoke/context.ts';
import { cloudformation } from '../cloudformation.ts';
import { showStackResource } from './show-stack-resource.ts';
import { stackArn, stacks } from './stack.ts';
import { stackCheck, WITH_ID } from './stack-check.ts';
import { currentRows, rowsOf, stackResources } from './stack-resource.ts';

const MAX_RESOURCES = 100;

export default cloudformation.operation('DescribeStackResources', {
  readOnly: true,
  async checks(context, { StackName: name, PhysicalResourceId: physicalId }) {
    const found = name ?? (physicalId === undefined ? undefined : await stackOf(context, physicalId));
    const missing =
      name !== undefined
        ? WITH_ID
        : () =>
            physicalId === undefined
              ? 'Either StackName or PhysicalResourceId must be specified'
              : `Stack for ${physicalId} does not exist`;
    return {
      stack: await stackCheck(context, 'DescribeStackResources', found, {}, missing),
    };
  },
  async execute({ tx }, { LogicalResourceId: logicalId }, { stack: { record: stack } }) {
    const rows = currentRows(await rowsOf(tx, stack));
    const selected = rows.filter((row) => logicalId === undefined || row.logicalId === logicalId);
    return {
      StackResources: selected.slice(0, MAX_RESOURCES).map((row) => showStackResource(stack, row)),
    };
  },
});

async function stackOf(
  { tx, account, region }: ResolveContext,
  physicalId: string,
): Promise<string | undefined> {
  const [row] = await tx.find(stackResources, 'physicalId', {
    prefix: [account, region, physicalId],
    limit: 1,
  });
  const stack = row && (await tx.get(stacks, [account, region, row.stackUuid]));
  return stack && stackArn(stack);
}
