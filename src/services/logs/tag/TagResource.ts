/**
 * Adds or changes tags of a log group.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html
 */
import { requestTagConditions } from '../../../service-kit/tag-conditions.ts';
import { logGroups } from '../group/group.ts';
import { logs } from '../logs.ts';
import { taggedCheck, withTags } from './tag.ts';

export default logs.operation('TagResource', {
  async checks(context, { resourceArn, tags }) {
    return {
      group: await taggedCheck(context, 'TagResource', resourceArn, () => requestTagConditions(tags)),
    };
  },
  execute({ tx, caller }, { tags }, { group: { record } }) {
    tx.put(logGroups, { ...record, tags: withTags(record.tags, tags, caller) });
    return {};
  },
});
