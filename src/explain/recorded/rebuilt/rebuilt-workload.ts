/**
 * Instances, volumes, snapshots, groups, launch templates, endpoints and OIDC providers that nobody has read, as the calls that
 * made them were asked for and answered.
 */
import { asText } from '../../../aws/as-text.ts';
import { EXISTENCE } from '../../../import/cloudtrail/changes/change.ts';
import { CLIENT, THUMBPRINTS } from '../../../import/cloudtrail/changes/iam-changes.ts';
import { GROUP, LAUNCH_CONFIGURATION } from '../../../import/cloudtrail/changes/workload-changes.ts';
import { inputOfMembers } from '../../../invoke/audit/recorded-members.ts';
import { globalScope, isListed } from '../../../invoke/imported/described.ts';
import { recordedInput, recordedOutput } from '../../../services/ec2/index.ts';
import { serviceShapes } from '../../../shapes/services.ts';
import type { Present } from '../../history/timelines.ts';
import { partsNamed, type Rebuilding, type RebuiltAnswer, rebuiltAnswer, tagsOf } from './rebuilt-answer.ts';

type Output = Readonly<Record<string, unknown>>;

interface Row {
  readonly owner: RegExp;
  readonly operation: string;
  /** Which lists all of a kind, where it is another. */
  readonly listing?: string;
  /** What an answer of the operation is about, so that several stand beside each other. */
  input(name: string): Output;
  /** Undefined of what was not seen to be made: too little is known of it. */
  output(present: Present, name: string): Output | undefined;
}

/** The answer to the call by which it was made. */
function answered({ parts }: Present): Output | undefined {
  const made = parts.get(EXISTENCE)?.event;
  const shape = made && serviceShapes('ec2').operation(made.eventName as never);
  return shape && (recordedOutput(shape, made.responseElements ?? {}) as Output);
}

/** Given with the making, and since. */
function withTags(made: Output, present: Present): Output {
  const later = tagsOf(present);
  const given = (made.Tags ?? []) as { Key: string; Value: string }[];
  const others = given.filter(({ Key }) => !later.some((tag) => tag.Key === Key));
  return { ...made, Tags: [...others, ...later] };
}

function instance(present: Present, id: string): Output | undefined {
  const launch = answered(present);
  const made = ((launch?.Instances ?? []) as Output[]).find(({ InstanceId }) => InstanceId === id);
  const State = { Name: present.parts.get('state')?.value };
  return made && { Reservations: [{ ...launch, Instances: [withTags({ ...made, State }, present)] }] };
}

function volume(present: Present, id: string): Output | undefined {
  const made = answered(present);
  const Attachments = partsNamed(present, 'attachment to ').map(([InstanceId, { event }]) => ({
    InstanceId,
    VolumeId: id,
    Device: event.requestParameters?.device,
    AttachTime: event.eventTime,
  }));
  const State = Attachments.length > 0 ? 'in-use' : 'available';
  return made && { Volumes: [withTags({ ...made, VolumeId: id, Attachments, State }, present)] };
}

function snapshot(present: Present, id: string): Output | undefined {
  const made = answered(present);
  return made && { Snapshots: [withTags({ ...made, SnapshotId: id, State: 'completed' }, present)] };
}

function sharing(present: Present): Output {
  const shared = partsNamed(present, 'sharing with ').map(([name]) =>
    name === 'all' ? { Group: name } : { UserId: name },
  );
  return { CreateVolumePermissions: shared };
}

/** Member by member, as they were set last. */
function settings(
  present: Present,
  operation: 'CreateAutoScalingGroup' | 'CreateLaunchConfiguration',
): Output {
  const named = partsNamed(present, 'member ').map(([name, { value }]) => [
    name,
    JSON.parse(value ?? 'null'),
  ]);
  const shape = serviceShapes('autoscaling').operation(operation)?.input;
  return inputOfMembers(shape as never, Object.fromEntries(named)) as Output;
}

function endpoint(present: Present): Output | undefined {
  const made = answered(present)?.VpcEndpoint as Output | undefined;
  const policy = present.parts.get('policy')?.value;
  return (
    made && { VpcEndpoints: [withTags({ ...made, ...(policy && { PolicyDocument: policy }) }, present)] }
  );
}

/** What of them can be launched from. */
function template(present: Present): Output | undefined {
  const made = answered(present)?.LaunchTemplate as Output | undefined;
  const DefaultVersionNumber = Number(present.parts.get('default version')?.value ?? 1);
  const LatestVersionNumber = Math.max(...partsNamed(present, 'version ').map(([number]) => Number(number)));
  return (
    made && { LaunchTemplates: [withTags({ ...made, DefaultVersionNumber, LatestVersionNumber }, present)] }
  );
}

function templateVersions(present: Present, LaunchTemplateId: string): Output {
  const data = new Map<string, Output>();
  const LaunchTemplateVersions = partsNamed(present, 'version ').map(([number, { event }]) => {
    const shape = serviceShapes('ec2').operation(event.eventName as never);
    const asked = (shape ? recordedInput(shape, event.requestParameters ?? {}) : {}) as Output;
    const { VersionDescription, SourceVersion, LaunchTemplateData = {} } = asked;
    const made = { ...data.get(asText(SourceVersion)), ...(LaunchTemplateData as Output) };
    data.set(number, made);
    const CreateTime = event.eventTime;
    const VersionNumber = Number(number);
    return { LaunchTemplateId, VersionNumber, CreateTime, VersionDescription, LaunchTemplateData: made };
  });
  return { LaunchTemplateVersions };
}

