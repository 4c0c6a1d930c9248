/**
 * The older form of UntagResource, which names the group.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagLogGroup.html
 */
import { tagKeyConditions } from '../../../service-kit/tag-conditions.ts';
import { logGroups } from '../group/group.ts';
import { groupCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';
import { withoutTags } from './tag.ts';

export default logs.operation('UntagLogGroup', {
  async checks(context, { logGroupName, tags }) {
    return { group: await groupCheck(context, 'UntagLogGroup', logGroupName, () => tagKeyConditions(tags)) };
  },
  execute({ tx, caller }, { tags }, { group: { record } }) {
    tx.put(logGroups, { ...record, tags: withoutTags(record.tags, tags, caller) });
    return {};
  },
});
