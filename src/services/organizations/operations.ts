// Made by "npm run operations" of what the folders hold.
import type { Operation } from '../../invoke/operation.ts';
import CreateAccount from './account/CreateAccount.ts';
import DescribeAccount from './account/DescribeAccount.ts';
import DescribeCreateAccountStatus from './account/DescribeCreateAccountStatus.ts';
import ListAccounts from './account/ListAccounts.ts';
import ListAccountsForParent from './account/ListAccountsForParent.ts';
import ListCreateAccountStatus from './account/ListCreateAccountStatus.ts';
import MoveAccount from './account/MoveAccount.ts';
import RemoveAccountFromOrganization from './account/RemoveAccountFromOrganization.ts';
import DeregisterDelegatedAdministrator from './delegation/DeregisterDelegatedAdministrator.ts';
import ListDelegatedAdministrators from './delegation/ListDelegatedAdministrators.ts';
import ListDelegatedServicesForAccount from './delegation/ListDelegatedServicesForAccount.ts';
import RegisterDelegatedAdministrator from './delegation/RegisterDelegatedAdministrator.ts';
import AcceptHandshake from './handshake/AcceptHandshake.ts';
import CancelHandshake from './handshake/CancelHandshake.ts';
import DeclineHandshake from './handshake/DeclineHandshake.ts';
import DescribeHandshake from './handshake/DescribeHandshake.ts';
import InviteAccountToOrganization from './handshake/InviteAccountToOrganization.ts';
import ListHandshakesForAccount from './handshake/ListHandshakesForAccount.ts';
import ListHandshakesForOrganization from './handshake/ListHandshakesForOrganization.ts';
import CreateOrganization from './organization/CreateOrganization.ts';
import DeleteOrganization from './organization/DeleteOrganization.ts';
import DescribeOrganization from './organization/DescribeOrganization.ts';
import DisableAWSServiceAccess from './organization/DisableAWSServiceAccess.ts';
import EnableAWSServiceAccess from './organization/EnableAWSServiceAccess.ts';
import LeaveOrganization from './organization/LeaveOrganization.ts';
import ListAWSServiceAccessForOrganization from './organization/ListAWSServiceAccessForOrganization.ts';
import ListRoots from './organization/ListRoots.ts';
import AttachPolicy from './policy/AttachPolicy.ts';
import CreatePolicy from './policy/CreatePolicy.ts';
import DeletePolicy from './policy/DeletePolicy.ts';
import DescribePolicy from './policy/DescribePolicy.ts';
import DetachPolicy from './policy/DetachPolicy.ts';
import DisablePolicyType from './policy/DisablePolicyType.ts';
import EnablePolicyType from './policy/EnablePolicyType.ts';
import ListPolicies from './policy/ListPolicies.ts';
import ListPoliciesForTarget from './policy/ListPoliciesForTarget.ts';
import ListTargetsForPolicy from './policy/ListTargetsForPolicy.ts';
import UpdatePolicy from './policy/UpdatePolicy.ts';
import DeleteResourcePolicy from './resource-policy/DeleteResourcePolicy.ts';
import DescribeResourcePolicy from './resource-policy/DescribeResourcePolicy.ts';
import PutResourcePolicy from './resource-policy/PutResourcePolicy.ts';
import ListTagsForResource from './tag/ListTagsForResource.ts';
import TagResource from './tag/TagResource.ts';
import UntagResource from './tag/UntagResource.ts';
import CreateOrganizationalUnit from './unit/CreateOrganizationalUnit.ts';
import DeleteOrganizationalUnit from './unit/DeleteOrganizationalUnit.ts';
import DescribeOrganizationalUnit from './unit/DescribeOrganizationalUnit.ts';
import ListChildren from './unit/ListChildren.ts';
import ListOrganizationalUnitsForParent from './unit/ListOrganizationalUnitsForParent.ts';
import ListParents from './unit/ListParents.ts';
import UpdateOrganizationalUnit from './unit/UpdateOrganizationalUnit.ts';

export const operations: readonly Operation[] = [
  AcceptHandshake,
  AttachPolicy,
  CancelHandshake,
  CreateAccount,
  CreateOrganization,
  CreateOrganizationalUnit,
  CreatePolicy,
  DeclineHandshake,
  DeleteOrganization,
  DeleteOrganizationalUnit,
  DeletePolicy,
  DeleteResourcePolicy,
  DeregisterDelegatedAdministrator,
  DescribeAccount,
  DescribeCreateAccountStatus,
  DescribeHandshake,
  DescribeOrganization,
  DescribeOrganizationalUnit,
  DescribePolicy,
  DescribeResourcePolicy,
  DetachPolicy,
  DisableAWSServiceAccess,
  DisablePolicyType,
  EnableAWSServiceAccess,
  EnablePolicyType,
  InviteAccountToOrganization,
  LeaveOrganization,
  ListAWSServiceAccessForOrganization,
  ListAccounts,
  ListAccountsForParent,
  ListChildren,
  ListCreateAccountStatus,
  ListDelegatedAdministrators,
  ListDelegatedServicesForAccount,
  ListHandshakesForAccount,
  ListHandshakesForOrganization,
  ListOrganizationalUnitsForParent,
  ListParents,
  ListPolicies,
  ListPoliciesForTarget,
  ListRoots,
  ListTagsForResource,
  ListTargetsForPolicy,
  MoveAccount,
  PutResourcePolicy,
  RegisterDelegatedAdministrator,
  RemoveAccountFromOrganization,
  TagResource,
  UntagResource,
  UpdateOrganizationalUnit,
  UpdatePolicy,
];
