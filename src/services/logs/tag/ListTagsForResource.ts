/**
 * Shows the tags of a log group.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html
 */
import { logs } from '../logs.ts';
import { taggedCheck } from './tag.ts';

export default logs.operation('ListTagsForResource', {
  readOnly: true,
  async checks(context, { resourceArn }) {
    return { group: await taggedCheck(context, 'ListTagsForResource', resourceArn) };
  },
  execute: (_context, _input, { group }) => ({ tags: group.record.tags }),
});
