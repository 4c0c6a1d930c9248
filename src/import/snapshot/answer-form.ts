/**
 * Whether what claims to be an answer of AWS has the form of one, by the shape of the operation's output. Files are written by
 * many tools, and by hand: what passes here is walked by everybody without a further look.
 */

import { serviceShapes } from '../../shapes/services.ts';
import type { Shape, StructureShape } from '../../shapes/shape.ts';
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
  'kms:ListGrants': [['Grants', 'GrantId', 'GranteePrincipal']],
  'kms:ListKeys': [['Keys', 'KeyId']],
  'logs:DescribeLogGroups': [['logGroups', 'logGroupName']],
  'organizations:ListAccountsForParent': [['Accounts', 'Id']],
  'organizations:ListOrganizationalUnitsForParent': [['OrganizationalUnits', 'Id']],
  'organizations:ListPolicies': [['Policies', 'Id']],
  'organizations:ListRoots': [['Roots', 'Id']],
  'organizations:ListTargetsForPolicy': [['Targets', 'TargetId']],
};

/** Throws a sentence that names the file and the place in it. Members that the shape does not have are let be. */
export function requireForm(operation: string, output: Output, name: string): void {
  const [service = '', operationName = ''] = operation.split(':');
  const shape = serviceShapes(service)?.operation(operationName)?.output;
  const fault = (shape && faultOf(shape, output, '')) ?? namelessIn(operation, output);
  if (fault) throw new SnapshotError(`${name} is damaged: in the output of ${operation}, ${fault}`);
}

function namelessIn(operation: string, output: Output): string | undefined {
  return firstOf(NAMES[operation] ?? [], ([list, ...members]) =>
    firstOf(entriesAt(output, list.split('.')), ([at, entry]) => {
      const lacking = members.find((member) => entry[member] === undefined);
      return lacking && `${at} has no ${lacking}`;
    }),
  );
}

function* entriesAt(
  output: Output,
  [list, ...further]: readonly string[],
  before = '',
): Generator<[at: string, entry: Output]> {
  if (list === undefined) return;
  for (const [index, entry] of ((output[list] as Output[] | undefined) ?? []).entries()) {
    const at = `${before}${list}[${index}]`;
    if (further.length === 0) yield [at, entry];
    else yield* entriesAt(entry, further, `${at}.`);
  }
}

function faultOf(shape: Shape, value: unknown, at: string): string | undefined {
  switch (shape.type) {
    case 'structure':
      return faultOfStructure(shape, value, at);
    case 'list':
      if (!Array.isArray(value)) return misfit(value, 'list', at);
      return firstOf(value.entries(), ([index, each]) => faultOf(shape.member, each, `${at}[${index}]`));
    case 'map':
      if (!isObject(value)) return misfit(value, 'object', at);
      return firstOf(Object.entries(value), ([key, each]) => faultOf(shape.value, each, `${at}.${key}`));
    case 'document':
      return undefined;
    case 'timestamp':
      return isTime(value) ? undefined : misfit(value, 'time', at);
    case 'boolean':
      return typeof value === 'boolean' ? undefined : misfit(value, 'boolean', at);
    case 'string':
    case 'blob':
      return typeof value === 'string' ? undefined : misfit(value, 'text', at);
    default:
      return typeof value === 'number' ? undefined : misfit(value, 'number', at);
  }
}

function faultOfStructure({ members }: StructureShape, value: unknown, at: string): string | undefined {
  if (!isObject(value)) return misfit(value, 'object', at);
  return firstOf(members, ({ name, shape }) => {
    const inner = value[name];
    return inner === undefined ? undefined : faultOf(shape, inner, at === '' ? name : `${at}.${name}`);
  });
}

const isObject = (value: unknown): value is Output =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** As the SDK, both AWS CLIs and other tools write it. */
function isTime(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return value instanceof Date || (typeof value === 'string' && !Number.isNaN(Date.parse(value)));
}

const KINDS: Readonly<Record<string, string>> = { string: 'text', object: 'an object' };

function misfit(value: unknown, expected: string, at: string): string {
  const found =
    value === null ? 'null' : Array.isArray(value) ? 'a list' : (KINDS[typeof value] ?? `a ${typeof value}`);
  const wanted = expected === 'object' ? 'an object' : expected === 'text' ? 'text' : `a ${expected}`;
  return `${at || 'the whole'} is ${found}, and not ${wanted}`;
}

function firstOf<T>(all: Iterable<T>, fault: (each: T) => string | undefined): string | undefined {
  for (const each of all) {
    const found = fault(each);
    if (found) return found;
  }
  return undefined;
}
