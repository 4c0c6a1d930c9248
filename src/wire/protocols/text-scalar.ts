/** Scalars as text, in forms, headers, paths and XML. */
import type { Shape } from '../../shapes/shape.ts';
import { base64FromBytes, bytesFromBase64 } from './base64.ts';
import { isInRange, timeOfSeconds } from './ranges.ts';

export type ScalarType = Exclude<Shape['type'], 'structure' | 'list' | 'map' | 'document'>;

/** The value, or undefined when the text is not of the type. */
export function scalarFromText(type: ScalarType, text: string): unknown {
  return FROM_TEXT[type](text);
}

const INTEGER = /^[+-]?\d{1,19}$/;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const ISO_TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

const wholeFromText = (type: 'integer' | 'long') => (text: string) =>
  INTEGER.test(text) && isInRange(type, Number(text)) ? Number(text) : undefined;
const numberFromText = (text: string) =>
  NUMBER.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined;

const FROM_TEXT: Readonly<Record<ScalarType, (text: string) => unknown>> = {
  string: (text) => text,
  boolean: (text) => BOOLEANS.get(text.toLowerCase()),
  integer: wholeFromText('integer'),
  long: wholeFromText('long'),
  float: numberFromText,
  double: numberFromText,
  timestamp: timeFromText,
  blob: bytesFromBase64,
};

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

/** ISO 8601, or seconds since the epoch. */
function timeFromText(text: string): number | undefined {
  const seconds = numberFromText(text);
  if (seconds !== undefined) return timeOfSeconds(seconds);
  if (!ISO_TIME.test(text)) return undefined;
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes('T');
  const ms = Date.parse(zoned ? text : `${text}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

export function scalarToText(type: ScalarType, value: unknown): string {
  return type === 'blob' ? base64FromBytes(value as Uint8Array) : String(value);
}
