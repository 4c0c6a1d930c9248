/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html */
import { requestTagConditions } from '../../../service-kit/tag-conditions.ts';
import { tagRecord } from '../../../service-kit/tag-rules.ts';
import { parameters } from '../parameter/parameter.ts';
import { ssm } from '../ssm.ts';
import { OTHER_TYPES, taggedCheck, withTags } from './tag.ts';

export default ssm.operation('AddTagsToResource', {
  unserved: OTHER_TYPES,
  checks: async (context, input) => ({
    parameter: await taggedCheck(context, 'AddTagsToResource', input, () =>
      requestTagConditions(tagRecord(input.Tags)),
    ),
  }),
  execute({ tx, caller }, { Tags }, { parameter: { record } }) {
    tx.put(parameters, { ...record, tags: withTags(record.tags, Tags, caller) });
    return {};
  },
});
