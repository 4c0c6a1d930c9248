/** What kinds of things there are: which of AWS's listings has them, and what of each is shown. */
import { shortName } from '../parts/words.ts';
import type { Column, Kind, Shown } from './kind.ts';

const at = (thing: unknown, ...path: readonly string[]): unknown =>
  path.reduce((value, name) => (value as Shown | undefined)?.[name], thing);
const text =
  (...path: readonly string[]) =>
  (thing: Shown) =>
    String(at(thing, ...path) ?? '-');
const time = (header: string, ...path: readonly string[]): Column => ({
  header,
  width: 120,
  of: (thing) => String(at(thing, ...path) ?? ''),
  isTime: true,
});
const list = (output: Shown, name: string) => (output[name] ?? []) as readonly Shown[];
const nameTag = (thing: Shown) => String(list(thing, 'Tags').find(({ Key }) => Key === 'Name')?.Value ?? '');
const state = (...path: readonly string[]): Column => ({
  header: 'State',
  width: 170,
  of: text(...path),
  isState: true,
});
const yes = (value: unknown) => (value ? 'yes' : 'no');
const keyName = (thing: Shown) => (thing.KmsKeyId ? shortName(String(thing.KmsKeyId)) : '-');

/** Of a target: the event, or what is made of it. */
const handedOver = ({ Input, InputPath, InputTransformer }: Shown) =>
  Input ? 'a constant' : InputPath ? String(InputPath) : InputTransformer ? 'a template' : 'the event';

const ec2 = { service: 'ec2', token: 'NextToken' } as const;
const byId = (member: string, prefix: RegExp) => (limit: number, token: string | undefined, find: string) =>
  prefix.test(find) ? { [member]: [find] } : { MaxResults: limit, NextToken: token };

/** What IAM has in an account, by the path that it is under. */
function ofAccount(noun: 'role' | 'user', idMember: string, hint: string): Kind {
  const label = `${noun.charAt(0).toUpperCase()}${noun.slice(1)}s`;
  return {
    service: 'iam',
    token: 'Marker',
    label,
    empty: `There is no ${noun} in this account.`,
    hint,
    findBy: `Find ${noun}s by the path that they are under: /app/`,
    operation: `List${label}`,
    isExplained: true,
    items: (output) => list(output, label),
    idOf: text(idMember),
    input: (limit, token, find) => ({
      MaxItems: limit,
      Marker: token,
      PathPrefix: find.startsWith('/') ? find : undefined,
    }),
    columns: [{ header: 'ARN', of: text('Arn') }, time('Created', 'CreateDate')],
  };
}

