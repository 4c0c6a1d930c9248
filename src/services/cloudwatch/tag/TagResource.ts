/**
 * Adds or changes tags of an alarm.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html
 */
import { requestTagConditions } from '../../../service-kit/tag-conditions.ts';
import { tagRecord } from '../../../service-kit/tag-rules.ts';
import { alarms } from '../alarm/alarm.ts';
import { cloudwatch } from '../cloudwatch.ts';
import { taggedCheck, withTags } from './tag.ts';

export default cloudwatch.operation('TagResource', {
  async checks(context, { ResourceARN, Tags }) {
    const conditions = () => requestTagConditions(tagRecord(Tags));
    return { alarm: await taggedCheck(context, 'TagResource', ResourceARN, conditions) };
  },
  execute({ tx, caller }, { Tags }, { alarm: { record } }) {
    tx.put(alarms, { ...record, tags: withTags(record.tags, Tags, caller) });
    return {};
  },
});
