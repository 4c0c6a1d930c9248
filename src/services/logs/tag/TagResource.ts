/**
 * Adds or changes tags of a log group or an anomaly detector.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html
 */
import { requestTagConditions } from '../../../service-kit/tag-conditions.ts';
import { logs } from '../logs.ts';
import { taggedCheck, withTags } from './tag.ts';

export default logs.operation('TagResource', {
  async checks(context, { resourceArn, tags }) {
    return {
      tagged: await taggedCheck(context, 'TagResource', resourceArn, () => requestTagConditions(tags)),
    };
  },
  execute({ tx, caller }, { tags }, { tagged: { record } }) {
    record.retag(tx, withTags(record.tags, tags, caller));
    return {};
  },
});
