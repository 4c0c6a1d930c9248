/** From output to what is written as JSON, or as CBOR, by shape: only modelled members leave. Compiled once per shape. */
import type { Member, Shape, StructureShape } from '../../shapes/shape.ts';
import { base64FromBytes } from './base64.ts';

type Writer = (value: never) => unknown;

type WriterOf = (shape: Shape) => (value: unknown) => unknown;

/** How a form writes what it has no type of its own for. */
interface Scalars {
  timestamp(shape: Extract<Shape, { type: 'timestamp' }>): (ms: number) => unknown;
  blob(bytes: Uint8Array): unknown;
}

export function writersOf(scalars: Scalars): WriterOf {
  const writers = new WeakMap<Shape, Writer>();
  const writerOf: WriterOf = (shape) => {
    let writer = writers.get(shape);
    if (!writer) {
      // Stands in while the members are compiled: shapes may contain themselves.
      writers.set(shape, (value) => writers.get(shape)!(value));
      writer = compile(shape, scalars, writerOf);
      writers.set(shape, writer);
    }
    return writer as (value: unknown) => unknown;
  };
  return writerOf;
}

function compile(shape: Shape, scalars: Scalars, writerOf: WriterOf): Writer {
  switch (shape.type) {
    case 'structure':
      return membersWriter(shape, () => true, writerOf);
    case 'list': {
      const write = writerOf(shape.member);
      return (list: readonly unknown[]) => list.map(write);
    }
    case 'map': {
      const write = writerOf(shape.value);
      return (map: object) =>
        Object.fromEntries(Object.entries(map).map(([key, value]) => [key, write(value)]));
    }
    case 'timestamp':
      return scalars.timestamp(shape);
    case 'blob':
      return scalars.blob;
    default:
      return (value) => value;
  }
}

export const jsonWriter = writersOf({
  timestamp: ({ format }) => (format === 'epoch-seconds' ? (ms) => ms / 1000 : isoTime),
  blob: base64FromBytes,
});

/** Writes the members of a structure that `selects` picks; restJson1 puts the others elsewhere. */
export function membersWriter(
  shape: StructureShape,
  selects: (member: Member) => boolean,
  writerOf: WriterOf = jsonWriter,
) {
  const members = shape.members.filter(selects).map(({ name, responseName, shape: member }) => ({
    name,
    responseName,
    write: writerOf(member),
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
