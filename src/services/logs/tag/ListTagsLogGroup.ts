/**
 * The older form of ListTagsForResource, which names the group.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsLogGroup.html
 */
import { groupCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';

export default logs.operation('ListTagsLogGroup', {
  readOnly: true,
  async checks(context, { logGroupName }) {
    return { group: await groupCheck(context, 'ListTagsLogGroup', logGroupName) };
  },
  execute: (_context, _input, { group }) => ({ tags: group.record.tags }),
});
