import type { Operation } from '../../invoke/operation.ts';
import CreateAccessKey from './access-key/CreateAccessKey.ts';
import DeleteAccessKey from './access-key/DeleteAccessKey.ts';
import ListAccessKeys from './access-key/ListAccessKeys.ts';
import UpdateAccessKey from './access-key/UpdateAccessKey.ts';
import AttachGroupPolicy from './attachment/AttachGroupPolicy.ts';
import AttachRolePolicy from './attachment/AttachRolePolicy.ts';
import AttachUserPolicy from './attachment/AttachUserPolicy.ts';
import DetachGroupPolicy from './attachment/DetachGroupPolicy.ts';
import DetachRolePolicy from './attachment/DetachRolePolicy.ts';
import DetachUserPolicy from './attachment/DetachUserPolicy.ts';
import ListAttachedGroupPolicies from './attachment/ListAttachedGroupPolicies.ts';
import ListAttachedRolePolicies from './attachment/ListAttachedRolePolicies.ts';
import ListAttachedUserPolicies from './attachment/ListAttachedUserPolicies.ts';
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
import CreateRole from './role/CreateRole.ts';
import DeleteRole from './role/DeleteRole.ts';
import GetRole from './role/GetRole.ts';
import ListRoles from './role/ListRoles.ts';
import UpdateAssumeRolePolicy from './role/UpdateAssumeRolePolicy.ts';
import UpdateRole from './role/UpdateRole.ts';
import UpdateRoleDescription from './role/UpdateRoleDescription.ts';
import CreateUser from './user/CreateUser.ts';
import DeleteUser from './user/DeleteUser.ts';
import GetUser from './user/GetUser.ts';
import ListUsers from './user/ListUsers.ts';
import UpdateUser from './user/UpdateUser.ts';

export { type Credential, findCredential, resealAccessKeys } from './access-key/access-key.ts';
export { identityPolicySource } from './identity-policies.ts';
export { principalDirectory } from './principal-directory.ts';

export const operations: readonly Operation[] = [
  AddRoleToInstanceProfile,
  AddUserToGroup,
  AttachGroupPolicy,
  AttachRolePolicy,
  AttachUserPolicy,
  CreateAccessKey,
  CreateGroup,
  CreateInstanceProfile,
  CreatePolicy,
  CreatePolicyVersion,
  CreateRole,
  CreateUser,
  DeleteAccessKey,
  DeleteGroup,
  DeleteGroupPolicy,
  DeleteInstanceProfile,
  DeletePolicy,
  DeletePolicyVersion,
  DeleteRole,
  DeleteRolePolicy,
  DeleteUser,
  DeleteUserPolicy,
  DetachGroupPolicy,
  DetachRolePolicy,
  DetachUserPolicy,
  GetGroup,
  GetGroupPolicy,
  GetInstanceProfile,
  GetPolicy,
  GetPolicyVersion,
  GetRole,
  GetRolePolicy,
  GetUser,
  GetUserPolicy,
  ListAccessKeys,
  ListAttachedGroupPolicies,
  ListAttachedRolePolicies,
  ListAttachedUserPolicies,
  ListEntitiesForPolicy,
  ListGroupPolicies,
  ListGroups,
  ListGroupsForUser,
  ListInstanceProfiles,
  ListInstanceProfilesForRole,
  ListPolicies,
  ListPolicyVersions,
  ListRolePolicies,
  ListRoles,
  ListUserPolicies,
  ListUsers,
  PutGroupPolicy,
  PutRolePolicy,
  PutUserPolicy,
  RemoveRoleFromInstanceProfile,
  RemoveUserFromGroup,
  SetDefaultPolicyVersion,
  UpdateAccessKey,
  UpdateAssumeRolePolicy,
  UpdateGroup,
  UpdateRole,
  UpdateRoleDescription,
  UpdateUser,
];
