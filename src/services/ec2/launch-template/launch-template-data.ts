/** How a launch template's data and a launch request's own parameters come together. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ConditionValues } from '../../../invoke/verdict.ts';
import type {
  BlockDeviceMapping,
  RequestLaunchTemplateData,
  RunInstancesRequest,
  TagSpecification,
  ValidationWarning,
} from '../../../shapes/generated/ec2.ts';
import { findInstanceType } from '../instance/instance-type.ts';
import { requireEncoded } from '../instance/user-data.ts';
import { ec2Arn } from '../resource/arn.ts';
import type { Tag } from '../resource/tag.ts';
import { launchTemplateKind, type ResolvedTemplate } from './launch-template.ts';

const TAGGED_AT_LAUNCH: ReadonlySet<string> = new Set([
  'instance',
  'volume',
  'network-interface',
  'spot-instances-request',
  'elastic-gpu',
]);

/**
 * What a template may not hold. Most values are looked at when an instance is launched from it
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-launch-template.html).
 */
export function requireTemplateData(data: RequestLaunchTemplateData): void {
  if (data.UserData) requireEncoded(data.UserData);
  const invalid = (message: string) => new AwsError('InvalidParameterValue', message);
  if (Object.values(data).every((value) => value === undefined)) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter LaunchTemplateData');
  }
  for (const { ResourceType: type = '' } of data.TagSpecifications ?? []) {
    if (!TAGGED_AT_LAUNCH.has(type)) {
      throw invalid(`'${type}' is not a valid taggable resource type for this operation.`);
    }
  }
  if (data.InstanceType && data.InstanceRequirements) {
    throw new AwsError(
      'InvalidParameterCombination',
      'InstanceType and InstanceRequirements cannot be specified together.',
    );
  }
  for (const { DeviceName: device, Ebs: ebs } of data.BlockDeviceMappings ?? []) {
    if (!device) throw new AwsError('MissingParameter', 'The request must contain the parameter DeviceName');
    if (ebs?.KmsKeyId !== undefined && !ebs.Encrypted) {
      throw new AwsError(
        'InvalidParameterDependency',
        'The parameter KmsKeyId requires the parameter Encrypted to be set.',
      );
    }
  }
}

/** A new version over a source: members that the request names replace the source's, as wholes. */
export function withSource(
  source: RequestLaunchTemplateData | undefined,
  data: RequestLaunchTemplateData,
): RequestLaunchTemplateData {
  const named = Object.entries(data).filter(([, value]) => value !== undefined);
  return { ...source, ...Object.fromEntries(named) };
}

/**
 * The launch request with the template's parameters where it names none itself. Block devices and tags are joined,
 * device by device and type by type, the request's own over the template's; all else is taken as a whole.
 */
export function withLaunchTemplate(
  request: RunInstancesRequest,
  data: RequestLaunchTemplateData,
): RunInstancesRequest {
  const { RamDiskId, ElasticGpuSpecifications, BlockDeviceMappings, TagSpecifications, Monitoring, ...rest } =
    data;
  // InstanceRequirements are for fleets and Auto Scaling groups: RunInstances launches the type that it is given.
  const { InstanceRequirements: _requirements, ...plain } = rest;
  const own = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
  return {
    ...(plain as Partial<RunInstancesRequest>),
    RamdiskId: RamDiskId,
    ElasticGpuSpecification: ElasticGpuSpecifications as RunInstancesRequest['ElasticGpuSpecification'],
    Monitoring: Monitoring && { ...Monitoring, Enabled: Monitoring.Enabled ?? false },
    ...(own as unknown as RunInstancesRequest),
    BlockDeviceMappings: joined<BlockDeviceMapping>(
      BlockDeviceMappings,
      request.BlockDeviceMappings,
      ({ DeviceName }) => DeviceName,
    ),
    TagSpecifications: joined<TagSpecification>(
      TagSpecifications,
      request.TagSpecifications,
      ({ ResourceType }) => ResourceType,
    ),
  };
}

function joined<T>(
  base: readonly T[] | undefined,
  over: readonly T[] | undefined,
  nameOf: (item: T) => string | undefined,
): T[] | undefined {
  if (!base) return over && [...over];
  const names = new Set((over ?? []).map(nameOf));
  return [...base.filter((item) => !names.has(nameOf(item))), ...(over ?? [])];
}

/**
 * The condition keys that a launch from a template adds to each of its resources: whether the request leaves to the
 * template what it could name itself in `members`
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/launch-template-permissions.html).
 */
export function templateConditions(
  resolved: ResolvedTemplate | undefined,
  request: RunInstancesRequest,
  ...members: readonly (keyof RunInstancesRequest)[]
): ConditionValues {
  const { template } = resolved ?? {};
  return {
    'ec2:LaunchTemplate': template && ec2Arn(template, launchTemplateKind.type, template.id),
    'ec2:IsLaunchTemplateResource':
      template !== undefined && members.every((member) => request[member] === undefined),
  };
}

/** AWS's own tags, which show what an instance was launched from. */
export function templateTags(resolved: ResolvedTemplate | undefined): Tag[] {
  if (!resolved) return [];
  const { template, version } = resolved;
  return [
    { Key: 'aws:ec2launchtemplate:id', Value: template.id },
    { Key: 'aws:ec2launchtemplate:version', Value: String(version.number) },
  ];
}

/** What AWS stores all the same, and warns of. */
export function templateWarnings({
  InstanceType: type,
}: RequestLaunchTemplateData): ValidationWarning | undefined {
  if (!type || findInstanceType(type)) return undefined;
  const Message = `The following supplied instance types do not exist: [${type}]`;
  return { Errors: [{ Code: 'InvalidInstanceType', Message }] };
}
