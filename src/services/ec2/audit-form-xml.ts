/**
 * How CloudTrail writes the parameters and results of EC2's younger operations: their XML as JSON, under the
 * document's name. An element that comes once stands for itself and one that repeats is a list; in a request each
 * element of a list has its place as `tag`.
 */
import type { Member, Shape, StructureShape } from '../../shapes/shape.ts';
import { isSensitive, REMOVED } from './sensitive-member.ts';

const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';

const OF_PROFILE_ASSOCIATIONS = ['AssociationId', 'AssociationIds', 'IamInstanceProfile'];

/**
 * The API model marks them by a DryRun without a wire name of its own; the operations on instance profile associations
 * have no DryRun at all.
 */
export function isYounger({ members }: StructureShape): boolean {
  const dryRun = members.find(({ name }) => name === 'DryRun');
  if (dryRun) return dryRun.responseName === 'DryRun';
  return members.some(({ name }) => OF_PROFILE_ASSOCIATIONS.includes(name));
}

export function xmlRequest(name: string, shape: StructureShape, input: object): object {
  return { [`${name}Request`]: elements(shape, input, REQUEST) };
}

export function xmlResponse(name: string, shape: StructureShape, output: object, requestId: string): object {
  return { [`${name}Response`]: { xmlns: NAMESPACE, ...elements(shape, output, RESPONSE), requestId } };
}

interface Direction {
  nameOf(member: Member): string;
  list(items: readonly unknown[]): unknown;
}

const REQUEST: Direction = {
  nameOf: ({ requestName }) => requestName,
  list: (items) => once(items.map((item, index) => tagged(item, index + 1))),
};

const RESPONSE: Direction = {
  nameOf: ({ responseName }) => responseName,
  list: (items) => (items.length > 0 ? { item: once(items) } : ''),
};

const once = (items: readonly unknown[]) => (items.length === 1 ? items[0] : items);

const tagged = (item: unknown, tag: number) =>
  typeof item === 'object' ? { ...item, tag } : { tag, content: item };

function elements(shape: StructureShape, value: object, direction: Direction): object {
  const plain: Record<string, unknown> = {};
  for (const member of shape.members) {
    const inner = (value as Record<string, unknown>)[member.name];
    if (inner === undefined || inner === null) continue;
    plain[direction.nameOf(member)] = isSensitive(member)
      ? REMOVED
      : plainValue(member.shape, inner, direction);
  }
  return plain;
}

function plainValue(shape: Shape, value: unknown, direction: Direction): unknown {
  switch (shape.type) {
    case 'structure':
      return elements(shape, value as object, direction);
    case 'list':
      return direction.list((value as unknown[]).map((each) => plainValue(shape.member, each, direction)));
    case 'timestamp':
      return new Date(value as number).toISOString();
    case 'blob':
      return undefined;
    default:
      return value;
  }
}
