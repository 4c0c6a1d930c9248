// Made by "npm run operations" of what the folders hold.
import type { Operation } from '../../invoke/operation.ts';
import CreateAccessKey from './access-key/CreateAccessKey.ts';
import DeleteAccessKey from './access-key/DeleteAccessKey.ts';
import GetAccessKeyLastUsed from './access-key/GetAccessKeyLastUsed.ts';
import ListAccessKeys from './access-key/ListAccessKeys.ts';
import UpdateAccessKey from './access-key/UpdateAccessKey.ts';
import CreateAccountAlias from './account/CreateAccountAlias.ts';
import DeleteAccountAlias from './account/DeleteAccountAlias.ts';
import DeleteAccountPasswordPolicy from './account/DeleteAccountPasswordPolicy.ts';
import GetAccountAuthorizationDetails from './account/GetAccountAuthorizationDetails.ts';
import GetAccountPasswordPolicy from './account/GetAccountPasswordPolicy.ts';
import GetAccountSummary from './account/GetAccountSummary.ts';
import ListAccountAliases from './account/ListAccountAliases.ts';
import SetSecurityTokenServicePreferences from './account/SetSecurityTokenServicePreferences.ts';
import UpdateAccountPasswordPolicy from './account/UpdateAccountPasswordPolicy.ts';
import AttachGroupPolicy from './attachment/AttachGroupPolicy.ts';
import AttachRolePolicy from './attachment/AttachRolePolicy.ts';
import AttachUserPolicy from './attachment/AttachUserPolicy.ts';
import DetachGroupPolicy from './attachment/DetachGroupPolicy.ts';
import DetachRolePolicy from './attachment/DetachRolePolicy.ts';
import DetachUserPolicy from './attachment/DetachUserPolicy.ts';
import ListAttachedGroupPolicies from './attachment/ListAttachedGroupPolicies.ts';
import ListAttachedRolePolicies from './attachment/ListAttachedRolePolicies.ts';
import ListAttachedUserPolicies from './attachment/ListAttachedUserPolicies.ts';
import DeleteRolePermissionsBoundary from './boundary/DeleteRolePermissionsBoundary.ts';
import DeleteUserPermissionsBoundary from './boundary/DeleteUserPermissionsBoundary.ts';
import PutRolePermissionsBoundary from './boundary/PutRolePermissionsBoundary.ts';
import PutUserPermissionsBoundary from './boundary/PutUserPermissionsBoundary.ts';
import GenerateCredentialReport from './credential-report/GenerateCredentialReport.ts';
import GetCredentialReport from './credential-report/GetCredentialReport.ts';
import CreateServiceSpecificCredential from './credential/CreateServiceSpecificCredential.ts';
import DeleteServiceSpecificCredential from './credential/DeleteServiceSpecificCredential.ts';
import ListServiceSpecificCredentials from './credential/ListServiceSpecificCredentials.ts';
import ResetServiceSpecificCredential from './credential/ResetServiceSpecificCredential.ts';
import UpdateServiceSpecificCredential from './credential/UpdateServiceSpecificCredential.ts';
import AddUserToGroup from './group/AddUserToGroup.ts';
import CreateGroup from './group/CreateGroup.ts';
import DeleteGroup from './group/DeleteGroup.ts';
import GetGroup from './group/GetGroup.ts';
import ListGroups from './group/ListGroups.ts';
import ListGroupsForUser from './group/ListGroupsForUser.ts';
import RemoveUserFromGroup from './group/RemoveUserFromGroup.ts';
import UpdateGroup from './group/UpdateGroup.ts';
import DeleteGroupPolicy from './inline-policy/DeleteGroupPolicy.ts';
import DeleteRolePolicy from './inline-policy/DeleteRolePolicy.ts';
import DeleteUserPolicy from './inline-policy/DeleteUserPolicy.ts';
import GetGroupPolicy from './inline-policy/GetGroupPolicy.ts';
import GetRolePolicy from './inline-policy/GetRolePolicy.ts';
import GetUserPolicy from './inline-policy/GetUserPolicy.ts';
import ListGroupPolicies from './inline-policy/ListGroupPolicies.ts';
import ListRolePolicies from './inline-policy/ListRolePolicies.ts';
import ListUserPolicies from './inline-policy/ListUserPolicies.ts';
import PutGroupPolicy from './inline-policy/PutGroupPolicy.ts';
import PutRolePolicy from './inline-policy/PutRolePolicy.ts';
import PutUserPolicy from './inline-policy/PutUserPolicy.ts';
import AddRoleToInstanceProfile from './instance-profile/AddRoleToInstanceProfile.ts';
import CreateInstanceProfile from './instance-profile/CreateInstanceProfile.ts';
import DeleteInstanceProfile from './instance-profile/DeleteInstanceProfile.ts';
import GetInstanceProfile from './instance-profile/GetInstanceProfile.ts';
import ListInstanceProfiles from './instance-profile/ListInstanceProfiles.ts';
import ListInstanceProfilesForRole from './instance-profile/ListInstanceProfilesForRole.ts';
import RemoveRoleFromInstanceProfile from './instance-profile/RemoveRoleFromInstanceProfile.ts';
import ChangePassword from './login-profile/ChangePassword.ts';
import CreateLoginProfile from './login-profile/CreateLoginProfile.ts';
import DeleteLoginProfile from './login-profile/DeleteLoginProfile.ts';
import GetLoginProfile from './login-profile/GetLoginProfile.ts';
import UpdateLoginProfile from './login-profile/UpdateLoginProfile.ts';
import CreatePolicy from './managed-policy/CreatePolicy.ts';
import CreatePolicyVersion from './managed-policy/CreatePolicyVersion.ts';
import DeletePolicy from './managed-policy/DeletePolicy.ts';
import DeletePolicyVersion from './managed-policy/DeletePolicyVersion.ts';
import GetPolicy from './managed-policy/GetPolicy.ts';
import GetPolicyVersion from './managed-policy/GetPolicyVersion.ts';
import ListEntitiesForPolicy from './managed-policy/ListEntitiesForPolicy.ts';
import ListPolicies from './managed-policy/ListPolicies.ts';
import ListPolicyVersions from './managed-policy/ListPolicyVersions.ts';
import SetDefaultPolicyVersion from './managed-policy/SetDefaultPolicyVersion.ts';
import CreateVirtualMFADevice from './mfa-device/CreateVirtualMFADevice.ts';
import DeactivateMFADevice from './mfa-device/DeactivateMFADevice.ts';
import DeleteVirtualMFADevice from './mfa-device/DeleteVirtualMFADevice.ts';
import EnableMFADevice from './mfa-device/EnableMFADevice.ts';
import GetMFADevice from './mfa-device/GetMFADevice.ts';
import ListMFADevices from './mfa-device/ListMFADevices.ts';
import ListVirtualMFADevices from './mfa-device/ListVirtualMFADevices.ts';
import ResyncMFADevice from './mfa-device/ResyncMFADevice.ts';
import AddClientIDToOpenIDConnectProvider from './oidc-provider/AddClientIDToOpenIDConnectProvider.ts';
import CreateOpenIDConnectProvider from './oidc-provider/CreateOpenIDConnectProvider.ts';
import DeleteOpenIDConnectProvider from './oidc-provider/DeleteOpenIDConnectProvider.ts';
import GetOpenIDConnectProvider from './oidc-provider/GetOpenIDConnectProvider.ts';
import ListOpenIDConnectProviders from './oidc-provider/ListOpenIDConnectProviders.ts';
import RemoveClientIDFromOpenIDConnectProvider from './oidc-provider/RemoveClientIDFromOpenIDConnectProvider.ts';
import UpdateOpenIDConnectProviderThumbprint from './oidc-provider/UpdateOpenIDConnectProviderThumbprint.ts';
import CreateRole from './role/CreateRole.ts';
import DeleteRole from './role/DeleteRole.ts';
import GetRole from './role/GetRole.ts';
import ListRoles from './role/ListRoles.ts';
import UpdateAssumeRolePolicy from './role/UpdateAssumeRolePolicy.ts';
import UpdateRole from './role/UpdateRole.ts';
import UpdateRoleDescription from './role/UpdateRoleDescription.ts';
import CreateSAMLProvider from './saml-provider/CreateSAMLProvider.ts';
import DeleteSAMLProvider from './saml-provider/DeleteSAMLProvider.ts';
import GetSAMLProvider from './saml-provider/GetSAMLProvider.ts';
import ListSAMLProviders from './saml-provider/ListSAMLProviders.ts';
import UpdateSAMLProvider from './saml-provider/UpdateSAMLProvider.ts';
import DeleteServerCertificate from './server-certificate/DeleteServerCertificate.ts';
import GetServerCertificate from './server-certificate/GetServerCertificate.ts';
import ListServerCertificates from './server-certificate/ListServerCertificates.ts';
import UpdateServerCertificate from './server-certificate/UpdateServerCertificate.ts';
import UploadServerCertificate from './server-certificate/UploadServerCertificate.ts';
import CreateServiceLinkedRole from './service-linked-role/CreateServiceLinkedRole.ts';
import DeleteServiceLinkedRole from './service-linked-role/DeleteServiceLinkedRole.ts';
import GetServiceLinkedRoleDeletionStatus from './service-linked-role/GetServiceLinkedRoleDeletionStatus.ts';
import DeleteSigningCertificate from './signing-certificate/DeleteSigningCertificate.ts';
import ListSigningCertificates from './signing-certificate/ListSigningCertificates.ts';
import UpdateSigningCertificate from './signing-certificate/UpdateSigningCertificate.ts';
import UploadSigningCertificate from './signing-certificate/UploadSigningCertificate.ts';
import GetContextKeysForCustomPolicy from './simulation/GetContextKeysForCustomPolicy.ts';
import GetContextKeysForPrincipalPolicy from './simulation/GetContextKeysForPrincipalPolicy.ts';
import SimulateCustomPolicy from './simulation/SimulateCustomPolicy.ts';
import SimulatePrincipalPolicy from './simulation/SimulatePrincipalPolicy.ts';
import DeleteSSHPublicKey from './ssh-public-key/DeleteSSHPublicKey.ts';
import GetSSHPublicKey from './ssh-public-key/GetSSHPublicKey.ts';
import ListSSHPublicKeys from './ssh-public-key/ListSSHPublicKeys.ts';
import UpdateSSHPublicKey from './ssh-public-key/UpdateSSHPublicKey.ts';
import UploadSSHPublicKey from './ssh-public-key/UploadSSHPublicKey.ts';
import ListInstanceProfileTags from './tag/ListInstanceProfileTags.ts';
import ListMFADeviceTags from './tag/ListMFADeviceTags.ts';
import ListOpenIDConnectProviderTags from './tag/ListOpenIDConnectProviderTags.ts';
import ListPolicyTags from './tag/ListPolicyTags.ts';
import ListRoleTags from './tag/ListRoleTags.ts';
import ListSAMLProviderTags from './tag/ListSAMLProviderTags.ts';
import ListServerCertificateTags from './tag/ListServerCertificateTags.ts';
import ListUserTags from './tag/ListUserTags.ts';
import TagInstanceProfile from './tag/TagInstanceProfile.ts';
import TagMFADevice from './tag/TagMFADevice.ts';
import TagOpenIDConnectProvider from './tag/TagOpenIDConnectProvider.ts';
import TagPolicy from './tag/TagPolicy.ts';
import TagRole from './tag/TagRole.ts';
import TagSAMLProvider from './tag/TagSAMLProvider.ts';
import TagServerCertificate from './tag/TagServerCertificate.ts';
import TagUser from './tag/TagUser.ts';
import UntagInstanceProfile from './tag/UntagInstanceProfile.ts';
import UntagMFADevice from './tag/UntagMFADevice.ts';
import UntagOpenIDConnectProvider from './tag/UntagOpenIDConnectProvider.ts';
import UntagPolicy from './tag/UntagPolicy.ts';
import UntagRole from './tag/UntagRole.ts';
import UntagSAMLProvider from './tag/UntagSAMLProvider.ts';
import UntagServerCertificate from './tag/UntagServerCertificate.ts';
import UntagUser from './tag/UntagUser.ts';
import CreateUser from './user/CreateUser.ts';
import DeleteUser from './user/DeleteUser.ts';
import GetUser from './user/GetUser.ts';
import ListUsers from './user/ListUsers.ts';
import UpdateUser from './user/UpdateUser.ts';

