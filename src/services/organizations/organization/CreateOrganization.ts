/**
 * Makes the calling account the management account of a new organization, with one root. The service-linked role that
 * Organizations works with is created on the way, with the caller's own rights.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganization.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { constraintViolation, refusal } from '../errors.ts';
import { organizations } from '../organizations.ts';
import { type OrganizationRecord, organizationOf, organizationTable, shortId } from './organization.ts';
import { createServiceRole } from './service-role.ts';
import { shownOrganization } from './shown-organization.ts';

export default organizations.operation('CreateOrganization', {
  checks: (context) => ({ organization: accountCheck(context, 'organizations:CreateOrganization') }),
  async preconditions({ tx, account }, { FeatureSet = 'ALL' }) {
    if (await organizationOf(tx, account)) throw refusal('AlreadyInOrganizationException');
    if (FeatureSet !== 'ALL') {
      throw constraintViolation(
        'Latchkey knows organizations with all features only.',
        'ORGANIZATION_NOT_IN_ALL_FEATURES_MODE',
      );
    }
  },
  calls: (ctx) => createServiceRole(ctx),
  execute({ tx, account, nowMs, entropy }) {
    const rootId = `r-${shortId(entropy, 4)}`;
    const organization: OrganizationRecord = {
      organizationId: `o-${shortId(entropy, 10)}`,
      managementAccount: account,
      rootId,
      rootTags: [],
      enabledPolicyTypes: [],
      units: {},
      members: {
        [account]: {
          name: 'Management account',
          email: `${account}@management.example.com`,
          parentId: rootId,
          status: 'ACTIVE',
          joinedMethod: 'INVITED',
          joinedAtMs: nowMs,
          tags: [],
        },
      },
      policies: {},
      attachments: {},
      trustedServices: {},
    };
    tx.put(organizationTable, organization);
    return { Organization: shownOrganization(organization) };
  },
});
