/**
 * Counts what the account has in IAM, beside the quotas.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { MAX_KEYS_PER_USER } from '../access-key/access-key.ts';
import { groups, MAX_GROUPS_PER_USER } from '../group/group.ts';
import { iam } from '../iam.ts';
import { listAll, usedPolicyArns } from '../identity/identity.ts';
import { instanceProfiles, MAX_INSTANCE_PROFILES } from '../instance-profile/instance-profile.ts';
import {
  MAX_CHARACTERS,
  MAX_POLICIES,
  MAX_VERSIONS,
  managedPolicies,
} from '../managed-policy/managed-policy.ts';
import { mfaDevices } from '../mfa-device/mfa-device.ts';
import { oidcProviders } from '../oidc-provider/oidc-provider.ts';
import { roles } from '../role/role.ts';
import { MAX_TRUST_CHARACTERS } from '../role/trust-policy.ts';
import { samlProviders } from '../saml-provider/saml-provider.ts';
import { MAX_SERVER_CERTIFICATES, serverCertificates } from '../server-certificate/server-certificate.ts';
import { MAX_CERTIFICATES_PER_USER } from '../signing-certificate/signing-certificate.ts';
import { users } from '../user/user.ts';
import { settingsOf } from './account.ts';

export default iam.operation('GetAccountSummary', {
  readOnly: true,
  checks: (context) => ({ account: accountCheck(context, 'iam:GetAccountSummary') }),
  async execute({ tx, account }) {
    const { globalTokenVersion = 1 } = await settingsOf(tx, account);
    const allUsers = await listAll(tx, users, account);
    const allGroups = await listAll(tx, groups, account);
    const allRoles = await listAll(tx, roles, account);
    const policies = await tx.list(managedPolicies, { prefix: [account] });
    const profiles = await tx.list(instanceProfiles, { prefix: [account] });
    const devices = await tx.list(mfaDevices, { prefix: [account] });
    const samlProvidersHere = await tx.list(samlProviders, { prefix: [account] });
    const issuers = await tx.list(oidcProviders, { prefix: [account] });
    const certificates = await tx.list(serverCertificates, { prefix: [account] });
    // Each policy counts once, however many have it attached or as their boundary.
    const inUse = new Set([...allUsers, ...allGroups, ...allRoles].flatMap(usedPolicyArns));
    return {
      SummaryMap: {
        AccessKeysPerUserQuota: MAX_KEYS_PER_USER,
        AccountAccessKeysPresent: 1,
        AccountMFAEnabled: 0,
        AccountPasswordPresent: 0,
        AccountSigningCertificatesPresent: 0,
        AssumeRolePolicySizeQuota: MAX_TRUST_CHARACTERS,
        AttachedPoliciesPerGroupQuota: groups.mostAttachedPolicies,
        AttachedPoliciesPerRoleQuota: roles.mostAttachedPolicies,
        AttachedPoliciesPerUserQuota: users.mostAttachedPolicies,
        GlobalEndpointTokenVersion: globalTokenVersion,
        GroupPolicySizeQuota: groups.mostInlineCharacters,
        Groups: allGroups.length,
        GroupsPerUserQuota: MAX_GROUPS_PER_USER,
        GroupsQuota: groups.mostPerAccount,
        InstanceProfiles: profiles.length,
        InstanceProfilesQuota: MAX_INSTANCE_PROFILES,
        MFADevices: devices.length,
        MFADevicesInUse: devices.filter(({ userId }) => userId !== undefined).length,
        Policies: policies.length,
        PoliciesQuota: MAX_POLICIES,
        PolicySizeQuota: MAX_CHARACTERS,
        PolicyVersionsInUse: inUse.size,
        PolicyVersionsInUseQuota: 10_000,
        Providers: samlProvidersHere.length + issuers.length,
        RolePolicySizeQuota: roles.mostInlineCharacters,
        Roles: allRoles.length,
        RolesQuota: roles.mostPerAccount,
        ServerCertificates: certificates.length,
        ServerCertificatesQuota: MAX_SERVER_CERTIFICATES,
        SigningCertificatesPerUserQuota: MAX_CERTIFICATES_PER_USER,
        UserPolicySizeQuota: users.mostInlineCharacters,
        Users: allUsers.length,
        UsersQuota: users.mostPerAccount,
        VersionsPerPolicyQuota: MAX_VERSIONS,
      },
    };
  },
});