export const operations: readonly Operation[] = [
  AddClientIDToOpenIDConnectProvider,
  AddRoleToInstanceProfile,
  AddUserToGroup,
  AttachGroupPolicy,
  AttachRolePolicy,
  AttachUserPolicy,
  ChangePassword,
  CreateAccessKey,
  CreateAccountAlias,
  CreateGroup,
  CreateInstanceProfile,
  CreateLoginProfile,
  CreateOpenIDConnectProvider,
  CreatePolicy,
  CreatePolicyVersion,
  CreateRole,
  CreateSAMLProvider,
  CreateServiceLinkedRole,
  CreateServiceSpecificCredential,
  CreateUser,
  CreateVirtualMFADevice,
  DeactivateMFADevice,
  DeleteAccessKey,
  DeleteAccountAlias,
  DeleteAccountPasswordPolicy,
  DeleteGroup,
  DeleteGroupPolicy,
  DeleteInstanceProfile,
  DeleteLoginProfile,
  DeleteOpenIDConnectProvider,
  DeletePolicy,
  DeletePolicyVersion,
  DeleteRole,
  DeleteRolePermissionsBoundary,
  DeleteRolePolicy,
  DeleteSAMLProvider,
  DeleteSSHPublicKey,
  DeleteServerCertificate,
  DeleteServiceLinkedRole,
  DeleteServiceSpecificCredential,
  DeleteSigningCertificate,
  DeleteUser,
  DeleteUserPermissionsBoundary,
  DeleteUserPolicy,
  DeleteVirtualMFADevice,
  DetachGroupPolicy,
  DetachRolePolicy,
  DetachUserPolicy,
  EnableMFADevice,
  GenerateCredentialReport,
  GetAccessKeyLastUsed,
  GetAccountAuthorizationDetails,
  GetAccountPasswordPolicy,
  GetAccountSummary,
  GetContextKeysForCustomPolicy,
  GetContextKeysForPrincipalPolicy,
  GetCredentialReport,
  GetGroup,
  GetGroupPolicy,
  GetInstanceProfile,
  GetLoginProfile,
  GetMFADevice,
  GetOpenIDConnectProvider,
  GetPolicy,
  GetPolicyVersion,
  GetRole,
  GetRolePolicy,
  GetSAMLProvider,
  GetSSHPublicKey,
  GetServerCertificate,
  GetServiceLinkedRoleDeletionStatus,
  GetUser,
  GetUserPolicy,
  ListAccessKeys,
  ListAccountAliases,
  ListAttachedGroupPolicies,
  ListAttachedRolePolicies,
  ListAttachedUserPolicies,
  ListEntitiesForPolicy,
  ListGroupPolicies,
  ListGroups,
  ListGroupsForUser,
  ListInstanceProfileTags,
  ListInstanceProfiles,
  ListInstanceProfilesForRole,
  ListMFADeviceTags,
  ListMFADevices,
  ListOpenIDConnectProviderTags,
  ListOpenIDConnectProviders,
  ListPolicies,
  ListPolicyTags,
  ListPolicyVersions,
  ListRolePolicies,
  ListRoleTags,
  ListRoles,
  ListSAMLProviderTags,
  ListSAMLProviders,
  ListSSHPublicKeys,
  ListServerCertificateTags,
  ListServerCertificates,
  ListServiceSpecificCredentials,
  ListSigningCertificates,
  ListUserPolicies,
  ListUserTags,
  ListUsers,
  ListVirtualMFADevices,
  PutGroupPolicy,
  PutRolePermissionsBoundary,
  PutRolePolicy,
  PutUserPermissionsBoundary,
  PutUserPolicy,
  RemoveClientIDFromOpenIDConnectProvider,
  RemoveRoleFromInstanceProfile,
  RemoveUserFromGroup,
  ResetServiceSpecificCredential,
  ResyncMFADevice,
  SetDefaultPolicyVersion,
  SetSecurityTokenServicePreferences,
  SimulateCustomPolicy,
  SimulatePrincipalPolicy,
  TagInstanceProfile,
  TagMFADevice,
  TagOpenIDConnectProvider,
  TagPolicy,
  TagRole,
  TagSAMLProvider,
  TagServerCertificate,
  TagUser,
  UntagInstanceProfile,
  UntagMFADevice,
  UntagOpenIDConnectProvider,
  UntagPolicy,
  UntagRole,
  UntagSAMLProvider,
  UntagServerCertificate,
  UntagUser,
  UpdateAccessKey,
  UpdateAccountPasswordPolicy,
  UpdateAssumeRolePolicy,
  UpdateGroup,
  UpdateLoginProfile,
  UpdateOpenIDConnectProviderThumbprint,
  UpdateRole,
  UpdateRoleDescription,
  UpdateSAMLProvider,
  UpdateSSHPublicKey,
  UpdateServerCertificate,
  UpdateServiceSpecificCredential,
  UpdateSigningCertificate,
  UpdateUser,
  UploadSSHPublicKey,
  UploadServerCertificate,
  UploadSigningCertificate,
];
