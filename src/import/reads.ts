/**
 * What is read of an account: one row a call, whoever makes it. The SDK reader, the script, the least policy and the
 * recognition of saved outputs all go by this table, so that none asks for more than the others. Read-only calls all.
 */
import type { ReadRow } from './read-row.ts';

const MARKER = ['Marker', 'Marker'] as const;
const NEXT_MARKER = ['Marker', 'NextMarker'] as const;
const NEXT_TOKEN = ['NextToken', 'NextToken'] as const;
const LOGS_TOKEN = ['nextToken', 'nextToken'] as const;
const EACH_KEY = [{ operation: 'kms:ListKeys', path: 'Keys[].KeyId', as: 'KeyId' }];
const EACH_PARENT = [
  { operation: 'organizations:ListRoots', path: 'Roots[].Id', as: 'ParentId' },
  {
    operation: 'organizations:ListOrganizationalUnitsForParent',
    path: 'OrganizationalUnits[].Id',
    as: 'ParentId',
  },
];
const OWN_IMAGES = { Owners: ['self'] };
const AS_IMAGE = { as: 'ImageIds', listed: true };
const EACH_POLICY = [{ operation: 'organizations:ListPolicies', path: 'Policies[].Id', as: 'PolicyId' }];

export const GET_CALLER_IDENTITY = 'sts:GetCallerIdentity';
export const DESCRIBE_REGIONS = 'ec2:DescribeRegions';

/** All of a kind in a Region. */
const listing = (
  operation: string,
  member: string,
  gives: string,
  token: ReadRow['token'] = NEXT_TOKEN,
): ReadRow => ({ operation, scope: 'region', lists: [member], token, gives });

