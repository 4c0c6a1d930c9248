/**
 * Adds tags to a root, unit, account or policy, or replaces the values of those it has.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_TagResource.html
 */
import { organizationTable } from '../organization/organization.ts';
import { requestTagKeys, tagsOf } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { mergeTags, withTags } from './tag.ts';
import { tagCheck } from './tag-check.ts';

export default organizations.operation('TagResource', {
  checks: async (context, { ResourceId, Tags }) => ({
    resource: await tagCheck(context, ResourceId, 'TagResource', requestTagKeys(Tags)),
  }),
  execute({ tx }, { ResourceId, Tags }, { resource: { record } }) {
    tx.put(organizationTable, withTags(record, ResourceId, mergeTags(tagsOf(record, ResourceId), Tags)));
    return {};
  },
});
