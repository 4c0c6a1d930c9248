/** Organizations, roots, units, accounts and policies as answers show them. */
import type { Organization, PolicyTypeSummary, Root } from '../../../shapes/generated/organizations.ts';
import { arnOf, type OrganizationRecord, organizationArn } from './organization.ts';

const shownPolicyTypes = ({ enabledPolicyTypes }: OrganizationRecord): PolicyTypeSummary[] =>
  enabledPolicyTypes.map((Type) => ({ Type, Status: 'ENABLED' }));

export function shownOrganization(organization: OrganizationRecord): Organization {
  const { managementAccount, members } = organization;
  return {
    Id: organization.organizationId,
    Arn: organizationArn(organization),
    FeatureSet: 'ALL',
    MasterAccountArn: arnOf(organization, managementAccount),
    MasterAccountId: managementAccount,
    MasterAccountEmail: members[managementAccount]?.email,
    // AWS still shows this one type here, whatever is enabled: ListRoots shows what is.
    AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
  };
}

export function shownRoot(organization: OrganizationRecord): Root {
  return {
    Id: organization.rootId,
    Arn: arnOf(organization, organization.rootId),
    Name: 'Root',
    PolicyTypes: shownPolicyTypes(organization),
  };
}