export const KINDS: Readonly<Record<string, Kind>> = {
  instances: {
    ...ec2,
    label: 'Instances',
    empty: 'No instance was launched here.',
    hint: 'aws ec2 run-instances launches one; so does an Auto Scaling group.',
    findBy: 'Find an instance by its id: i-…',
    operation: 'DescribeInstances',
    isExplained: true,
    items: (output) => list(output, 'Reservations').flatMap((each) => list(each, 'Instances')),
    idOf: text('InstanceId'),
    nameOf: nameTag,
    input: byId('InstanceIds', /^i-/),
    columns: [
      { ...state('State', 'Name'), width: 170 },
      { header: 'Type', width: 150, of: text('InstanceType') },
      { header: 'Zone', width: 115, of: text('Placement', 'AvailabilityZone') },
      {
        header: 'Reason',
        width: 220,
        of: (thing) => String(at(thing, 'StateReason', 'Message') ?? ''),
      },
      time('Launched', 'LaunchTime'),
    ],
  },
  volumes: {
    ...ec2,
    label: 'Volumes',
    empty: 'There is no volume here.',
    hint: 'aws ec2 create-volume makes one, and each instance comes with one.',
    findBy: 'Find a volume by its id: vol-…',
    operation: 'DescribeVolumes',
    isExplained: true,
    items: (output) => list(output, 'Volumes'),
    idOf: text('VolumeId'),
    input: byId('VolumeIds', /^vol-/),
    columns: [
      state('State'),
      { header: 'Size', width: 90, of: ({ Size }) => `${Size} GiB` },
      { header: 'Encrypted', width: 110, of: ({ Encrypted }) => yes(Encrypted) },
      { header: 'Key', of: keyName },
      {
        header: 'Attached to',
        of: (thing) =>
          list(thing, 'Attachments')
            .map((each) => `${each.InstanceId} ${each.Device}`)
            .join(', ') || '-',
      },
    ],
  },
  snapshots: {
    ...ec2,
    label: 'Snapshots',
    empty: 'There is no snapshot here.',
    hint: 'aws ec2 create-snapshot takes one of a volume.',
    findBy: 'Find a snapshot by its id: snap-…',
    operation: 'DescribeSnapshots',
    isExplained: true,
    items: (output) => list(output, 'Snapshots'),
    idOf: text('SnapshotId'),
    input: (limit, token, find) =>
      /^snap-/.test(find)
        ? { SnapshotIds: [find] }
        : { OwnerIds: ['self'], MaxResults: limit, NextToken: token },
    columns: [
      state('State'),
      { header: 'Of volume', of: text('VolumeId') },
      { header: 'Size', width: 90, of: ({ VolumeSize }) => `${VolumeSize} GiB` },
      { header: 'Key', of: keyName },
      time('Started', 'StartTime'),
    ],
  },
  images: {
    ...ec2,
    label: 'Images',
    empty: 'There is no image of your own here.',
    hint: 'aws ec2 create-image makes one of an instance. Public images are not listed.',
    findBy: 'Find an image by its id: ami-…',
    operation: 'DescribeImages',
    isExplained: true,
    items: (output) => list(output, 'Images'),
    idOf: text('ImageId'),
    input: (limit, token, find) =>
      /^ami-/.test(find) ? { ImageIds: [find] } : { Owners: ['self'], MaxResults: limit, NextToken: token },
    columns: [
      state('State'),
      { header: 'Name', of: text('Name') },
      { header: 'Architecture', width: 130, of: text('Architecture') },
      time('Created', 'CreationDate'),
    ],
  },
  groups: {
    service: 'autoscaling',
    token: 'NextToken',
    label: 'Auto Scaling groups',
    empty: 'There is no Auto Scaling group here.',
    hint: 'aws autoscaling create-auto-scaling-group makes one, from a launch template.',
    findBy: 'Find a group by its name',
    operation: 'DescribeAutoScalingGroups',
    isExplained: true,
    items: (output) => list(output, 'AutoScalingGroups'),
    idOf: text('AutoScalingGroupName'),
    input: (limit, token, find) =>
      find ? { AutoScalingGroupNames: [find] } : { MaxRecords: limit, NextToken: token },
    columns: [
      { header: 'Instances', width: 110, of: (thing) => String(list(thing, 'Instances').length) },
      { header: 'Wanted', width: 100, of: text('DesiredCapacity') },
      { header: 'At least', width: 90, of: text('MinSize') },
      { header: 'At most', width: 90, of: text('MaxSize') },
      { header: 'Zones', of: ({ AvailabilityZones }) => [AvailabilityZones ?? []].flat().join(', ') },
      time('Created', 'CreatedTime'),
    ],
    detail: {
      title: 'Activities',
      service: 'autoscaling',
      token: 'NextToken',
      operation: 'DescribeScalingActivities',
      input: (id) => ({ AutoScalingGroupName: id }),
      items: (output) => list(output, 'Activities'),
      idOf: text('ActivityId'),
      columns: [
        { header: 'Status', width: 170, of: text('StatusCode'), isState: true },
        { header: 'What', of: text('Description') },
        { header: 'Why it failed', width: 220, of: ({ StatusMessage }) => String(StatusMessage ?? '') },
        time('Began', 'StartTime'),
      ],
    },
  },
  stacks: {
    service: 'cloudformation',
    token: 'NextToken',
    label: 'Stacks',
    empty: 'No stack was created here.',
    hint: 'aws cloudformation deploy creates one; so does cdk deploy.',
    findBy: 'Find a stack by its name',
    operation: 'DescribeStacks',
    isExplained: true,
    items: (output) => list(output, 'Stacks'),
    idOf: text('StackName'),
    input: (_limit, token, find) => (find ? { StackName: find } : { NextToken: token }),
    columns: [
      { header: 'Status', width: 250, of: text('StackStatus'), isState: true },
      { header: 'Reason', width: 220, of: ({ StackStatusReason }) => String(StackStatusReason ?? '') },
      time('Created', 'CreationTime'),
    ],
    detail: {
      title: 'Events',
      service: 'cloudformation',
      token: 'NextToken',
      operation: 'DescribeStackEvents',
      input: (id) => ({ StackName: id }),
      items: (output) => list(output, 'StackEvents'),
      idOf: text('EventId'),
      columns: [
        { header: 'Status', width: 250, of: text('ResourceStatus'), isState: true },
        {
          header: 'Resource',
          width: 270,
          of: ({ LogicalResourceId, ResourceType }) => `${LogicalResourceId} (${ResourceType})`,
        },
        {
          header: 'Reason',
          width: 220,
          of: ({ ResourceStatusReason }) => String(ResourceStatusReason ?? ''),
        },
        time('When', 'Timestamp'),
      ],
    },
  },
  rules: {
    service: 'events',
    token: 'NextToken',
    label: 'Rules',
    delivers: true,
    empty: 'There is no EventBridge rule here.',
    hint: 'aws events put-rule and put-targets make one; then each event that it delivers shows up here.',
    findBy: 'Find rules by the beginning of their names',
    operation: 'ListRules',
    items: (output) => list(output, 'Rules'),
    idOf: text('Name'),
    input: (limit, token, find) => ({ Limit: limit, NextToken: token, NamePrefix: find || undefined }),
    columns: [
      state('State'),
      {
        header: 'Listens for',
        of: ({ EventPattern, ScheduleExpression }) => String(EventPattern ?? ScheduleExpression ?? '-'),
      },
    ],
    detail: {
      title: 'Targets',
      service: 'events',
      token: 'NextToken',
      operation: 'ListTargetsByRule',
      input: (id) => ({ Rule: id }),
      items: (output) => list(output, 'Targets'),
      idOf: text('Id'),
      columns: [
        { header: 'Target', width: 150, of: text('Id') },
        { header: 'Delivers to', of: text('Arn') },
        {
          header: 'On behalf of',
          of: ({ RoleArn }) => (RoleArn ? shortName(String(RoleArn)) : 'EventBridge'),
        },
        { header: 'Hands over', of: handedOver },
      ],
    },
  },
  roles: ofAccount(
    'role',
    'RoleName',
    'aws iam create-role makes one; services make their own when they are first used.',
  ),
  users: ofAccount('user', 'UserName', 'aws iam create-user makes one; so does latchkey env --as user/NAME.'),
};
