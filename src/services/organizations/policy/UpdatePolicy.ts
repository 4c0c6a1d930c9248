/**
 * Changes a policy's name, description or content. What it is attached to is held by the new content at once.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdatePolicy.html
 */
import { noAccess, refusal } from '../errors.ts';
import { organizationTable } from '../organization/organization.ts';
import { organizations } from '../organizations.ts';
import { foundPolicy, isManaged, policiesOfType, requireContent, shownSummary } from './policy.ts';
import { policyCheck } from './policy-check.ts';

export default organizations.operation('UpdatePolicy', {
  checks: async (context, { PolicyId }) => ({ policy: await policyCheck(context, PolicyId, 'UpdatePolicy') }),
  execute({ tx }, { PolicyId, Name, Description, Content }, { policy: { record } }) {
    if (isManaged(PolicyId)) throw noAccess();
    const former = foundPolicy(record, PolicyId);
    const isTaken = policiesOfType(record, former.type).some(
      ([id, { name }]) => name === Name && id !== PolicyId,
    );
    if (Name !== undefined && isTaken) throw refusal('DuplicatePolicyException');
    const policy = {
      ...former,
      name: Name ?? former.name,
      // An empty description changes nothing.
      description: Description || former.description,
      content: Content === undefined ? former.content : requireContent(Content, former.type),
    };
    const organization = { ...record, policies: { ...record.policies, [PolicyId]: policy } };
    tx.put(organizationTable, organization);
    return {
      Policy: { PolicySummary: shownSummary(organization, PolicyId, policy), Content: policy.content },
    };
  },
});
