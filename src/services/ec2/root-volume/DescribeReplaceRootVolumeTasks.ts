/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeReplaceRootVolumeTasks.html */
import { describeResources } from '../describe/describe.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { rootVolumeTaskFilters, rootVolumeTaskKind, showRootVolumeTask } from './replace-root-volume-task.ts';

export default ec2.operation('DescribeReplaceRootVolumeTasks', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeReplaceRootVolumeTasks') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: rootVolumeTaskKind,
      ids: input.ReplaceRootVolumeTaskIds,
      idsName: 'replaceRootVolumeTaskIds',
      filters: input.Filters,
      fields: rootVolumeTaskFilters,
      page: input,
      limits: { min: 1, max: 50, otherwise: 50 },
    });
    return { ReplaceRootVolumeTasks: page.items.map(showRootVolumeTask), NextToken: page.nextToken };
  },
});
