/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteResourcePolicy.html */
import { organizationTable } from '../organization/organization.ts';
import { organizations } from '../organizations.ts';
import { presentPolicyCheck } from './resource-policy-check.ts';

export default organizations.operation('DeleteResourcePolicy', {
  checks: async (context) => ({ policy: await presentPolicyCheck(context, 'DeleteResourcePolicy') }),
  execute({ tx }, _input, { policy: { record } }) {
    tx.put(organizationTable, { ...record, resourcePolicy: undefined });
    return {};
  },
});
