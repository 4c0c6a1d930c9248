/**
 * The older form of TagResource, which names the group.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagLogGroup.html
 */
import { requestTagConditions } from '../../../service-kit/tag-conditions.ts';
import { logGroups } from '../group/group.ts';
import { groupCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';
import { withTags } from './tag.ts';

export default logs.operation('TagLogGroup', {
  async checks(context, { logGroupName, tags }) {
    return {
      group: await groupCheck(context, 'TagLogGroup', logGroupName, () => requestTagConditions(tags)),
    };
  },
  execute({ tx, caller }, { tags }, { group: { record } }) {
    tx.put(logGroups, { ...record, tags: withTags(record.tags, tags, caller) });
    return {};
  },
});
