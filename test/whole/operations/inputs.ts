/** Inputs made from an operation's shape: one that is plausible, and any number of random ones. */
import fc, { type Arbitrary } from 'fast-check';
import type { Operation } from '../../../src/invoke/operation.ts';
import type { Member, Shape, StructureShape } from '../../../src/shapes/shape.ts';
import type { Pool } from './world.ts';

/** What an operation needs though its shape does not say so. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  'kms:Decrypt': ['CiphertextBlob'],
  'kms:ReEncrypt': ['CiphertextBlob'],
  'kms:GenerateDataKey': ['KeySpec'],
  'kms:GenerateDataKeyWithoutPlaintext': ['KeySpec'],
  'kms:RetireGrant': ['GrantToken'],
  'ec2:AssignIpv6Addresses': ['Ipv6AddressCount'],
  'ec2:AssociateRouteTable': ['SubnetId'],
  'ec2:AssociateSubnetCidrBlock': ['Ipv6CidrBlock'],
  'ec2:AssociateVpcCidrBlock': ['CidrBlock'],
  'ec2:AuthorizeSecurityGroupIngress': ['GroupId', 'IpPermissions'],
  'ec2:AuthorizeSecurityGroupEgress': ['IpPermissions'],
  'ec2:CreateCapacityReservation': ['AvailabilityZone'],
  'ec2:CreateCustomerGateway': ['IpAddress'],
  'ec2:CreateDefaultSubnet': ['AvailabilityZone'],
  'ec2:CreateFleet': ['LaunchTemplateConfigs'],
  'ec2:CreateLaunchTemplateVersion': ['LaunchTemplateId'],
  'ec2:CreatePlacementGroup': ['GroupName'],
  'ec2:CreateRoute': ['DestinationCidrBlock', 'GatewayId'],
  'ec2:CreateSubnet': ['CidrBlock'],
  'ec2:CreateVolume': ['AvailabilityZone', 'Size'],
  'ec2:CreateVpc': ['CidrBlock'],
  'ec2:CreateVpcBlockPublicAccessExclusion': ['VpcId'],
  'ec2:CreateVpcEndpoint': ['ServiceName'],
  'ec2:CreateVpcPeeringConnection': ['PeerVpcId'],
  'ec2:DeleteKeyPair': ['KeyName'],
  'ec2:DeleteRoute': ['DestinationCidrBlock'],
  'ec2:DisableFastSnapshotRestores': ['AvailabilityZones'],
  'ec2:EnableFastSnapshotRestores': ['AvailabilityZones'],
  'ec2:LockSnapshot': ['LockDuration'],
  'ec2:DeleteLaunchTemplate': ['LaunchTemplateId'],
  'ec2:DeleteLaunchTemplateVersions': ['LaunchTemplateId'],
  'ec2:AssociateAddress': ['NetworkInterfaceId', 'AllocationId'],
  'ec2:CreateNatGateway': ['SubnetId', 'AllocationId'],
  'ec2:CreateNetworkAclEntry': ['CidrBlock', 'PortRange'],
  'ec2:DisassociateAddress': ['AssociationId'],
  'ec2:ReleaseAddress': ['AllocationId'],
  'ec2:ReplaceNetworkAclEntry': ['CidrBlock', 'PortRange'],
  'ec2:ReplaceRoute': ['GatewayId', 'DestinationCidrBlock'],
  'ec2:DeleteSecurityGroup': ['GroupId'],
  'ec2:ModifyImageAttribute': ['LaunchPermission'],
  'ec2:ModifyInstanceAttribute': ['SourceDestCheck'],
  'ec2:ModifyLaunchTemplate': ['LaunchTemplateId', 'DefaultVersion'],
  'ec2:ModifyNetworkInterfaceAttribute': ['SourceDestCheck'],
  'ec2:ModifySnapshotAttribute': ['CreateVolumePermission'],
  'ec2:ModifySubnetAttribute': ['MapPublicIpOnLaunch'],
  'ec2:ModifyVpcAttribute': ['EnableDnsSupport'],
  'ec2:RegisterImage': ['RootDeviceName', 'BlockDeviceMappings'],
  'ec2:RevokeSecurityGroupIngress': ['GroupId', 'IpPermissions'],
  'ec2:RevokeSecurityGroupEgress': ['IpPermissions'],
  'ec2:RequestSpotInstances': ['LaunchSpecification'],
  'ec2:RunInstances': ['ImageId', 'InstanceType'],
  'ec2:UpdateSecurityGroupRuleDescriptionsEgress': ['GroupId', 'IpPermissions'],
  'ec2:UpdateSecurityGroupRuleDescriptionsIngress': ['GroupId', 'IpPermissions'],
  'events:PutPermission': ['Action', 'Principal', 'StatementId'],
  'events:PutRule': ['EventPattern'],
  'logs:AssociateKmsKey': ['logGroupName'],
  'logs:DescribeLogStreams': ['logGroupName'],
  'logs:DisassociateKmsKey': ['logGroupName'],
  'logs:FilterLogEvents': ['logGroupName'],
  'logs:GetLogEvents': ['logGroupName'],
  'logs:PutResourcePolicy': ['policyName', 'policyDocument'],
  'logs:DeleteResourcePolicy': ['policyName'],
};

/** Required members (and those known to be needed), with what is there: nothing but permissions should be missing. */
export function plausibleInput({ service, name, shape }: Operation, pool: Pool): object {
  const needed = NEEDED[`${service.id}:${name}`] ?? [];
  const members = shape.input.members.filter((each) => each.required || needed.includes(each.name));
  return Object.fromEntries(members.map((member) => [member.name, plausible(member, pool)]));
}

