/**
 * What somebody would call with what he has in hand: an instance is started, or one like it launched; a volume attached, copied
 * into a snapshot, or made again. The input is put together from what AWS describes of it.
 */
import type { AutoScalingGroup } from '../../shapes/generated/autoscaling.ts';
import type { Stack } from '../../shapes/generated/cloudformation.ts';
import type { Image, Instance, Subnet, Volume } from '../../shapes/generated/ec2.ts';
import { lastSegment } from '../words/names.ts';
import { PARAMETER } from './planned-parameters.ts';
import type { Asking, Input, PlannedCall, SubjectKind } from './planned-subject.ts';

const ONE = { MinCount: 1, MaxCount: 1 };
/** By its id, where it is there. */
const described =
  (prefix: string, name: string, ids: string) =>
  async ({ subject, describe }: Asking) =>
    new RegExp(`^${prefix}-[0-9a-f]+$`).test(subject) &&
    !!(await describe(`ec2:${name}`, { [ids]: [subject] }));
const call = (verb: string, input: (asking: Asking) => Input | Promise<Input>): PlannedCall => ({
  verb,
  input: async (asking) => input(asking),
});

async function first<T>(
  { describe }: Asking,
  name: string,
  input: Input,
  member: string,
): Promise<T | undefined> {
  const output = await describe(name, input);
  return (output?.[member] as readonly T[] | undefined)?.[0];
}

async function instanceOf(asking: Asking): Promise<Instance | undefined> {
  const input = { InstanceIds: [asking.subject] };
  const found = await first<{ Instances?: Instance[] }>(
    asking,
    'ec2:DescribeInstances',
    input,
    'Reservations',
  );
  return found?.Instances?.[0];
}

/** As far as what it was launched with is there still: of one that is gone, its image and its type. */
async function launchLike(asking: Asking): Promise<Input> {
  const instance = await instanceOf(asking);
  const { SubnetId = '', RootDeviceName, IamInstanceProfile: profile } = instance ?? {};
  const subnet = SubnetId
    ? await first<Subnet>(asking, 'ec2:DescribeSubnets', { SubnetIds: [SubnetId] }, 'Subnets')
    : undefined;
  const filter = { Filters: [{ Name: 'attachment.instance-id', Values: [asking.subject] }] };
  const { Volumes = [] } = ((await asking.describe('ec2:DescribeVolumes', filter)) ?? {}) as {
    Volumes?: Volume[];
  };
  const devices = Volumes.map((volume) => {
    const DeviceName = volume.Attachments?.[0]?.Device;
    const { SnapshotId } = volume;
    return {
      DeviceName,
      Ebs: { ...volumeLike(volume), ...(SnapshotId && DeviceName !== RootDeviceName && { SnapshotId }) },
    };
  });
  return {
    ...ONE,
    ImageId: instance?.ImageId,
    InstanceType: instance?.InstanceType,
    ...(subnet && {
      SubnetId,
      SecurityGroupIds: (instance?.SecurityGroups ?? []).map(({ GroupId }) => GroupId),
    }),
    ...(profile && { IamInstanceProfile: { Arn: profile.Arn } }),
    ...(devices.length > 0 && { BlockDeviceMappings: devices }),
  };
}

const volumeLike = ({ Size, VolumeType, Iops, Throughput, Encrypted, KmsKeyId }: Volume) => ({
  VolumeSize: Size,
  VolumeType,
  ...(VolumeType !== 'gp2' && { Iops }),
  Throughput,
  ...(Encrypted && { Encrypted, KmsKeyId }),
});

const volumeOf = (asking: Asking) =>
  first<Volume>(asking, 'ec2:DescribeVolumes', { VolumeIds: [asking.subject] }, 'Volumes');

async function volumeAgain(asking: Asking): Promise<Input> {
  const volume = (await volumeOf(asking)) ?? {};
  const { VolumeSize: Size, ...rest } = volumeLike(volume);
  const { AvailabilityZone, SnapshotId } = volume;
  return { ...rest, Size, AvailabilityZone, ...(SnapshotId && { SnapshotId }) };
}

async function attachment(asking: Asking): Promise<Input> {
  const [held] = (await volumeOf(asking))?.Attachments ?? [];
  return { VolumeId: asking.subject, InstanceId: held?.InstanceId, Device: held?.Device ?? '/dev/sdf' };
}

async function launchOf(asking: Asking): Promise<Input> {
  const { subject: ImageId } = asking;
  const image = await first<Image>(asking, 'ec2:DescribeImages', { ImageIds: [ImageId] }, 'Images');
  return { ...ONE, ImageId, InstanceType: image?.Architecture === 'arm64' ? 't4g.micro' : 't3.micro' };
}

const groupOf = (asking: Asking) =>
  first<Partial<AutoScalingGroup>>(
    asking,
    'autoscaling:DescribeAutoScalingGroups',
    { AutoScalingGroupNames: [lastSegment(asking.subject)] },
    'AutoScalingGroups',
  );

const stackOf = (asking: Asking) =>
  first<Stack>(asking, 'cloudformation:DescribeStacks', { StackName: asking.subject }, 'Stacks');

