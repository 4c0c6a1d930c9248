/**
 * What is read of an account: one row a call, whoever makes it. The SDK reader, the script, the least policy and the
 * recognition of saved outputs all go by this table, so that none asks for more than the others. Read-only calls all.
 */
import { GROUP_READS } from './group-reads.ts';
import { IDENTITY_READS } from './identity-reads.ts';
import { NETWORK_READS } from './network-reads.ts';
import { describing, listing, NEXT_TOKEN, type ReadRow } from './read-row.ts';

const NEXT_MARKER = ['Marker', 'NextMarker'] as const;
const LOGS_TOKEN = ['nextToken', 'nextToken'] as const;
const EACH_KEY = [{ operation: 'kms:ListKeys', path: 'Keys[].KeyId', as: 'KeyId' }];
const EACH_STACK = [
  { operation: 'cloudformation:DescribeStacks', path: 'Stacks[].StackId', as: 'StackName' },
];
const OWN_IMAGES = { Owners: ['self'] };
const AS_IMAGE = { as: 'ImageIds', listed: true };

export const GET_CALLER_IDENTITY = 'sts:GetCallerIdentity';
export const DESCRIBE_REGIONS = 'ec2:DescribeRegions';

/** In the order in which they are made: what a row takes its inputs from stands above it. */
export const READS: readonly ReadRow[] = [
  { operation: GET_CALLER_IDENTITY, scope: 'account', gives: 'who reads' },
  { operation: DESCRIBE_REGIONS, scope: 'account', lists: ['Regions'], gives: 'Regions that are enabled' },
  ...IDENTITY_READS,
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
  listing('ec2:DescribeSpotInstanceRequests', 'SpotInstanceRequests', 'Spot requests'),
  listing('ec2:DescribeFleets', 'Fleets', 'EC2 fleets'),
  {
    ...listing('ec2:DescribeFleetInstances', 'ActiveInstances', 'instances of fleets'),
    each: [{ operation: 'ec2:DescribeFleets', path: 'Fleets[].FleetId', as: 'FleetId' }],
    absent: ['Unsupported', 'InvalidFleetId.NotFound'],
  },
  listing('ec2:DescribeSpotFleetRequests', 'SpotFleetRequestConfigs', 'Spot Fleet requests'),
  {
    ...listing('ec2:DescribeSpotFleetInstances', 'ActiveInstances', 'instances of Spot Fleets'),
    each: [
      {
        operation: 'ec2:DescribeSpotFleetRequests',
        path: 'SpotFleetRequestConfigs[].SpotFleetRequestId',
        as: 'SpotFleetRequestId',
      },
    ],
    absent: ['InvalidSpotFleetRequestId.NotFound'],
  },
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
  ...NETWORK_READS,
  { operation: 'ec2:GetEbsEncryptionByDefault', scope: 'region', gives: 'encryption by default' },
  { operation: 'ec2:GetEbsDefaultKmsKeyId', scope: 'region', gives: 'the default key of EBS' },
  ...GROUP_READS,
  listing('cloudformation:DescribeStacks', 'Stacks', 'stacks'),
  {
    operation: 'cloudformation:GetTemplate',
    scope: 'region',
    input: { TemplateStage: 'Original' },
    each: EACH_STACK,
    gives: 'templates of stacks',
    absent: ['ValidationError'],
  },
  {
    operation: 'cloudformation:GetStackPolicy',
    scope: 'region',
    each: EACH_STACK,
    gives: 'policies of stacks',
  },
  {
    ...listing('cloudformation:ListStackResources', 'StackResourceSummaries', 'resources of stacks'),
    each: EACH_STACK,
  },
  {
    operation: 'cloudformation:DescribeStackEvents',
    scope: 'region',
    lists: ['StackEvents'],
    token: NEXT_TOKEN,
    each: EACH_STACK,
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
  describing(
    'logs:ListTagsForResource',
    { operation: 'logs:DescribeLogGroups', path: 'logGroups[].logGroupArn', as: 'resourceArn' },
    'tags of log groups',
  ),
  listing('ssm:DescribeParameters', 'Parameters', 'parameters of Parameter Store, without their values'),
  {
    operation: 'ssm:ListTagsForResource',
    scope: 'region',
    input: { ResourceType: 'Parameter' },
    each: [{ operation: 'ssm:DescribeParameters', path: 'Parameters[].Name', as: 'ResourceId' }],
    gives: 'tags of parameters',
  },
  {
    operation: 'cloudwatch:DescribeAlarms',
    scope: 'region',
    input: { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
    lists: ['MetricAlarms', 'CompositeAlarms'],
    token: NEXT_TOKEN,
    gives: 'alarms',
  },
  {
    operation: 'cloudwatch:ListDashboards',
    scope: 'account',
    lists: ['DashboardEntries'],
    token: NEXT_TOKEN,
    gives: 'dashboards',
  },
  describing(
    'cloudwatch:GetDashboard',
    { operation: 'cloudwatch:ListDashboards', path: 'DashboardEntries[].DashboardName', as: 'DashboardName' },
    'dashboards',
    'account',
  ),
  {
    operation: 'cloudwatch:ListTagsForResource',
    scope: 'region',
    lists: ['Tags'],
    each: [
      { operation: 'cloudwatch:DescribeAlarms', path: 'MetricAlarms[].AlarmArn', as: 'ResourceARN' },
      { operation: 'cloudwatch:DescribeAlarms', path: 'CompositeAlarms[].AlarmArn', as: 'ResourceARN' },
    ],
    gives: 'tags of alarms',
  },
  listing('events:ListEventBuses', 'EventBuses', 'event buses'),
  describing(
    'events:DescribeEventBus',
    { operation: 'events:ListEventBuses', path: 'EventBuses[].Name', as: 'Name' },
    'keys of event buses',
  ),
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
    operation: 'events:ListTagsForResource',
    scope: 'region',
    lists: ['Tags'],
    each: [
      { operation: 'events:ListEventBuses', path: 'EventBuses[].Arn', as: 'ResourceARN' },
      { operation: 'events:ListRules', path: 'Rules[].Arn', as: 'ResourceARN' },
    ],
    gives: 'tags of buses and rules',
  },
  listing('events:ListArchives', 'Archives', 'archives of events'),
  describing(
    'events:DescribeArchive',
    { operation: 'events:ListArchives', path: 'Archives[].ArchiveName', as: 'ArchiveName' },
    'archives of events',
  ),
  listing('events:ListReplays', 'Replays', 'replays of events'),
  describing(
    'events:DescribeReplay',
    { operation: 'events:ListReplays', path: 'Replays[].ReplayName', as: 'ReplayName' },
    'replays of events',
  ),
  {
    operation: 'cloudtrail:DescribeTrails',
    scope: 'region',
    lists: ['trailList'],
    gives: 'which trails there are',
  },
  describing(
    'cloudtrail:GetEventSelectors',
    { operation: 'cloudtrail:DescribeTrails', path: 'trailList[].TrailARN', as: 'TrailName' },
    'what trails leave out',
  ),
];

/** Read by the page, and folded instead of kept. */
export const LOOKUP_EVENTS = 'cloudtrail:LookupEvents';

const rows = new Map<string, ReadRow>();
for (const row of READS) if (!rows.has(row.operation)) rows.set(row.operation, row);

export const rowOf = (operation: string): ReadRow | undefined => rows.get(operation);
