/**
 * Removes tags of a rule or an event bus; those that it does not have are passed over.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UntagResource.html
 */
import { tagKeyConditions } from '../../../service-kit/tag-conditions.ts';
import { events } from '../events.ts';
import { putTags, taggedCheck, withoutTags } from './tag.ts';

export default events.operation('UntagResource', {
  async checks(context, { ResourceARN, TagKeys }) {
    const conditions = () => tagKeyConditions(TagKeys);
    return { resource: await taggedCheck(context, 'UntagResource', ResourceARN, conditions) };
  },
  execute({ tx, caller }, { TagKeys }, { resource: { record } }) {
    putTags(tx, record, withoutTags(record.tags, TagKeys, caller));
    return {};
  },
});