const oneMore = ({ DesiredCapacity = 0 }: Partial<AutoScalingGroup>) => DesiredCapacity + 1;

/** Its launches are made by the service-linked role, whoever asks for them. */
const GROUP: SubjectKind = {
  noun: 'Auto Scaling group',
  service: 'autoscaling',
  matches: async (asking) => !!(await groupOf(asking)),
  calls: {
    SetDesiredCapacity: call('have one more instance launched by', async (asking) => {
      const group: Partial<AutoScalingGroup> = (await groupOf(asking)) ?? {};
      const { AutoScalingGroupName } = group;
      return { AutoScalingGroupName, DesiredCapacity: oneMore(group), HonorCooldown: false };
    }),
    UpdateAutoScalingGroup: call('have one more instance launched by', async (asking) => {
      const group: Partial<AutoScalingGroup> = (await groupOf(asking)) ?? {};
      const { AutoScalingGroupName } = group;
      return { AutoScalingGroupName, DesiredCapacity: oneMore(group), MaxSize: oneMore(group) };
    }),
  },
  async usual(asking) {
    const group: Partial<AutoScalingGroup> = (await groupOf(asking)) ?? {};
    return oneMore(group) > (group.MaxSize ?? 0) ? 'UpdateAutoScalingGroup' : undefined;
  },
  role: {
    verb: 'launch one more instance for',
    arn: async (asking) => (await groupOf(asking))?.ServiceLinkedRoleARN,
  },
  async hindrance(asking) {
    const { AutoScalingGroupName: name, SuspendedProcesses = [] } = (await groupOf(asking)) ?? {};
    const launch = SuspendedProcesses.find(({ ProcessName }) => ProcessName === 'Launch');
    if (!launch) return undefined;
    const reason = launch.SuspensionReason ? ` (${launch.SuspensionReason})` : '';
    return {
      sentence: `Auto Scaling group ${name} launches nothing: its Launch process is suspended${reason}, until somebody resumes it: aws autoscaling resume-processes --auto-scaling-group-name ${name} --scaling-processes Launch`,
      cleared: {
        operation: ['autoscaling', 'ResumeProcesses'],
        input: { AutoScalingGroupName: name, ScalingProcesses: ['Launch'] },
      },
    };
  },
};

/** It is made with the rights of its role, where it has one, whoever asks for it. */
const STACK: SubjectKind = {
  noun: 'stack',
  service: 'cloudformation',
  matches: async (asking) => !!(await stackOf(asking)),
  calls: {
    CreateStack: call('recreate stack', async (asking) => {
      const { StackName, RoleARN, Capabilities } = (await stackOf(asking)) ?? {};
      return { StackName, RoleARN, Capabilities };
    }),
  },
};

export const SUBJECT_KINDS: readonly SubjectKind[] = [
  PARAMETER,
  {
    noun: 'instance',
    service: 'ec2',
    matches: described('i', 'DescribeInstances', 'InstanceIds'),
    calls: {
      StartInstances: call('start', ({ subject }) => ({ InstanceIds: [subject] })),
      RunInstances: call('launch an instance like', launchLike),
    },
    usual: async (asking) =>
      (await instanceOf(asking))?.State?.Name === 'stopped' ? undefined : 'RunInstances',
  },
  {
    noun: 'volume',
    service: 'ec2',
    matches: described('vol', 'DescribeVolumes', 'VolumeIds'),
    calls: {
      CreateVolume: call('make a volume like', volumeAgain),
      AttachVolume: call('attach', attachment),
      CreateSnapshot: call('take a snapshot of', ({ subject }) => ({ VolumeId: subject })),
    },
  },
  {
    noun: 'snapshot',
    service: 'ec2',
    matches: described('snap', 'DescribeSnapshots', 'SnapshotIds'),
    calls: {
      CreateVolume: call('make a volume from', ({ subject, region }) => ({
        SnapshotId: subject,
        AvailabilityZone: `${region}a`,
      })),
      CopySnapshot: call('copy', ({ subject, region }) => ({
        SourceSnapshotId: subject,
        SourceRegion: region,
      })),
      ModifySnapshotTier: call('archive', ({ subject }) => ({ SnapshotId: subject, StorageTier: 'archive' })),
      RestoreSnapshotTier: call('restore', ({ subject }) => ({
        SnapshotId: subject,
        PermanentRestore: true,
      })),
    },
  },
  {
    noun: 'image',
    service: 'ec2',
    matches: described('ami', 'DescribeImages', 'ImageIds'),
    calls: {
      RunInstances: call('launch an instance from', launchOf),
      CopyImage: call('copy', ({ subject, region }) => ({
        SourceImageId: subject,
        SourceRegion: region,
        Name: `${subject}-copy`,
      })),
    },
  },
  {
    noun: 'launch template',
    service: 'ec2',
    matches: described('lt', 'DescribeLaunchTemplates', 'LaunchTemplateIds'),
    calls: {
      RunInstances: call('launch an instance from', ({ subject }) => ({
        ...ONE,
        LaunchTemplate: { LaunchTemplateId: subject },
      })),
    },
  },
  GROUP,
  STACK,
];