/** A value for a member, of the pool where it has one that fits. */
export function plausible(member: Member, pool: Pool): unknown {
  const known = fromPool(member.name, member.shape, pool).find((value) => fits(value, member.shape));
  if (known !== undefined) return known;
  const { shape } = member;
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        shape.members.filter(({ required }) => required).map((each) => [each.name, plausible(each, pool)]),
      );
    case 'list':
      return [plausible({ ...member, name: singular(member.name), shape: shape.member }, pool)];
    case 'map':
      return shape.min ? { plausible: plausible({ ...member, shape: shape.value }, pool) } : {};
    case 'string':
      return shape.enum?.[0] ?? plausibleText(shape);
    case 'blob':
      return new Uint8Array(Math.max(shape.min ?? 0, 32));
    case 'timestamp':
      return new Date('2026-11-22T12:00:00Z');
    case 'boolean':
      return true;
    case 'document':
      return {};
    default:
      return shape.min ?? 1;
  }
}

/** One name may stand for different things in two services. */
function fits(value: unknown, shape: Shape): boolean {
  if (typeof value !== 'string' || shape.type !== 'string') return true;
  const { min = 0, max = Number.POSITIVE_INFINITY, pattern } = shape;
  return value.length >= min && value.length <= max && expressionOf(pattern).test(value);
}

/** Patterns are Java's: where the unicode flag cannot have them, they mean the same without. */
function expressionOf(pattern: string | undefined): RegExp {
  const source = pattern === undefined ? '' : `^(?:${pattern})$`;
  try {
    return new RegExp(source, 'u');
  } catch {
    return new RegExp(source);
  }
}

function plausibleText({ min = 0, max = 40, pattern }: Limits): string {
  const expression = expressionOf(pattern);
  const isFitting = (value: string) => value.length >= min && value.length <= max && expression.test(value);
  const candidates = [
    'plausible',
    '123456',
    ...fc.sample(text({ min, max, pattern }), { seed: 1, numRuns: 50 }),
  ];
  return candidates.find(isFitting) ?? 'plausible';
}

const singular = (name: string) => name.replace(/s$/, '');

/** Values of the pool under this name that are of the shape's type. */
function fromPool(name: string, shape: Shape, pool: Pool): readonly unknown[] {
  const values = pool.values[name] ?? [];
  const choices = shape.type === 'string' ? shape.enum : undefined;
  return values.filter(
    (value) =>
      typeOf(value) === (shape.type === 'long' ? 'integer' : shape.type) &&
      (choices?.includes(value as string) ?? true),
  );
}

interface Limits {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
}

function typeOf(value: unknown): Shape['type'] {
  if (value instanceof Uint8Array) return 'blob';
  if (typeof value === 'number') return 'integer';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' ? 'structure' : 'string';
}

const ODD_TEXTS = [
  '',
  '*',
  ' ',
  '../../etc',
  '\u0000',
  'é😀',
  '<&>"\'',
  'a'.repeat(3000),
  '__proto__',
  ['$', '{aws:username}'].join(''),
];

/** Random throughout, or a plausible one with a random member or two. */
export function anyInput(operation: Operation, pool: Pool): Arbitrary<object> {
  const { input } = operation.shape;
  const base = plausibleInput(operation, pool);
  const throughout = structure(input, pool, 0);
  if (input.members.length === 0) return throughout;
  const change = fc
    .constantFrom(...sent(input))
    .chain((member) => memberValue(member, pool, 0).map((value) => ({ [member.name]: value })));
  const changed = fc.array(change, { maxLength: 2 }).map((changes) => Object.assign({}, base, ...changes));
  return fc.oneof({ weight: 1, arbitrary: throughout }, { weight: 2, arbitrary: changed });
}

function memberValue(member: Member, pool: Pool, depth: number): Arbitrary<unknown> {
  const { name, shape, location } = member;
  const value = any(singular(name) in pool.values ? singular(name) : name, shape, pool, depth + 1);
  const isSendable = location && SENDABLE[location];
  return isSendable ? value.filter((each) => isSendable(String(each))) : value;
}

