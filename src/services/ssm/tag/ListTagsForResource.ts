/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListTagsForResource.html */
import { tagList } from '../../../service-kit/tag-rules.ts';
import { ssm } from '../ssm.ts';
import { OTHER_TYPES, taggedCheck } from './tag.ts';

export default ssm.operation('ListTagsForResource', {
  readOnly: true,
  unserved: OTHER_TYPES,
  checks: async (context, input) => ({
    parameter: await taggedCheck(context, 'ListTagsForResource', input),
  }),
  execute: (_context, _input, { parameter: { record } }) => ({ TagList: tagList(record.tags) }),
});
