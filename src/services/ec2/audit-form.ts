/**
 * How CloudTrail writes EC2's parameters and results: the wire's names in lower camel case, lists as `{ items: […] }`,
 * lists of ids as items of one named member
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/using-cloudtrail.html). Of younger operations it writes the
 * XML of request and response (audit-form-xml.ts).
 */
import { lowerFirst } from '../../aws/member-name.ts';
import type { Member, OperationShape, Shape, StructureShape } from '../../shapes/shape.ts';
import { isYounger, xmlRequest, xmlResponse } from './audit-form-xml.ts';
import { isSensitive, REMOVED } from './sensitive-member.ts';

/** Lists of plain values in requests: the set that CloudTrail calls them, and the member of each item. */
const REQUEST_SETS: Readonly<Record<string, readonly [set: string, item?: string]>> = {
  InstanceIds: ['instancesSet', 'instanceId'],
  VolumeIds: ['volumeSet', 'volumeId'],
  SnapshotIds: ['snapshotSet', 'snapshotId'],
  ImageIds: ['imagesSet', 'imageId'],
  SecurityGroupIds: ['groupSet', 'groupId'],
  GroupIds: ['securityGroupIdSet', 'groupId'],
  GroupNames: ['securityGroupSet', 'groupName'],
  SecurityGroups: ['groupSet', 'groupName'],
  SubnetIds: ['subnetSet', 'subnetId'],
  VpcIds: ['vpcSet', 'vpcId'],
  OwnerIds: ['ownersSet', 'owner'],
  Owners: ['ownersSet', 'owner'],
  ExecutableUsers: ['executableBySet', 'user'],
  RestorableByUserIds: ['sharedUsersSet', 'user'],
  Resources: ['resourcesSet', 'resourceId'],
  Tags: ['tagSet'],
  TagSpecifications: ['tagSpecificationSet'],
  Filters: ['filterSet'],
  Values: ['valueSet', 'value'],
};

interface Form {
  /** CloudTrail's names for members, where they are not the wire's. */
  readonly names?: Readonly<Record<string, string>>;
  /** Numbers that it writes as text. */
  readonly asText?: readonly string[];
  /** Members that it leaves out where they are empty. */
  readonly unlessEmpty?: readonly string[];
  /** Parameters that are recorded though the request does not name them. */
  readonly defaults?: object;
}

const FORMS: Readonly<Record<string, Form>> = {
  AttachVolume: { defaults: { deleteOnTermination: false } },
  CopySnapshot: { names: { KmsKeyId: 'masterEncryptionKeyId' } },
  CreateSnapshot: { asText: ['VolumeSize'], unlessEmpty: ['Progress', 'Description'] },
  CreateVolume: {
    names: { AvailabilityZone: 'zone', KmsKeyId: 'masterEncryptionKeyId' },
    asText: ['Size'],
    unlessEmpty: ['SnapshotId'],
  },
  DeleteVolume: { defaults: { reportVolumeFailure: false } },
  DetachVolume: { defaults: { force: false } },
  RunInstances: {
    defaults: {
      blockDeviceMapping: {},
      monitoring: { enabled: false },
      disableApiTermination: false,
      disableApiStop: false,
    },
  },
  StopInstances: { defaults: { force: false } },
};

/** RunInstances records image and counts as an instance set. */
const LAUNCH_MEMBERS = ['imageId', 'minCount', 'maxCount', 'keyName'] as const;

export function auditedRequest(name: string, { input: shape }: OperationShape, input: object): object {
  if (isYounger(shape)) return xmlRequest(name, shape, input);
  const form = FORMS[name] ?? {};
  const plain: Record<string, unknown> = {
    ...(name.startsWith('Describe') && emptySets(shape)),
    ...form.defaults,
    ...structure(shape, input, requestNaming(form)),
  };
  if (name !== 'RunInstances') return plain;
  const launched: Record<string, unknown> = {};
  for (const member of LAUNCH_MEMBERS) {
    if (!(member in plain)) continue;
    launched[member] = plain[member];
    delete plain[member];
  }
  return { instancesSet: { items: [launched] }, ...plain };
}

export function auditedResponse(
  name: string,
  { input, output: shape }: OperationShape,
  output: object,
  requestId: string,
): object {
  if (isYounger(input)) return xmlResponse(name, shape, output, requestId);
  const plain = structure(shape, output, responseNaming(FORMS[name] ?? {}));
  return { requestId, ...(Object.keys(plain).length > 0 ? plain : { _return: true }) };
}

/** What a listing is asked for is recorded even where nothing was named. */
function emptySets({ members }: StructureShape): object {
  const sets = members.flatMap(({ name }) => REQUEST_SETS[name]?.[0] ?? []);
  return Object.fromEntries(sets.map((set) => [set, {}]));
}

/** How a member is recorded; undefined leaves it out. */
type Naming = (member: Member, value: unknown) => { name: string; item?: string; text?: boolean } | undefined;

function requestNaming({ names, asText }: Form): Naming {
  return (member) => {
    const [set, item] = REQUEST_SETS[member.name] ?? [lowerFirst(member.requestName)];
    return { name: names?.[member.name] ?? set, item, text: asText?.includes(member.name) };
  };
}

/** Under which names a member of a recorded request or response may stand, the surest first. */
export function recordedNames(operation: string, { name, requestName, responseName }: Member): string[] {
  const { names } = FORMS[operation] ?? {};
  const ofRequest = [REQUEST_SETS[name]?.[0], lowerFirst(requestName), requestName];
  const known = [names?.[name], ...ofRequest, lowerFirst(responseName), responseName];
  return [...known, lowerFirst(name), name].filter((each) => each !== undefined);
}

function responseNaming({ names, asText, unlessEmpty }: Form): Naming {
  return (member, value) => {
    if (value === '' && unlessEmpty?.includes(member.name)) return undefined;
    const name = names?.[member.name] ?? lowerFirst(member.responseName);
    return { name, text: asText?.includes(member.name) };
  };
}

/** The tags of a specification are a plain list. */
const isTagSpecification = ({ members }: StructureShape) =>
  members.length === 2 && members.some(({ name }) => name === 'ResourceType');

function structure(shape: StructureShape, value: object, naming: Naming): object {
  const plain: Record<string, unknown> = {};
  for (const member of shape.members) {
    const inner = (value as Record<string, unknown>)[member.name];
    if (inner === undefined || inner === null) continue;
    const named = naming(member, inner);
    if (!named) continue;
    const { name, item, text } = named;
    if (isSensitive(member)) plain[name] = REMOVED;
    else if (text) plain[name] = String(inner);
    else if (member.shape.type === 'list' && isTagSpecification(shape))
      plain.tags = items(member.shape.member, inner as unknown[], naming, undefined);
    else plain[name] = plainValue(member.shape, inner, naming, item);
  }
  return plain;
}

function plainValue(shape: Shape, value: unknown, naming: Naming, item: string | undefined): unknown {
  switch (shape.type) {
    case 'structure':
      return structure(shape, value as object, naming);
    case 'list': {
      const list = items(shape.member, value as unknown[], naming, item);
      return list.length > 0 ? { items: list } : {};
    }
    case 'blob':
      return undefined;
    default:
      return value;
  }
}

function items(shape: Shape, values: unknown[], naming: Naming, item: string | undefined): unknown[] {
  return values.map((each) => {
    const plain = plainValue(shape, each, naming, undefined);
    return item ? { [item]: plain } : plain;
  });
}