/** Of EventBridge's global endpoints, the SDK makes a host of their own. */
const sent = ({ members }: StructureShape) => members.filter(({ name }) => name !== 'EndpointId');

/** What clients refuse to put in a path or a header never reaches the server. */
const SENDABLE: { readonly [L in NonNullable<Member['location']>]?: (text: string) => boolean } = {
  uri: (text) => text !== '',
  header: (text) => /^[\x21-\x7e]*$/.test(text),
};

function structure(shape: StructureShape, pool: Pool, depth: number): Arbitrary<object> {
  const members = sent(shape).map((member) => {
    const value = memberValue(member, pool, depth);
    const absent = fc.constant(undefined);
    // Most optional members are left out: one odd value is enough to have the whole input refused.
    const weight = member.required ? 40 : Math.max(1, Math.floor(20 / shape.members.length));
    const otherwise = member.location === 'uri' ? 0 : member.required ? 1 : 4;
    return [
      member.name,
      fc.oneof({ weight, arbitrary: value }, { weight: otherwise, arbitrary: absent }),
    ] as const;
  });
  return fc
    .record(Object.fromEntries(members))
    .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)));
}

function any(name: string, shape: Shape, pool: Pool, depth: number): Arbitrary<unknown> {
  const known = fromPool(name, shape, pool);
  const random = randomly(name, shape, pool, depth);
  return known.length > 0
    ? fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: random })
    : random;
}

function randomly(name: string, shape: Shape, pool: Pool, depth: number): Arbitrary<unknown> {
  switch (shape.type) {
    case 'structure':
      return depth > 5 ? fc.constant({}) : structure(shape, pool, depth);
    case 'list':
      return depth > 5
        ? fc.constant([])
        : fc.array(any(singular(name), shape.member, pool, depth + 1), { maxLength: 3 });
    case 'map':
      return fc
        .array(fc.tuple(text(shape.key as Limits), any(name, shape.value, pool, depth + 1)), { maxLength: 3 })
        .map((entries) => Object.fromEntries(entries.filter(([key]) => key !== '__proto__')));
    case 'string':
      return shape.enum
        ? fc.oneof(
            { weight: 8, arbitrary: fc.constantFrom(...shape.enum) },
            { weight: 1, arbitrary: text({}) },
          )
        : text(shape);
    case 'blob':
      return fc.uint8Array({ minLength: Math.min(shape.min ?? 0, 64), maxLength: 64 });
    case 'timestamp':
      return fc.oneof(
        fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true }),
        fc.constantFrom(new Date(0), new Date('9999-12-31T23:59:59Z')),
      );
    case 'boolean':
      return fc.boolean();
    case 'document':
      return fc.constant({});
    default:
      return number(shape);
  }
}

function number({ type, min, max }: { type: string; min?: number; max?: number }): Arbitrary<number> {
  const lowest = min ?? 0;
  const few = fc.integer({ min: lowest, max: Math.max(lowest, Math.min(max ?? 100, lowest + 100)) });
  const edges = [0, -1, lowest, max ?? 1, 2 ** 31 - 1, ...(type === 'long' ? [2 ** 53 - 1] : [])];
  return fc.oneof({ weight: 4, arbitrary: few }, { weight: 1, arbitrary: fc.constantFrom(...edges) });
}

function text({ min = 0, max = 40, pattern }: Limits): Arbitrary<string> {
  const free = fc.string({ minLength: min, maxLength: Math.max(min, Math.min(max, 40)), unit: 'grapheme' });
  const odd = fc.constantFrom(...ODD_TEXTS);
  const fitting = pattern === undefined ? undefined : matching(pattern, min, max);
  return fitting
    ? fc.oneof(
        { weight: 6, arbitrary: fitting },
        { weight: 1, arbitrary: free },
        { weight: 1, arbitrary: odd },
      )
    : fc.oneof({ weight: 6, arbitrary: free }, { weight: 1, arbitrary: odd });
}

/** Texts by pattern and bounds: members share them, and to turn a pattern round takes milliseconds. */
const matchingTexts = new Map<string, Arbitrary<string> | undefined>();

function matching(pattern: string, min: number, max: number): Arbitrary<string> | undefined {
  const key = `${min} ${max} ${pattern}`;
  if (!matchingTexts.has(key)) matchingTexts.set(key, textsThatMatch(pattern, min, max));
  return matchingTexts.get(key);
}

/** Texts that fit a pattern of the API model; undefined for patterns that cannot be turned round. */
function textsThatMatch(pattern: string, min: number, max: number): Arbitrary<string> | undefined {
  try {
    const expression = new RegExp(`^(?:${pattern.replace(/^\^|\$$/g, '')})$`, 'u');
    const arbitrary = fc.stringMatching(expression, { maxLength: Math.min(max, 100) });
    fc.sample(arbitrary, { seed: 1, numRuns: 3 });
    return arbitrary.map((value) => (value.length < min ? value.padEnd(min, 'a') : value));
  } catch {
    return undefined;
  }
}
