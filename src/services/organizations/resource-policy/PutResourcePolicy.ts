/**
 * Makes the organization's resource policy, or gives it another content: tags are for a new one.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_PutResourcePolicy.html
 */
import { invalidInput } from '../errors.ts';
import { organizationTable, shortId } from '../organization/organization.ts';
import { creationTagCheck } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { mergeTags } from '../tag/tag.ts';
import { requireDelegationPolicy, resourcePolicyArn, shownResourcePolicy } from './delegation-policy.ts';
import { resourcePolicyCheck } from './resource-policy-check.ts';

export default organizations.operation('PutResourcePolicy', {
  checks: async (context, { Tags }) => ({
    organization: await resourcePolicyCheck(context, 'PutResourcePolicy', Tags),
    tag: await creationTagCheck(context, Tags, (organization) => resourcePolicyArn(organization)),
  }),
  execute({ tx, entropy }, { Content, Tags }, { organization: { record } }) {
    const { resourcePolicy: before } = record;
    if (before && Tags?.length) {
      throw invalidInput('Tags can be given to a new resource policy only.', 'INVALID_LIST_MEMBER');
    }
    const resourcePolicy = {
      id: before?.id ?? `rp-${shortId(entropy, 8)}`,
      content: requireDelegationPolicy(Content),
      tags: before?.tags ?? mergeTags([], Tags ?? []),
    };
    tx.put(organizationTable, { ...record, resourcePolicy });
    return { ResourcePolicy: shownResourcePolicy(record, resourcePolicy) };
  },
});
