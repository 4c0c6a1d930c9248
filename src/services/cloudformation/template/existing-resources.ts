/**
 * Parameters whose type says that they name something that exists: CloudFormation looks it up with the caller's rights
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Call } from '../../../invoke/context.ts';
import { validationError } from '../cloudformation.ts';
import type { Template } from './definition.ts';
import { isList, itemsOf, type ParameterValues, storedValueType } from './parameters.ts';

/** What is there, of each type, among the names asked for. */
const FINDERS: Readonly<Record<string, (call: Call, names: string[]) => Promise<(string | undefined)[]>>> = {
  'AWS::EC2::AvailabilityZone::Name': async (call) =>
    ((await call('ec2', 'DescribeAvailabilityZones', {})).AvailabilityZones ?? []).map(
      ({ ZoneName }) => ZoneName,
    ),
  'AWS::EC2::Image::Id': async (call, ids) =>
    ((await call('ec2', 'DescribeImages', { ImageIds: ids })).Images ?? []).map(({ ImageId }) => ImageId),
  'AWS::EC2::Instance::Id': async (call, ids) =>
    ((await call('ec2', 'DescribeInstances', { InstanceIds: ids })).Reservations ?? []).flatMap(
      ({ Instances: instances = [] }) => instances.map(({ InstanceId }) => InstanceId),
    ),
  'AWS::EC2::KeyPair::KeyName': async (call, names) =>
    ((await call('ec2', 'DescribeKeyPairs', { KeyNames: names })).KeyPairs ?? []).map(
      ({ KeyName }) => KeyName,
    ),
  'AWS::EC2::SecurityGroup::GroupName': async (call, names) =>
    ((await call('ec2', 'DescribeSecurityGroups', { GroupNames: names })).SecurityGroups ?? []).map(
      ({ GroupName }) => GroupName,
    ),
  'AWS::EC2::SecurityGroup::Id': async (call, ids) =>
    ((await call('ec2', 'DescribeSecurityGroups', { GroupIds: ids })).SecurityGroups ?? []).map(
      ({ GroupId }) => GroupId,
    ),
  'AWS::EC2::Subnet::Id': async (call, ids) =>
    ((await call('ec2', 'DescribeSubnets', { SubnetIds: ids })).Subnets ?? []).map(
      ({ SubnetId }) => SubnetId,
    ),
  'AWS::EC2::Volume::Id': async (call, ids) =>
    ((await call('ec2', 'DescribeVolumes', { VolumeIds: ids })).Volumes ?? []).map(
      ({ VolumeId }) => VolumeId,
    ),
  'AWS::EC2::VPC::Id': async (call, ids) =>
    ((await call('ec2', 'DescribeVpcs', { VpcIds: ids })).Vpcs ?? []).map(({ VpcId }) => VpcId),
};

/** Throws AWS's ValidationError for the first parameter that names nothing. */
export async function requireExistence(
  call: Call,
  template: Template,
  values: ParameterValues,
  /** Of the types that these do not have to exist. */
  exempt: readonly string[] = [],
): Promise<void> {
  for (const [key, { Type }] of Object.entries(template.parameters)) {
    const type = storedValueType(Type) ?? Type;
    const named = type.replace(/^List<(.*)>$/, '$1');
    const find = exempt.includes(named) ? undefined : FINDERS[named];
    const value = values[key];
    if (!find || value === undefined) continue;
    const names = isList(type) ? itemsOf(value) : [value];
    const found = await find(call, names).catch((error): (string | undefined)[] => {
      if (error instanceof AwsError && /NotFound|Malformed/.test(error.code)) return [];
      throw error;
    });
    const missing = names.find((name) => !found.includes(name));
    if (missing === undefined) continue;
    throw validationError(
      `Parameter validation failed: parameter value ${missing} for parameter name ${key} does not exist`,
    );
  }
}
