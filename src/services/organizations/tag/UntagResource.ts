/**
 * Removes tags from a root, unit, account or policy.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_UntagResource.html
 */
import { organizationTable } from '../organization/organization.ts';
import { tagsOf } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { withoutTags, withTags } from './tag.ts';
import { tagCheck } from './tag-check.ts';

export default organizations.operation('UntagResource', {
  checks: async (context, { ResourceId, TagKeys }) => ({
    resource: await tagCheck(context, ResourceId, 'UntagResource', { 'aws:TagKeys': TagKeys }),
  }),
  execute({ tx }, { ResourceId, TagKeys }, { resource: { record } }) {
    const tags = withoutTags(tagsOf(record, ResourceId), TagKeys);
    tx.put(organizationTable, withTags(record, ResourceId, tags));
    return {};
  },
});
