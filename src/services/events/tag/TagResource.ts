/**
 * Adds or changes tags of a rule or an event bus.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TagResource.html
 */
import { requestTagConditions } from '../../../service-kit/tag-conditions.ts';
import { tagRecord } from '../../../service-kit/tag-rules.ts';
import { events } from '../events.ts';
import { putTags, taggedCheck, withTags } from './tag.ts';

export default events.operation('TagResource', {
  async checks(context, { ResourceARN, Tags }) {
    const conditions = () => requestTagConditions(tagRecord(Tags));
    return { resource: await taggedCheck(context, 'TagResource', ResourceARN, conditions) };
  },
  execute({ tx, caller }, { Tags }, { resource: { record } }) {
    putTags(tx, record, withTags(record.tags, Tags, caller));
    return {};
  },
});