/** In the order in which they are made: what a row takes its inputs from stands above it. */
export const READS: readonly ReadRow[] = [
  { operation: GET_CALLER_IDENTITY, scope: 'account', gives: 'who reads' },
  { operation: DESCRIBE_REGIONS, scope: 'account', lists: ['Regions'], gives: 'Regions that are enabled' },
  {
    operation: 'iam:GetAccountAuthorizationDetails',
    scope: 'account',
    lists: ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'],
    token: MARKER,
    gives: 'users, groups, roles and their policies',
  },
  {
    operation: 'iam:ListInstanceProfiles',
    scope: 'account',
    lists: ['InstanceProfiles'],
    token: MARKER,
    gives: 'instance profiles',
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
  { operation: 'kms:ListKeys', scope: 'region', lists: ['Keys'], token: NEXT_MARKER, gives: 'keys' },
  { operation: 'kms:ListAliases', scope: 'region', lists: ['Aliases'], token: NEXT_MARKER, gives: 'aliases' },
  { operation: 'kms:DescribeKey', scope: 'region', each: EACH_KEY, gives: 'states of keys' },
  {
    operation: 'kms:GetKeyPolicy',
    scope: 'region',
    each: EACH_KEY,
    input: { PolicyName: 'default' },
    gives: 'key policies',
  },
  {
    operation: 'kms:ListGrants',
    scope: 'region',
    each: EACH_KEY,
    lists: ['Grants'],
    token: NEXT_MARKER,
    gives: 'grants',
  },
  {
    operation: 'kms:ListResourceTags',
    scope: 'region',
    each: EACH_KEY,
    lists: ['Tags'],
    token: NEXT_MARKER,
    gives: 'tags of keys',
  },
  {
    operation: 'kms:GetKeyRotationStatus',
    scope: 'region',
    each: EACH_KEY,
    gives: 'rotation of keys',
    absent: ['UnsupportedOperationException', 'KMSInvalidStateException'],
  },
  listing('ec2:DescribeInstances', 'Reservations', 'instances and why they stopped'),
  listing('ec2:DescribeVolumes', 'Volumes', 'volumes'),
  {
    operation: 'ec2:DescribeSnapshots',
    scope: 'region',
    input: { OwnerIds: ['self'] },
    lists: ['Snapshots'],
    token: NEXT_TOKEN,
    gives: 'snapshots',
  },
  {
    operation: 'ec2:DescribeSnapshotAttribute',
    scope: 'region',
    input: { Attribute: 'createVolumePermission' },
    each: [{ operation: 'ec2:DescribeSnapshots', path: 'Snapshots[].SnapshotId', as: 'SnapshotId' }],
    gives: 'with whom snapshots are shared',
  },
  listing('ec2:DescribeLaunchTemplates', 'LaunchTemplates', 'launch templates'),
  {
    operation: 'ec2:DescribeLaunchTemplateVersions',
    scope: 'region',
    lists: ['LaunchTemplateVersions'],
    token: NEXT_TOKEN,
    each: [
      {
        operation: 'ec2:DescribeLaunchTemplates',
        path: 'LaunchTemplates[].LaunchTemplateId',
        as: 'LaunchTemplateId',
      },
    ],
    gives: 'launch templates',
    omit: ['UserData'],
  },
  {
    operation: 'ec2:DescribeImages',
    scope: 'region',
    input: OWN_IMAGES,
    lists: ['Images'],
    token: NEXT_TOKEN,
    gives: 'images',
  },
  {
    operation: 'ec2:DescribeImageAttribute',
    scope: 'region',
    input: { Attribute: 'launchPermission' },
    each: [{ operation: 'ec2:DescribeImages', of: OWN_IMAGES, path: 'Images[].ImageId', as: 'ImageId' }],
    gives: 'with whom images are shared',
  },
  {
    operation: 'ec2:DescribeImages',
    scope: 'region',
    lists: ['Images'],
    each: [
      { operation: 'ec2:DescribeInstances', path: 'Reservations[].Instances[].ImageId', ...AS_IMAGE },
      {
        operation: 'ec2:DescribeLaunchTemplateVersions',
        path: 'LaunchTemplateVersions[].LaunchTemplateData.ImageId',
        ...AS_IMAGE,
      },
    ],
    gives: 'images in use',
    absent: ['InvalidAMIID.NotFound', 'InvalidAMIID.Unavailable', 'InvalidAMIID.Malformed'],
  },
  listing('ec2:DescribeVpcEndpoints', 'VpcEndpoints', 'VPC endpoints and their policies'),
  listing('ec2:DescribeVpcs', 'Vpcs', 'VPCs'),
  listing('ec2:DescribeSubnets', 'Subnets', 'subnets'),
  listing('ec2:DescribeSecurityGroups', 'SecurityGroups', 'security groups'),
  listing('ec2:DescribeSecurityGroupRules', 'SecurityGroupRules', 'security groups'),
  listing('ec2:DescribeRouteTables', 'RouteTables', 'route tables'),
  listing('ec2:DescribeInternetGateways', 'InternetGateways', 'internet gateways'),
  { operation: 'ec2:GetEbsEncryptionByDefault', scope: 'region', gives: 'encryption by default' },
  { operation: 'ec2:GetEbsDefaultKmsKeyId', scope: 'region', gives: 'the default key of EBS' },
  listing('autoscaling:DescribeAutoScalingGroups', 'AutoScalingGroups', 'Auto Scaling groups'),
  listing('autoscaling:DescribeScalingActivities', 'Activities', 'why groups failed to launch'),
  {
    operation: 'autoscaling:DescribeLaunchConfigurations',
    scope: 'region',
    lists: ['LaunchConfigurations'],
    token: NEXT_TOKEN,
    gives: 'launch configurations',
    omit: ['UserData'],
  },
  {
    operation: 'cloudformation:DescribeStacks',
    scope: 'region',
    lists: ['Stacks'],
    token: NEXT_TOKEN,
    gives: 'stacks',
    omit: ['Parameters', 'Outputs'],
  },
  {
    operation: 'cloudformation:DescribeStackEvents',
    scope: 'region',
    lists: ['StackEvents'],
    token: NEXT_TOKEN,
    each: [{ operation: 'cloudformation:DescribeStacks', path: 'Stacks[].StackId', as: 'StackName' }],
    gives: 'why stacks failed',
    omit: ['ResourceProperties'],
  },
  listing('logs:DescribeLogGroups', 'logGroups', 'log groups', LOGS_TOKEN),
  listing(
    'logs:DescribeResourcePolicies',
    'resourcePolicies',
    'who may put events into log groups',
    LOGS_TOKEN,
  ),
  listing('events:ListEventBuses', 'EventBuses', 'event buses'),
  {
    ...listing('events:ListRules', 'Rules', 'rules of EventBridge'),
    each: [{ operation: 'events:ListEventBuses', path: 'EventBuses[].Name', as: 'EventBusName' }],
  },
  {
    ...listing('events:ListTargetsByRule', 'Targets', 'targets of rules on the default bus'),
    each: [
      { operation: 'events:ListRules', of: { EventBusName: 'default' }, path: 'Rules[].Name', as: 'Rule' },
    ],
    absent: ['ResourceNotFoundException'],
  },
  {
    operation: 'cloudtrail:DescribeTrails',
    scope: 'region',
    lists: ['trailList'],
    gives: 'which trails there are',
  },
  {
    operation: 'cloudtrail:GetEventSelectors',
    scope: 'region',
    each: [{ operation: 'cloudtrail:DescribeTrails', path: 'trailList[].TrailARN', as: 'TrailName' }],
    gives: 'what trails leave out',
  },
];

/** Read by the page, and folded instead of kept. */
export const LOOKUP_EVENTS = 'cloudtrail:LookupEvents';

const rows = new Map<string, ReadRow>();
for (const row of READS) if (!rows.has(row.operation)) rows.set(row.operation, row);

export const rowOf = (operation: string): ReadRow | undefined => rows.get(operation);
