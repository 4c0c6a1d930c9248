/**
 * Shows the tags of an alarm or a dashboard.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListTagsForResource.html
 */
import { tagList } from '../../../service-kit/tag-rules.ts';
import { cloudwatch } from '../cloudwatch.ts';
import { taggedCheck } from './tag.ts';

export default cloudwatch.operation('ListTagsForResource', {
  readOnly: true,
  async checks(context, { ResourceARN }) {
    return { tagged: await taggedCheck(context, 'ListTagsForResource', ResourceARN) };
  },
  execute: (_context, _input, { tagged }) => ({ Tags: tagList(tagged.record.tags) }),
});
