/**
 * Enables a policy type in the root. Until it is, policies of the type hold nobody; then AWS's full policy of it is attached everywhere.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnablePolicyType.html
 */
import { refusal } from '../errors.ts';
import { MANAGED_POLICY_IDS, organizationTable } from '../organization/organization.ts';
import { organizationCheck } from '../organization/organization-check.ts';
import { shownRoot } from '../organization/shown-organization.ts';
import { organizations } from '../organizations.ts';
import { isPolicyType } from './policy.ts';

export default organizations.operation('EnablePolicyType', {
  checks: async (context, { RootId, PolicyType }) => ({
    root: await organizationCheck(context, {
      action: 'EnablePolicyType',
      id: RootId,
      absent: refusal('RootNotFoundException'),
      conditions: () => ({ 'organizations:PolicyType': PolicyType }),
    }),
  }),
  execute({ tx }, { PolicyType: type }, { root: { record } }) {
    if (!isPolicyType(type)) throw refusal('PolicyTypeNotAvailableForOrganizationException');
    if (record.enabledPolicyTypes.includes(type)) throw refusal('PolicyTypeAlreadyEnabledException');
    const targets = [record.rootId, ...Object.keys(record.units), ...Object.keys(record.members)];
    const organization = {
      ...record,
      enabledPolicyTypes: [...record.enabledPolicyTypes, type].sort(),
      attachments: Object.fromEntries(
        targets.map((id) => [id, [...(record.attachments[id] ?? []), MANAGED_POLICY_IDS[type]]]),
      ),
    };
    tx.put(organizationTable, organization);
    return { Root: shownRoot(organization) };
  },
});
