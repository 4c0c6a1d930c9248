/**
 * Removes tags of an alarm or a dashboard; those that it does not have are passed over.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_UntagResource.html
 */
import { tagKeyConditions } from '../../../service-kit/tag-conditions.ts';
import { cloudwatch } from '../cloudwatch.ts';
import { taggedCheck, withoutTags } from './tag.ts';

export default cloudwatch.operation('UntagResource', {
  async checks(context, { ResourceARN, TagKeys }) {
    const conditions = () => tagKeyConditions(TagKeys);
    return { tagged: await taggedCheck(context, 'UntagResource', ResourceARN, conditions) };
  },
  execute({ tx, caller }, { TagKeys }, { tagged: { record } }) {
    record.keep(tx, withoutTags(record.tags, TagKeys, caller));
    return {};
  },
});
