/** The kinds of IAM resources that carry tags. */
import { identityCheck } from '../identity/identity.ts';
import {
  type InstanceProfileRecord,
  instanceProfileCheck,
  instanceProfiles,
} from '../instance-profile/instance-profile.ts';
import { managedPolicies, policyCheck, requireCustomerManaged } from '../managed-policy/managed-policy.ts';
import type { ManagedPolicyRecord } from '../managed-policy/managed-policy-record.ts';
import { deviceCheck, type MfaDeviceRecord, mfaDevices } from '../mfa-device/mfa-device.ts';
import { type OidcProviderRecord, oidcProviderCheck, oidcProviders } from '../oidc-provider/oidc-provider.ts';
import { type RoleRecord, roles } from '../role/role.ts';
import { type SamlProviderRecord, samlProviderCheck, samlProviders } from '../saml-provider/saml-provider.ts';
import {
  type ServerCertificateRecord,
  serverCertificateCheck,
  serverCertificates,
} from '../server-certificate/server-certificate.ts';
import { type UserRecord, users } from '../user/user.ts';
import type { Taggable } from './tagging.ts';

export const taggableUser: Taggable<{ UserName: string }, UserRecord> = {
  title: 'User',
  table: users.table,
  keyCase: 'ignored',
  check: (context, { UserName }, action, conditions) =>
    identityCheck(context, users, UserName, action, () => conditions),
};

export const taggableRole: Taggable<{ RoleName: string }, RoleRecord> = {
  title: 'Role',
  table: roles.table,
  keyCase: 'ignored',
  check: (context, { RoleName }, action, conditions) =>
    identityCheck(context, roles, RoleName, action, () => conditions),
};

export const taggablePolicy: Taggable<{ PolicyArn: string }, ManagedPolicyRecord> = {
  title: 'Policy',
  table: managedPolicies,
  keyCase: 'kept',
  check: (context, { PolicyArn }, action, conditions) => policyCheck(context, PolicyArn, action, conditions),
  requireChangeable: requireCustomerManaged,
};

export const taggableInstanceProfile: Taggable<{ InstanceProfileName: string }, InstanceProfileRecord> = {
  title: 'InstanceProfile',
  table: instanceProfiles,
  keyCase: 'kept',
  check: (context, { InstanceProfileName }, action, conditions) =>
    instanceProfileCheck(context, InstanceProfileName, action, conditions),
};

export const taggableMfaDevice: Taggable<{ SerialNumber: string }, MfaDeviceRecord> = {
  title: 'MFADevice',
  table: mfaDevices,
  keyCase: 'kept',
  check: (context, { SerialNumber }, action, conditions) =>
    deviceCheck(context, SerialNumber, action, conditions),
};

export const taggableOidcProvider: Taggable<{ OpenIDConnectProviderArn: string }, OidcProviderRecord> = {
  title: 'OpenIDConnectProvider',
  table: oidcProviders,
  keyCase: 'kept',
  check: (context, { OpenIDConnectProviderArn }, action, conditions) =>
    oidcProviderCheck(context, OpenIDConnectProviderArn, action, conditions),
};

export const taggableSamlProvider: Taggable<{ SAMLProviderArn: string }, SamlProviderRecord> = {
  title: 'SAMLProvider',
  table: samlProviders,
  keyCase: 'kept',
  check: (context, { SAMLProviderArn }, action, conditions) =>
    samlProviderCheck(context, SAMLProviderArn, action, conditions),
};

export const taggableServerCertificate: Taggable<{ ServerCertificateName: string }, ServerCertificateRecord> =
  {
    title: 'ServerCertificate',
    table: serverCertificates,
    keyCase: 'kept',
    check: (context, { ServerCertificateName }, action, conditions) =>
      serverCertificateCheck(context, ServerCertificateName, action, conditions),
  };
