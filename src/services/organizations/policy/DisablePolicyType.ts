/**
 * Disables a policy type in the root, and detaches all policies of it.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisablePolicyType.html
 */
import { refusal } from '../errors.ts';
import { organizationTable } from '../organization/organization.ts';
import { organizationCheck } from '../organization/organization-check.ts';
import { shownRoot } from '../organization/shown-organization.ts';
import { organizations } from '../organizations.ts';
import { findPolicy } from './policy.ts';

export default organizations.operation('DisablePolicyType', {
  checks: async (context, { RootId, PolicyType }) => ({
    root: await organizationCheck(context, {
      action: 'DisablePolicyType',
      id: RootId,
      absent: refusal('RootNotFoundException'),
      conditions: () => ({ 'organizations:PolicyType': PolicyType }),
    }),
  }),
  execute({ tx }, { PolicyType: type }, { root: { record } }) {
    const enabledPolicyTypes = record.enabledPolicyTypes.filter((enabled) => enabled !== type);
    if (enabledPolicyTypes.length === record.enabledPolicyTypes.length) {
      throw refusal('PolicyTypeNotEnabledException');
    }
    const attachments = Object.fromEntries(
      Object.entries(record.attachments).map(([id, attached]) => [
        id,
        attached.filter((policyId) => findPolicy(record, policyId)?.type !== type),
      ]),
    );
    const organization = { ...record, enabledPolicyTypes, attachments };
    tx.put(organizationTable, organization);
    return { Root: shownRoot(organization) };
  },
});
