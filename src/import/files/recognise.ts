/**
 * Which call a saved output answers, by its members: people save outputs under all kinds of names. Account and Region
 * come from the ARNs in it, or from folders named after them.
 */
import type { Scope } from '../../aws/scope.ts';
import { GLOBAL } from '../read-row.ts';
import { READS, rowOf } from '../reads.ts';
import { describedOutput } from '../snapshot/described.ts';
import { type Read, SnapshotError } from '../snapshot/snapshot.ts';

interface Form {
  readonly operation: string;
  /** Members that the output has. */
  readonly has: readonly string[];
  /** Told from outputs of the same members by a member of the first of them, or of its first entry. */
  readonly entryHas?: string;
  /** How the answer tells what it is about: a member of it, or of its first entry. */
  readonly about?: readonly [input: string, path: readonly string[]];
  /** It does not tell: the file's name has to. */
  readonly named?: { readonly input: string; readonly pattern: RegExp; readonly example: string };
  readonly input?: Read['input'];
}

const KEY_ID = /(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/;
const NAMED_KEY = { input: 'KeyId', pattern: KEY_ID, example: '1234abcd-….json' };
const NAMED_PARENT = {
  input: 'ParentId',
  pattern: /(?:r-[0-9a-z]{4,32}|ou-[0-9a-z-]+)/,
  example: 'ou-….json',
};
const NAMED_POLICY = { input: 'PolicyId', pattern: /p-[0-9a-zA-Z_]+/, example: 'p-….json' };

const PARTICULAR: readonly Form[] = [
  { operation: 'sts:GetCallerIdentity', has: ['UserId', 'Account', 'Arn'] },
  { operation: 'ec2:DescribeRegions', has: ['Regions'], entryHas: 'OptInStatus' },
  { operation: 'iam:GetAccountAuthorizationDetails', has: ['RoleDetailList'] },
  { operation: 'iam:GetAccountAuthorizationDetails', has: ['UserDetailList'] },
  {
    operation: 'iam:GetOpenIDConnectProvider',
    has: ['Url', 'ClientIDList'],
    named: {
      input: 'OpenIDConnectProviderArn',
      pattern: /arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/.+(?=\.json)/,
      example: 'ARN.json',
    },
  },
  { operation: 'organizations:DescribeOrganization', has: ['Organization'] },
  { operation: 'organizations:ListRoots', has: ['Roots'] },
  {
    operation: 'organizations:ListOrganizationalUnitsForParent',
    has: ['OrganizationalUnits'],
    named: NAMED_PARENT,
  },
  {
    operation: 'organizations:ListAccountsForParent',
    has: ['Accounts'],
    entryHas: 'JoinedMethod',
    named: NAMED_PARENT,
  },
  {
    operation: 'organizations:DescribePolicy',
    has: ['Policy'],
    entryHas: 'PolicySummary',
    about: ['PolicyId', ['Policy', 'PolicySummary', 'Id']],
  },
  {
    operation: 'organizations:ListTargetsForPolicy',
    has: ['Targets'],
    entryHas: 'TargetId',
    named: NAMED_POLICY,
  },
  { operation: 'organizations:ListPolicies', has: ['Policies'], entryHas: 'AwsManaged' },
  { operation: 'iam:GetAccountAuthorizationDetails', has: ['Policies'], entryHas: 'PolicyVersionList' },
  { operation: 'kms:ListKeys', has: ['Keys'], entryHas: 'KeyArn' },
  { operation: 'kms:ListAliases', has: ['Aliases'], entryHas: 'AliasName' },
  { operation: 'kms:DescribeKey', has: ['KeyMetadata'], about: ['KeyId', ['KeyMetadata', 'KeyId']] },
  {
    operation: 'kms:GetKeyPolicy',
    has: ['Policy', 'PolicyName'],
    named: NAMED_KEY,
    input: { PolicyName: 'default' },
  },
  {
    operation: 'iam:GetPolicy',
    has: ['Policy'],
    entryHas: 'PolicyId',
    about: ['PolicyArn', ['Policy', 'Arn']],
  },
  { operation: 'kms:GetKeyPolicy', has: ['Policy'], named: NAMED_KEY, input: { PolicyName: 'default' } },
  {
    operation: 'kms:ListGrants',
    has: ['Grants'],
    about: ['KeyId', ['Grants', '0', 'KeyId']],
    named: NAMED_KEY,
  },
  { operation: 'kms:ListResourceTags', has: ['Tags'], named: NAMED_KEY },
  {
    operation: 'kms:GetKeyRotationStatus',
    has: ['KeyRotationEnabled'],
    about: ['KeyId', ['KeyId']],
    named: NAMED_KEY,
  },
  { operation: 'ec2:DescribeSnapshots', has: ['Snapshots'], input: { OwnerIds: ['self'] } },
  {
    operation: 'ec2:DescribeSnapshotAttribute',
    has: ['CreateVolumePermissions', 'SnapshotId'],
    about: ['SnapshotId', ['SnapshotId']],
    input: { Attribute: 'createVolumePermission' },
  },
  { operation: 'ec2:DescribeImages', has: ['Images'], input: { Owners: ['self'] } },
  {
    operation: 'ec2:DescribeImageAttribute',
    has: ['LaunchPermissions', 'ImageId'],
    about: ['ImageId', ['ImageId']],
    input: { Attribute: 'launchPermission' },
  },
  {
    operation: 'ec2:DescribeLaunchTemplateVersions',
    has: ['LaunchTemplateVersions'],
    about: ['LaunchTemplateId', ['LaunchTemplateVersions', '0', 'LaunchTemplateId']],
  },
  { operation: 'ec2:GetEbsEncryptionByDefault', has: ['EbsEncryptionByDefault'] },
  { operation: 'ec2:GetEbsDefaultKmsKeyId', has: ['KmsKeyId'] },
  {
    operation: 'cloudformation:DescribeStackEvents',
    has: ['StackEvents'],
    about: ['StackName', ['StackEvents', '0', 'StackId']],
  },
  {
    operation: 'events:ListRules',
    has: ['Rules'],
    about: ['EventBusName', ['Rules', '0', 'EventBusName']],
  },
  {
    operation: 'events:ListTargetsByRule',
    has: ['Targets'],
    entryHas: 'Arn',
    named: { input: 'Rule', pattern: /[\w.-]+(?=\.json)/, example: 'RULE.json' },
  },
  { operation: 'cloudtrail:GetEventSelectors', has: ['TrailARN'], about: ['TrailName', ['TrailARN']] },
  {
    operation: 'ec2:DescribeVpcAttribute',
    has: ['EnableDnsSupport', 'VpcId'],
    about: ['VpcId', ['VpcId']],
    input: { Attribute: 'enableDnsSupport' },
  },
  {
    operation: 'ec2:DescribeVpcAttribute',
    has: ['EnableDnsHostnames', 'VpcId'],
    about: ['VpcId', ['VpcId']],
    input: { Attribute: 'enableDnsHostnames' },
  },
  {
    operation: 'autoscaling:DescribeLifecycleHooks',
    has: ['LifecycleHooks'],
    about: ['AutoScalingGroupName', ['LifecycleHooks', '0', 'AutoScalingGroupName']],
  },
  {
    operation: 'autoscaling:DescribeWarmPool',
    has: ['Instances'],
    entryHas: 'LifecycleState',
    named: { input: 'AutoScalingGroupName', pattern: /[^/]+(?=\.json)/, example: 'GROUP.json' },
  },
  { operation: 'iam:GetAccountPasswordPolicy', has: ['PasswordPolicy'] },
  {
    operation: 'iam:GetInstanceProfile',
    has: ['InstanceProfile'],
    about: ['InstanceProfileName', ['InstanceProfile', 'InstanceProfileName']],
  },
];

const members = READS.flatMap(({ lists = [] }) => lists);

/** Listings of all there is, where the member that they list is no other's. */
const LISTINGS: readonly Form[] = READS.filter(({ each, input }) => !each && !input)
  .filter(({ lists: [member] = [] }) => members.filter((each) => each === member).length === 1)
  .map(({ operation, lists = [] }) => ({ operation, has: lists }));

const FORMS = [...PARTICULAR, ...LISTINGS];

export interface SavedOutput {
  /** Where it lies, from the folder that was named. */
  readonly name: string;
  /** When it was saved, as far as its file tells. ISO 8601. */
  readonly at: string;
  readonly parsed: unknown;
  /** Where all of an import is known to be of one account and Region. */
  readonly place?: Partial<Scope>;
}

/** The read that a saved output stands for; throws a sentence where that cannot be told. */
export function recognise({ name, at, parsed, place }: SavedOutput): Read {
  if (!parsed || typeof parsed !== 'object' || Array.isArray(parsed)) throw foreign(name);
  const output = parsed as Record<string, unknown>;
  const form = FORMS.find((each) => fits(each, output));
  if (!form) throw foreign(name, Object.keys(output));
  const { operation } = form;
  const found = placeOf(output, name);
  const account = place?.account ?? found.account;
  const region = rowOf(operation)?.scope === 'region' ? (place?.region ?? found.region) : GLOBAL;
  if (!account || !region) {
    const missing = [...(account ? [] : ['account']), ...(region ? [] : ['Region'])].join(' nor ');
    throw new SnapshotError(
      `${name} looks like the output of ${operation}, but tells no ${missing}: put it into folders of those names, like 111122223333/us-east-1/${name.slice(name.lastIndexOf('/') + 1)}, or say --account and --region`,
    );
  }
  return {
    operation,
    account,
    region,
    input: { ...form.input, ...aboutOf(form, output, name) },
    at,
    from: name,
    output: describedOutput(operation, output),
  };
}

function fits({ has, entryHas }: Form, output: Record<string, unknown>): boolean {
  if (!has.every((member) => Object.hasOwn(output, member))) return false;
  const [first] = has;
  const entries = output[first as string];
  if (entryHas === undefined) return true;
  if (!Array.isArray(entries)) return Object.hasOwn(Object(entries), entryHas);
  return entries.length === 0 || Object.hasOwn(Object(entries[0]), entryHas);
}

function aboutOf({ operation, about, named }: Form, output: object, name: string): Read['input'] {
  if (about) {
    const [input, path] = about;
    const value = path.reduce<unknown>((inner, step) => Object(inner)[step], output);
    if (typeof value === 'string')
      return { [input]: operation.startsWith('kms:') ? (KEY_ID.exec(value)?.[0] ?? value) : value };
  }
  if (!named) return {};
  const found = named.pattern.exec(decoded(name));
  if (found) return { [named.input]: found[0] };
  throw new SnapshotError(
    `${name} looks like the output of ${operation}, which does not say what it is about: name the file after it, like ${named.example}`,
  );
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

const ARN = /^arn:aws[a-z-]*:[a-z0-9-]+:([a-z0-9-]*):(\d{12}):/;
const MAX_LOOKED_AT = 2000;

/** From ARNs in the output, the first that has each; else from folder names. */
function placeOf(output: unknown, name: string): Partial<Scope> {
  const found: { -readonly [K in keyof Scope]?: string } = {};
  const queue: unknown[] = [output];
  for (let looked = 0; queue.length > 0 && looked < MAX_LOOKED_AT; looked++) {
    const value = queue.shift();
    if (typeof value === 'string') {
      const [, region, account] = ARN.exec(value) ?? [];
      found.account ??= account;
      if (region) found.region ??= region;
    } else if (value && typeof value === 'object') {
      const { OwnerId, AWSAccountId } = value as Record<string, unknown>;
      const owner = OwnerId ?? AWSAccountId;
      if (typeof owner === 'string' && /^\d{12}$/.test(owner)) found.account ??= owner;
      const zone = Object(value).AvailabilityZone;
      if (typeof zone === 'string') found.region ??= /^[a-z]{2}(?:-[a-z]+)+-\d/.exec(zone)?.[0];
      queue.push(...Object.values(value).slice(0, 100));
    }
  }
  for (const folder of name.split('/').slice(0, -1)) {
    if (/^\d{12}$/.test(folder)) found.account = folder;
    if (/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(folder)) found.region = folder;
  }
  return found;
}

function foreign(name: string, members: readonly string[] = []): SnapshotError {
  if (members.includes('reads') && members.includes('operation'))
    return new SnapshotError(`${name} is one file of a snapshot: give the folder that has snapshot.json`);
  const shown = members.slice(0, 5).join(', ').slice(0, 200);
  return new SnapshotError(
    `${name} is no output that can be read${shown && `: it has ${shown}`}. Known are CloudTrail records, LookupEvents output, the CSV of "latchkey import athena-sql", an iam-collect store, and the outputs of the calls that "latchkey import plan" lists`,
  );
}
