/** From output to what `JSON.stringify` takes, by shape: only modelled members leave. Compiled once per shape. */
import type { Member, Shape, StructureShape } from '../shapes/shape.ts';
import { base64FromBytes } from './base64.ts';

type Writer = (value: never) => unknown;

const writers = new WeakMap<Shape, Writer>();

export function jsonWriter(shape: Shape): (value: unknown) => unknown {
  let writer = writers.get(shape);
  if (!writer) {
    // Stands in while the members are compiled: shapes may contain themselves.
    writers.set(shape, (value) => writers.get(shape)!(value));
    writer = compile(shape);
    writers.set(shape, writer);
  }
  return writer as (value: unknown) => unknown;
}

function compile(shape: Shape): Writer {
  switch (shape.type) {
    case 'structure':
      return membersWriter(shape, () => true);
    case 'list': {
      const write = jsonWriter(shape.member);
      return (list: readonly unknown[]) => list.map(write);
    }
    case 'map': {
      const write = jsonWriter(shape.value);
      return (map: object) =>
        Object.fromEntries(Object.entries(map).map(([key, value]) => [key, write(value)]));
    }
    case 'timestamp':
      return shape.format === 'epoch-seconds' ? (ms: number) => ms / 1000 : isoTime;
    case 'blob':
      return base64FromBytes;
    default:
      return (value) => value;
  }
}

/** Writes the members of a structure that `selects` picks; restJson1 puts the others elsewhere. */
export function membersWriter(shape: StructureShape, selects: (member: Member) => boolean) {
  const members = shape.members.filter(selects).map(({ name, responseName, shape: member }) => ({
    name,
    responseName,
    write: jsonWriter(member),
  }));
  return (value: Readonly<Record<string, unknown>>) => {
    const result: Record<string, unknown> = {};
    for (const { name, responseName, write } of members) {
      const member = value[name];
      if (member !== undefined && member !== null) result[responseName] = write(member);
    }
    return result;
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
