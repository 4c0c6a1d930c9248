/**
 * Removes tags of a log group or an anomaly detector; those that it does not have are passed over.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagResource.html
 */
import { withoutTags } from '../../../aws/tags.ts';
import { tagKeyConditions } from '../../../service-kit/tag-conditions.ts';
import { logs } from '../logs.ts';
import { taggedCheck } from './tag.ts';

export default logs.operation('UntagResource', {
  async checks(context, { resourceArn, tagKeys }) {
    return {
      tagged: await taggedCheck(context, 'UntagResource', resourceArn, () => tagKeyConditions(tagKeys)),
    };
  },
  execute({ tx }, { tagKeys }, { tagged: { record } }) {
    record.retag(tx, withoutTags(record.tags, tagKeys));
    return {};
  },
});
