/**
 * Removes tags of a log group; those that it does not have are passed over.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagResource.html
 */
import { withoutTags } from '../../../aws/tags.ts';
import { tagKeyConditions } from '../../../service-kit/tag-conditions.ts';
import { logGroups } from '../group/group.ts';
import { logs } from '../logs.ts';
import { taggedCheck } from './tag.ts';

export default logs.operation('UntagResource', {
  async checks(context, { resourceArn, tagKeys }) {
    return {
      group: await taggedCheck(context, 'UntagResource', resourceArn, () => tagKeyConditions(tagKeys)),
    };
  },
  execute({ tx }, { tagKeys }, { group: { record } }) {
    tx.put(logGroups, { ...record, tags: withoutTags(record.tags, tagKeys) });
    return {};
  },
});
