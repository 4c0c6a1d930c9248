/**
 * Whether what claims to be an answer of AWS has the form of one, by the shape of the operation's output. Files are written by
 * many tools, and by hand: what passes here is walked by everybody without a further look.
 */
import { serviceShapes } from '../../shapes/services.ts';
import type { MapShape, Shape, StructureShape } from '../../shapes/shape.ts';
import { SnapshotError } from './snapshot.ts';

/** In one file; tiny ones cost a hundred times their text. The identities of the largest account have some millions. */
export const MAX_VALUES = 8_000_000;

type Output = Readonly<Record<string, unknown>>;

/**
 * What the entries of a list are known by: the models do not say that it is always there. A list within the entries of
 * another is a path: `Policies.PolicyVersionList`.
 */
const NAMES: Readonly<Record<string, readonly (readonly [list: string, ...members: string[]])[]>> = {
  'autoscaling:DescribeAutoScalingGroups': [['AutoScalingGroups', 'AutoScalingGroupName']],
  'autoscaling:DescribeLaunchConfigurations': [['LaunchConfigurations', 'LaunchConfigurationName']],
  'cloudtrail:DescribeTrails': [['trailList', 'Name']],
  'ec2:DescribeImages': [['Images', 'ImageId']],
  'ec2:DescribeLaunchTemplates': [['LaunchTemplates', 'LaunchTemplateId']],
  'ec2:DescribeLaunchTemplateVersions': [['LaunchTemplateVersions', 'LaunchTemplateId']],
  'ec2:DescribeSnapshots': [['Snapshots', 'SnapshotId']],
  'ec2:DescribeVolumes': [['Volumes', 'VolumeId']],
  'events:ListEventBuses': [['EventBuses', 'Name']],
  'events:ListRules': [['Rules', 'Name']],
  'events:ListTargetsByRule': [['Targets', 'Id', 'Arn']],
  'iam:GetAccountAuthorizationDetails': [
    ['GroupDetailList', 'Arn', 'GroupName'],
    ['Policies', 'Arn'],
    ['Policies.PolicyVersionList', 'VersionId'],
    ['RoleDetailList', 'Arn', 'RoleName'],
    ['UserDetailList', 'Arn', 'UserName'],
  ],
  'iam:ListInstanceProfiles': [['InstanceProfiles', 'InstanceProfileName']],
  'kms:ListAliases': [['Aliases', 'AliasName']],
  'kms:ListGrants': [['Grants', 'GrantId']],
  'kms:ListKeys': [['Keys', 'KeyId']],
  'logs:DescribeLogGroups': [['logGroups', 'logGroupName']],
  'organizations:ListAccountsForParent': [['Accounts', 'Id']],
  'organizations:ListOrganizationalUnitsForParent': [['OrganizationalUnits', 'Id']],
  'organizations:ListPolicies': [['Policies', 'Id']],
  'organizations:ListRoots': [['Roots', 'Id']],
  'organizations:ListTargetsForPolicy': [['Targets', 'TargetId']],
};

/** Throws a sentence that names the file and the place in it. */
export function requireForm(operation: string, output: Output, name: string): void {
  const fault = formFault(operation, output);
  if (fault) throw new SnapshotError(`${name} is damaged: in the output of ${operation}, ${fault}`);
}

/** What of an answer is not as AWS gives it; undefined where all is. Members that the shape does not have are let be. */
export function formFault(operation: string, output: Output): string | undefined {
  const [service = '', operationName = ''] = operation.split(':');
  const shape = serviceShapes(service)?.operation(operationName)?.output;
  const misshapen = shape && faultOf(shape, output);
  return misshapen ? faultText(misshapen) : namelessIn(operation, output);
}

function namelessIn(operation: string, output: Output): string | undefined {
  for (const [list, ...members] of NAMES[operation] ?? []) {
    const fault = namelessAt(output, list.split('.'), members);
    if (fault) return faultText(fault);
  }
  return undefined;
}

/** The first entry of the list, or of the lists within its entries, that lacks one of the members. */
function namelessAt(
  output: Output,
  [list, ...further]: readonly string[],
  members: readonly string[],
): Fault | undefined {
  if (list === undefined) {
    const lacking = members.find((member) => output[member] === undefined);
    return lacking === undefined ? undefined : { at: '', says: `has no ${lacking}` };
  }
  const entries = (output[list] as Output[] | undefined) ?? [];
  return firstAmong(entries, (entry) => namelessAt(entry, further, members), `.${list}`);
}

/** `at` is put together once a fault is found: an account has millions of values, and next to none is at fault. */
interface Fault {
  readonly at: string;
  readonly says: string;
}

const faultText = ({ at, says }: Fault): string => `${at.replace(/^\./, '') || 'the whole'} ${says}`;

const within = (step: string, fault: Fault | undefined): Fault | undefined =>
  fault && { at: step + fault.at, says: fault.says };

function firstAmong<T>(
  entries: readonly T[],
  faultOfEntry: (entry: T) => Fault | undefined,
  step = '',
): Fault | undefined {
  for (let index = 0; index < entries.length; index++) {
    const fault = faultOfEntry(entries[index] as T);
    if (fault) return within(`${step}[${index}]`, fault);
  }
  return undefined;
}

function faultOf(shape: Shape, value: unknown): Fault | undefined {
  switch (shape.type) {
    case 'structure':
      return faultOfStructure(shape, value);
    case 'list':
      return Array.isArray(value)
        ? firstAmong(value, (each) => faultOf(shape.member, each))
        : misfit(value, 'list');
    case 'map':
      return faultOfMap(shape, value);
    case 'document':
      return undefined;
    case 'timestamp':
      return isTime(value) ? undefined : misfit(value, 'time');
    case 'boolean':
      return typeof value === 'boolean' ? undefined : misfit(value, 'boolean');
    case 'string':
    case 'blob':
      return typeof value === 'string' ? undefined : misfit(value, 'text');
    default:
      return typeof value === 'number' ? undefined : misfit(value, 'number');
  }
}

function faultOfStructure({ members }: StructureShape, value: unknown): Fault | undefined {
  if (!isObject(value)) return misfit(value, 'object');
  for (const { name, shape } of members) {
    const inner = value[name];
    const fault = inner === undefined ? undefined : faultOf(shape, inner);
    if (fault) return within(`.${name}`, fault);
  }
  return undefined;
}

function faultOfMap({ value: shape }: MapShape, value: unknown): Fault | undefined {
  if (!isObject(value)) return misfit(value, 'object');
  for (const key of Object.keys(value)) {
    const fault = faultOf(shape, value[key]);
    if (fault) return within(`.${key}`, fault);
  }
  return undefined;
}

const isObject = (value: unknown): value is Output =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** As the SDK, both AWS CLIs and other tools write it. */
function isTime(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return value instanceof Date || (typeof value === 'string' && !Number.isNaN(Date.parse(value)));
}

const KINDS: Readonly<Record<string, string>> = { string: 'text', object: 'an object' };

function misfit(value: unknown, expected: string): Fault {
  const found =
    value === null ? 'null' : Array.isArray(value) ? 'a list' : (KINDS[typeof value] ?? `a ${typeof value}`);
  const wanted = expected === 'object' ? 'an object' : expected === 'text' ? 'text' : `a ${expected}`;
  return { at: '', says: `is ${found}, and not ${wanted}` };
}
