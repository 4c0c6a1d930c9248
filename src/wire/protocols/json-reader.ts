/** From parsed JSON, or CBOR, to input, by shape. Readers are compiled once per shape. */
import { AwsError } from '../../aws/aws-error.ts';
import type { ListShape, MapShape, Shape, StructureShape } from '../../shapes/shape.ts';
import { bytesFromBase64 } from './base64.ts';
import { isInRange, timeOfSeconds } from './ranges.ts';

type Reader = (value: unknown) => unknown;
type ReaderOf = (shape: Shape) => Reader;

/** A reader of values whose scalars are written in a form's own way. */
export function readersOf(scalars: Readonly<Record<ScalarType, Reader>>): ReaderOf {
  const readers = new WeakMap<Shape, Reader>();
  const readerOf: ReaderOf = (shape) => {
    let reader = readers.get(shape);
    if (!reader) {
      // Stands in while the members are compiled: shapes may contain themselves.
      readers.set(shape, (value) => readers.get(shape)!(value));
      reader = compile(shape, scalars, readerOf);
      readers.set(shape, reader);
    }
    return reader;
  };
  return readerOf;
}

export function serializationError(message = ''): AwsError {
  return new AwsError('SerializationException', message);
}

function compile(shape: Shape, scalars: Readonly<Record<ScalarType, Reader>>, readerOf: ReaderOf): Reader {
  switch (shape.type) {
    case 'structure':
      return structureReader(shape, readerOf);
    case 'list':
      return listReader(shape, readerOf);
    case 'map':
      return mapReader(shape, readerOf);
    case 'document':
      return (value) => value;
    default:
      return scalars[shape.type];
  }
}

export const JSON_SCALARS: Readonly<Record<ScalarType, Reader>> = {
  string: (value) => (typeof value === 'string' ? value : mismatch(value, 'a String')),
  boolean: (value) => (typeof value === 'boolean' ? value : mismatch(value, 'a Boolean')),
  integer: wholeReader('integer', 'an Integer'),
  long: wholeReader('long', 'a Long'),
  float: (value) => finite(value, 'a Float'),
  double: (value) => finite(value, 'a Double'),
  timestamp: (value) => timeIn(value, 'milliseconds since epoch'),
  blob: (value) => {
    if (typeof value !== 'string') return mismatch(value, 'a Blob');
    const bytes = bytesFromBase64(value);
    if (!bytes) throw serializationError('The value is not valid base64');
    return bytes;
  },
};

type ScalarType = Exclude<Shape['type'], 'structure' | 'list' | 'map' | 'document'>;

/** Throws SerializationException, in the words of AWS's JSON front end, when the types do not fit. */
export const jsonReader = readersOf(JSON_SCALARS);

function wholeReader(type: 'integer' | 'long', wanted: string): Reader {
  return (value) => {
    const whole = Math.trunc(finite(value, wanted));
    return isInRange(type, whole) ? whole : mismatch(value, wanted);
  };
}

/** Of seconds, in milliseconds. */
export const timeIn = (value: unknown, wanted: string): number =>
  timeOfSeconds(finite(value, wanted)) ?? mismatch(value, wanted);

function finite(value: unknown, wanted: string): number {
  return Number.isFinite(value) ? (value as number) : mismatch(value, wanted);
}

export function mismatch(value: unknown, wanted: string): never {
  if (Array.isArray(value)) throw serializationError(LIST_FOUND);
  if (typeof value === 'object') throw serializationError(STRUCTURE_FOUND);
  const found = typeof value === 'boolean' ? String(value).toUpperCase() : (typeof value).toUpperCase();
  throw serializationError(`${found}_VALUE can not be converted to ${wanted}`);
}

const LIST_FOUND = 'Start of list found where not expected';
const STRUCTURE_FOUND = 'Start of structure or map found where not expected.';

function structureReader(shape: StructureShape, readerOf: ReaderOf): Reader {
  const members = shape.members.map(({ name, requestName, shape: member }) => ({
    name,
    requestName,
    read: readerOf(member),
  }));
  return (value) => {
    const record = expectObject(value, 'Expected null');
    const result: Record<string, unknown> = {};
    for (const { name, requestName, read } of members) {
      const member = Object.hasOwn(record, requestName) ? record[requestName] : undefined;
      if (member !== undefined && member !== null) result[name] = read(member);
    }
    return result;
  };
}

function listReader(shape: ListShape, readerOf: ReaderOf): Reader {
  const read = readerOf(shape.member);
  return (value) => {
    if (!Array.isArray(value)) {
      throw serializationError(typeof value === 'object' ? STRUCTURE_FOUND : 'Expected list or null');
    }
    return value.map((item) => (item === null ? null : read(item)));
  };
}

function mapReader(shape: MapShape, readerOf: ReaderOf): Reader {
  const read = readerOf(shape.value);
  return (value) => {
    const entries = Object.entries(expectObject(value, 'Expected map or null'));
    // fromEntries makes own properties, even of a key such as __proto__.
    return Object.fromEntries(entries.map(([key, entry]) => [key, entry === null ? null : read(entry)]));
  };
}

function expectObject(value: unknown, otherwise: string): Record<string, unknown> {
  if (Array.isArray(value)) throw serializationError(LIST_FOUND);
  if (typeof value !== 'object' || value === null) throw serializationError(otherwise);
  return value as Record<string, unknown>;
}
