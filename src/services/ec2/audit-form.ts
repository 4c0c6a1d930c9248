/**
 * How CloudTrail writes EC2's parameters and results: the wire's names in lower camel case, lists as `{ items: […] }`,
 * lists of ids as items of one named member
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/using-cloudtrail.html).
 */
import type { Member, Shape, StructureShape } from '../../shapes/shape.ts';

/** Lists of plain values in requests: the set that CloudTrail calls them, and the member of each item. */
const REQUEST_SETS: Readonly<Record<string, readonly [set: string, item?: string]>> = {
  InstanceIds: ['instancesSet', 'instanceId'],
  VolumeIds: ['volumeSet', 'volumeId'],
  SnapshotIds: ['snapshotSet', 'snapshotId'],
  ImageIds: ['imagesSet', 'imageId'],
  SecurityGroupIds: ['groupSet', 'groupId'],
  GroupIds: ['securityGroupIdSet', 'groupId'],
  SecurityGroups: ['groupSet', 'groupName'],
  SubnetIds: ['subnetSet', 'subnetId'],
  VpcIds: ['vpcSet', 'vpcId'],
  Owners: ['ownersSet', 'owner'],
  Resources: ['resourcesSet', 'resourceId'],
  Tags: ['tagSet'],
  TagSpecifications: ['tagSpecificationSet'],
  Filters: ['filterSet'],
  Values: ['valueSet', 'value'],
};

/** RunInstances tells image and counts as an instance set. */
const LAUNCH_MEMBERS = ['imageId', 'minCount', 'maxCount', 'keyName'] as const;

export function auditedRequest(shape: StructureShape, input: object): object {
  const plain = structure(shape, input, requestName) as Record<string, unknown>;
  if (!('minCount' in plain)) return plain;
  const launched: Record<string, unknown> = {};
  for (const name of LAUNCH_MEMBERS) {
    if (!(name in plain)) continue;
    launched[name] = plain[name];
    delete plain[name];
  }
  return { instancesSet: { items: [launched] }, ...plain };
}

export function auditedResponse(shape: StructureShape, output: object, requestId: string): object {
  const plain = structure(shape, output, responseName);
  return { requestId, ...(Object.keys(plain).length > 0 ? plain : { _return: true }) };
}

type Naming = (member: Member) => { name: string; item?: string };

const requestName: Naming = (member) => {
  const [set, item] = REQUEST_SETS[member.name] ?? [lowerFirst(member.requestName)];
  return { name: set, item };
};
const responseName: Naming = (member) => ({ name: lowerFirst(member.responseName) });

function structure(shape: StructureShape, value: object, naming: Naming): object {
  const plain: Record<string, unknown> = {};
  for (const member of shape.members) {
    const inner = (value as Record<string, unknown>)[member.name];
    if (inner === undefined || inner === null) continue;
    const { name, item } = naming(member);
    plain[name] = isSensitive(member)
      ? '<sensitiveDataRemoved>'
      : plainValue(member.shape, inner, naming, item);
  }
  return plain;
}

function plainValue(shape: Shape, value: unknown, naming: Naming, item: string | undefined): unknown {
  switch (shape.type) {
    case 'structure':
      return structure(shape, value as object, naming);
    case 'list': {
      const items = (value as unknown[]).map((each) => {
        const plain = plainValue(shape.member, each, naming, undefined);
        return item ? { [item]: plain } : plain;
      });
      return { items };
    }
    case 'blob':
      return undefined;
    default:
      return value;
  }
}

const isSensitive = ({ name, shape }: Member) =>
  name === 'UserData' || ('sensitive' in shape && shape.sensitive === true);
const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
