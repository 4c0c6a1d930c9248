/**
 * Shows the tags of a log group or an anomaly detector.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html
 */
import { logs } from '../logs.ts';
import { taggedCheck } from './tag.ts';

export default logs.operation('ListTagsForResource', {
  readOnly: true,
  async checks(context, { resourceArn }) {
    return { tagged: await taggedCheck(context, 'ListTagsForResource', resourceArn) };
  },
  execute: (_context, _input, { tagged }) => ({ tags: tagged.record.tags }),
});
