/**
 * Shows the tags of a rule or an event bus.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTagsForResource.html
 */
import { tagList } from '../../../service-kit/tag-rules.ts';
import { events } from '../events.ts';
import { taggedCheck } from './tag.ts';

export default events.operation('ListTagsForResource', {
  readOnly: true,
  async checks(context, { ResourceARN }) {
    return { resource: await taggedCheck(context, 'ListTagsForResource', ResourceARN) };
  },
  execute: (_context, _input, { resource }) => ({ Tags: tagList(resource.record.tags) }),
});
