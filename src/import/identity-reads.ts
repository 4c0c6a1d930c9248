/** What is read of IAM and of Organizations: who there is, and what holds him. */
import { NEXT_TOKEN, type ReadRow } from './read-row.ts';

const MARKER = ['Marker', 'Marker'] as const;
const EACH_PARENT = [
  { operation: 'organizations:ListRoots', path: 'Roots[].Id', as: 'ParentId' },
  {
    operation: 'organizations:ListOrganizationalUnitsForParent',
    path: 'OrganizationalUnits[].Id',
    as: 'ParentId',
  },
];
const EACH_POLICY = [{ operation: 'organizations:ListPolicies', path: 'Policies[].Id', as: 'PolicyId' }];

export const IDENTITY_READS: readonly ReadRow[] = [
  {
    operation: 'iam:GetAccountAuthorizationDetails',
    scope: 'account',
    lists: ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'],
    token: MARKER,
    gives: 'users, groups, roles and their policies',
  },
  {
    operation: 'iam:ListRoles',
    scope: 'account',
    lists: ['Roles'],
    token: MARKER,
    gives: 'how long sessions of roles may last',
  },
  {
    operation: 'iam:ListPolicies',
    scope: 'account',
    input: { Scope: 'Local' },
    lists: ['Policies'],
    token: MARKER,
    gives: 'tags of policies',
  },
  {
    operation: 'iam:GetPolicy',
    scope: 'account',
    each: [{ operation: 'iam:ListPolicies', path: 'Policies[].Arn', as: 'PolicyArn' }],
    gives: 'tags of policies',
  },
  {
    operation: 'iam:ListInstanceProfiles',
    scope: 'account',
    lists: ['InstanceProfiles'],
    token: MARKER,
    gives: 'instance profiles',
  },
  {
    operation: 'iam:GetInstanceProfile',
    scope: 'account',
    each: [
      {
        operation: 'iam:ListInstanceProfiles',
        path: 'InstanceProfiles[].InstanceProfileName',
        as: 'InstanceProfileName',
      },
    ],
    gives: 'tags of instance profiles',
  },
  {
    operation: 'iam:GetAccountPasswordPolicy',
    scope: 'account',
    gives: 'the password policy',
    absent: ['NoSuchEntity', 'NoSuchEntityException'],
  },
  {
    operation: 'iam:ListAccountAliases',
    scope: 'account',
    lists: ['AccountAliases'],
    token: MARKER,
    gives: 'the alias of the account',
  },
  {
    operation: 'iam:ListOpenIDConnectProviders',
    scope: 'account',
    lists: ['OpenIDConnectProviderList'],
    gives: 'OIDC providers',
  },
  {
    operation: 'iam:GetOpenIDConnectProvider',
    scope: 'account',
    each: [
      {
        operation: 'iam:ListOpenIDConnectProviders',
        path: 'OpenIDConnectProviderList[].Arn',
        as: 'OpenIDConnectProviderArn',
      },
    ],
    gives: 'OIDC providers',
  },
  {
    operation: 'organizations:DescribeOrganization',
    scope: 'organization',
    gives: 'the organization',
    absent: ['AWSOrganizationsNotInUseException'],
  },
  {
    operation: 'organizations:ListRoots',
    scope: 'organization',
    lists: ['Roots'],
    token: NEXT_TOKEN,
    gives: 'organizational units',
    absent: ['AWSOrganizationsNotInUseException'],
  },
  {
    operation: 'organizations:ListOrganizationalUnitsForParent',
    scope: 'organization',
    lists: ['OrganizationalUnits'],
    token: NEXT_TOKEN,
    each: EACH_PARENT,
    gives: 'organizational units',
  },
  {
    operation: 'organizations:ListAccountsForParent',
    scope: 'organization',
    lists: ['Accounts'],
    token: NEXT_TOKEN,
    each: EACH_PARENT,
    gives: 'accounts of the organization',
  },
  ...(['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'] as const).map(
    (Filter): ReadRow => ({
      operation: 'organizations:ListPolicies',
      scope: 'organization',
      input: { Filter },
      lists: ['Policies'],
      token: NEXT_TOKEN,
      gives: Filter === 'SERVICE_CONTROL_POLICY' ? 'SCPs' : 'RCPs',
      absent: ['AWSOrganizationsNotInUseException'],
    }),
  ),
  {
    operation: 'organizations:DescribePolicy',
    scope: 'organization',
    each: EACH_POLICY,
    gives: 'documents of SCPs and RCPs',
  },
  {
    operation: 'organizations:ListTargetsForPolicy',
    scope: 'organization',
    lists: ['Targets'],
    token: NEXT_TOKEN,
    each: EACH_POLICY,
    gives: 'where SCPs and RCPs are attached',
  },
  {
    operation: 'organizations:ListTagsForResource',
    scope: 'organization',
    lists: ['Tags'],
    token: NEXT_TOKEN,
    each: [
      { operation: 'organizations:ListRoots', path: 'Roots[].Id', as: 'ResourceId' },
      {
        operation: 'organizations:ListOrganizationalUnitsForParent',
        path: 'OrganizationalUnits[].Id',
        as: 'ResourceId',
      },
      { operation: 'organizations:ListAccountsForParent', path: 'Accounts[].Id', as: 'ResourceId' },
      { operation: 'organizations:ListPolicies', path: 'Policies[].Id', as: 'ResourceId' },
    ],
    gives: 'tags in the organization',
    // Policies of AWS's own have none.
    absent: ['InvalidInputException', 'TargetNotFoundException'],
  },
];
