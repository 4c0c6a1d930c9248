/**
 * Deletes a policy that is attached to nothing.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeletePolicy.html
 */
import { noAccess, refusal } from '../errors.ts';
import { organizationTable } from '../organization/organization.ts';
import { organizations } from '../organizations.ts';
import { isManaged } from './policy.ts';
import { policyCheck } from './policy-check.ts';

export default organizations.operation('DeletePolicy', {
  checks: async (context, { PolicyId }) => ({ policy: await policyCheck(context, PolicyId, 'DeletePolicy') }),
  execute({ tx }, { PolicyId }, { policy: { record } }) {
    if (isManaged(PolicyId)) throw noAccess();
    if (Object.values(record.attachments).some((attached) => attached.includes(PolicyId))) {
      throw refusal('PolicyInUseException');
    }
    const { [PolicyId]: _, ...policies } = record.policies;
    tx.put(organizationTable, { ...record, policies });
    return {};
  },
});
