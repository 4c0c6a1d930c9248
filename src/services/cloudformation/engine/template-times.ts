/** Times: templates write them as text, calls within the server carry milliseconds. */
import { type ServiceId, serviceShapes } from '../../../shapes/services.ts';
import type { Shape, StructureShape } from '../../../shapes/shape.ts';
import { HandlerFailure } from '../resource-type/failure.ts';

/** The input of a call with each text that stands where the operation takes a time as that time. */
export function withTimes<T>(service: ServiceId, operation: string, input: T): T {
  const shape = serviceShapes(service).operation(operation)?.input;
  return shape ? (timed(shape, input) as T) : input;
}

function timed(shape: Shape, value: unknown): unknown {
  if (shape.type === 'timestamp') return typeof value === 'string' ? timeOf(value) : value;
  if (typeof value !== 'object' || value === null || !hasTimes(shape)) return value;
  if (shape.type === 'list') return (value as unknown[]).map((each) => timed(shape.member, each));
  if (shape.type !== 'structure') return value;
  const members = new Map(shape.members.map((member) => [member.name, member.shape]));
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      const member = members.get(name);
      return [name, member ? timed(member, each) : each];
    }),
  );
}

function timeOf(text: string): number {
  const timeMs = Date.parse(text);
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new HandlerFailure(`'${text}' is not a time, such as 2030-01-01T00:00:00Z.`, 'InvalidRequest');
}

/** Few inputs have any. A structure that contains itself has none but those found on the way. */
const known = new WeakMap<StructureShape, boolean>();

function hasTimes(shape: Shape): boolean {
  if (shape.type === 'timestamp') return true;
  if (shape.type === 'list') return hasTimes(shape.member);
  if (shape.type !== 'structure') return false;
  const found = known.get(shape);
  if (found !== undefined) return found;
  known.set(shape, false);
  const has = shape.members.some((member) => hasTimes(member.shape));
  known.set(shape, has);
  return has;
}
