/**
 * Lists the tags of a root, unit, account or policy.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTagsForResource.html
 */
import { tagsOf } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { pageOf } from '../page.ts';
import { tagCheck } from './tag-check.ts';

const TAGS_A_PAGE = 50;

export default organizations.operation('ListTagsForResource', {
  readOnly: true,
  checks: async (context, { ResourceId }) => ({
    resource: await tagCheck(context, ResourceId, 'ListTagsForResource'),
  }),
  execute(_context, { ResourceId, NextToken }, { resource: { record } }) {
    const { items, NextToken: next } = pageOf(tagsOf(record, ResourceId), ({ Key }) => Key, {
      NextToken,
      MaxResults: TAGS_A_PAGE,
    });
    return { Tags: [...items], NextToken: next };
  },
});
