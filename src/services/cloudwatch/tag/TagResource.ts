/**
 * Adds or changes tags of an alarm or a dashboard.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html
 */
import { requestTagConditions } from '../../../service-kit/tag-conditions.ts';
import { tagRecord } from '../../../service-kit/tag-rules.ts';
import { cloudwatch } from '../cloudwatch.ts';
import { taggedCheck, withTags } from './tag.ts';

export default cloudwatch.operation('TagResource', {
  async checks(context, { ResourceARN, Tags }) {
    const conditions = () => requestTagConditions(tagRecord(Tags));
    return { tagged: await taggedCheck(context, 'TagResource', ResourceARN, conditions) };
  },
  execute({ tx, caller }, { Tags }, { tagged: { record } }) {
    record.keep(tx, withTags(record.tags, Tags, caller));
    return {};
  },
});