function provider(present: Present, arn: string): Output | undefined {
  if (!present.parts.has(EXISTENCE)) return undefined;
  const ThumbprintList = JSON.parse(present.parts.get(THUMBPRINTS)?.value ?? '[]') as string[];
  return {
    Url: arn.slice(arn.indexOf('oidc-provider/') + 'oidc-provider/'.length),
    ClientIDList: partsNamed(present, CLIENT).map(([id]) => id),
    ThumbprintList,
  };
}

const ROWS: readonly Row[] = [
  {
    owner: /^(i-[0-9a-f]+)$/,
    operation: 'ec2:DescribeInstances',
    input: (id) => ({ InstanceIds: [id] }),
    output: instance,
  },
  {
    owner: /^(vol-[0-9a-f]+)$/,
    operation: 'ec2:DescribeVolumes',
    input: (id) => ({ VolumeIds: [id] }),
    output: volume,
  },
  {
    owner: /^(snap-[0-9a-f]+)$/,
    operation: 'ec2:DescribeSnapshots',
    input: (id) => ({ SnapshotIds: [id] }),
    output: snapshot,
  },
  {
    owner: /^(snap-[0-9a-f]+)$/,
    operation: 'ec2:DescribeSnapshotAttribute',
    input: (SnapshotId) => ({ Attribute: 'createVolumePermission', SnapshotId }),
    output: sharing,
  },
  {
    owner: /^(vpce-[0-9a-f]+)$/,
    operation: 'ec2:DescribeVpcEndpoints',
    input: (id) => ({ VpcEndpointIds: [id] }),
    output: endpoint,
  },
  {
    owner: /^(lt-[0-9a-f]+)$/,
    operation: 'ec2:DescribeLaunchTemplates',
    input: (id) => ({ LaunchTemplateIds: [id] }),
    output: template,
  },
  {
    owner: /^(lt-[0-9a-f]+)$/,
    operation: 'ec2:DescribeLaunchTemplateVersions',
    input: (LaunchTemplateId) => ({ LaunchTemplateId }),
    output: templateVersions,
  },
  {
    owner: /^(arn:[^:]+:iam::\d{12}:oidc-provider\/.+)$/,
    operation: 'iam:GetOpenIDConnectProvider',
    listing: 'iam:ListOpenIDConnectProviders',
    input: (OpenIDConnectProviderArn) => ({ OpenIDConnectProviderArn }),
    output: provider,
  },
  {
    owner: /:ebs()$/,
    operation: 'ec2:GetEbsEncryptionByDefault',
    input: () => ({}),
    output: ({ parts }) => {
      const value = parts.get('encryption by default')?.value;
      return value ? { EbsEncryptionByDefault: value === 'true' } : undefined;
    },
  },
  {
    owner: /:ebs()$/,
    operation: 'ec2:GetEbsDefaultKmsKeyId',
    input: () => ({}),
    output: ({ parts }) => {
      const KmsKeyId = parts.get('default key')?.value;
      return KmsKeyId ? { KmsKeyId } : undefined;
    },
  },
  {
    // A group of IAM is of an account alone.
    owner: new RegExp(`/[^:/]+:${GROUP}/(.+)$`),
    operation: 'autoscaling:DescribeAutoScalingGroups',
    input: (name) => ({ AutoScalingGroupNames: [name] }),
    output: (present) => ({ AutoScalingGroups: [settings(present, 'CreateAutoScalingGroup')] }),
  },
  {
    owner: new RegExp(`:${LAUNCH_CONFIGURATION}/(.+)$`),
    operation: 'autoscaling:DescribeLaunchConfigurations',
    input: (name) => ({ LaunchConfigurationNames: [name] }),
    output: (present) => ({ LaunchConfigurations: [settings(present, 'CreateLaunchConfiguration')] }),
  },
];

export function rebuiltWorkload(from: Rebuilding): RebuiltAnswer[] {
  return [...from.timelines.owners()].flatMap((owner) => {
    const rows = ROWS.filter((row) => row.owner.test(owner));
    const present = rows.length > 0 ? from.timelines.now(owner) : undefined;
    return present ? rows.flatMap((row) => answerOf(from, row, owner, present) ?? []) : [];
  });
}

function answerOf(from: Rebuilding, row: Row, owner: string, present: Present): RebuiltAnswer | undefined {
  const [, name = ''] = row.owner.exec(owner) ?? [];
  const [change] = present.parts.values();
  const { recipientAccountId: account = '', awsRegion: region = '' } = change?.event ?? {};
  const scope = row.operation.startsWith('iam:') ? globalScope(account) : { account, region };
  const { operation, listing = operation } = row;
  const output = isListed(from, listing, scope) ? undefined : row.output(present, name);
  return (
    output && rebuiltAnswer({ operation: row.operation, ...scope, input: row.input(name), output }, present)
  );
}
