/**
 * Removes tags of an alarm; those that it does not have are passed over.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_UntagResource.html
 */
import { tagKeyConditions } from '../../../service-kit/tag-conditions.ts';
import { alarms } from '../alarm/alarm.ts';
import { cloudwatch } from '../cloudwatch.ts';
import { taggedCheck, withoutTags } from './tag.ts';

export default cloudwatch.operation('UntagResource', {
  async checks(context, { ResourceARN, TagKeys }) {
    const conditions = () => tagKeyConditions(TagKeys);
    return { alarm: await taggedCheck(context, 'UntagResource', ResourceARN, conditions) };
  },
  execute({ tx, caller }, { TagKeys }, { alarm: { record } }) {
    tx.put(alarms, { ...record, tags: withoutTags(record.tags, TagKeys, caller) });
    return {};
  },
});
