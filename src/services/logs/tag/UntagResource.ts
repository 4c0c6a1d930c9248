/**
 * Removes tags of a log group or an anomaly detector; those that it does not have are passed over.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagResource.html
 */
import { tagKeyConditions } from '../../../service-kit/tag-conditions.ts';
import { logs } from '../logs.ts';
import { taggedCheck, withoutTags } from './tag.ts';

export default logs.operation('UntagResource', {
  async checks(context, { resourceArn, tagKeys }) {
    return {
      tagged: await taggedCheck(context, 'UntagResource', resourceArn, () => tagKeyConditions(tagKeys)),
    };
  },
  execute({ tx, caller }, { tagKeys }, { tagged: { record } }) {
    record.retag(tx, withoutTags(record.tags, tagKeys, caller));
    return {};
  },
});
