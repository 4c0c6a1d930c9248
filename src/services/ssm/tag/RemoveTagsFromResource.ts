/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RemoveTagsFromResource.html */
import { tagKeyConditions } from '../../../service-kit/tag-conditions.ts';
import { parameters } from '../parameter/parameter.ts';
import { ssm } from '../ssm.ts';
import { OTHER_TYPES, taggedCheck, withoutTags } from './tag.ts';

export default ssm.operation('RemoveTagsFromResource', {
  unserved: OTHER_TYPES,
  checks: async (context, input) => ({
    parameter: await taggedCheck(context, 'RemoveTagsFromResource', input, () =>
      tagKeyConditions(input.TagKeys),
    ),
  }),
  execute({ tx, caller }, { TagKeys }, { parameter: { record } }) {
    tx.put(parameters, { ...record, tags: withoutTags(record.tags, TagKeys, caller) });
    return {};
  },
});
