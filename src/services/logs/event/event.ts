/** Log events as they are kept: in the order of their time, then of their arrival. */
import { table } from '../../../store/store.ts';

export interface LogEventRecord {
  readonly groupId: string;
  readonly streamId: string;
  readonly streamName: string;
  /** 56 digits, whose order is that of time and arrival. */
  readonly eventId: string;
  readonly timestampMs: number;
  readonly ingestedAtMs: number;
  readonly message: string;
  /** Which of the group's data keys the message is sealed under; absent where it is plain. */
  readonly keyIndex?: number;
  /** What AWS counts for the event. */
  readonly bytes: number;
}

export const logEvents = table<LogEventRecord>()({
  name: 'logs.events',
  key: ({ groupId, eventId }) => [groupId, eventId],
  indexes: { stream: ({ streamId, eventId }) => [[streamId, eventId]] },
});

/** What AWS counts for an event, beside its text. */
const OVERHEAD_BYTES = 26;

export const eventBytes = (message: string): number => Buffer.byteLength(message) + OVERHEAD_BYTES;

/** AWS's ids are as large: the time stands above 144 bits. */
const TIME_SHIFT = 144n;
const INGESTION_SHIFT = 96n;
const SEQUENCE_SHIFT = 48n;

const digits = (id: bigint) => id.toString().padStart(56, '0');

/** `nonce` (6 bytes) keeps apart what came to two streams at once. */
export function eventIdOf(event: {
  timestampMs: number;
  ingestedAtMs: number;
  sequence: number;
  nonce: Uint8Array;
}): string {
  let id =
    (BigInt(event.timestampMs) << TIME_SHIFT) |
    (BigInt(event.ingestedAtMs) << INGESTION_SHIFT) |
    (BigInt(event.sequence) << SEQUENCE_SHIFT);
  id |= BigInt(`0x${Buffer.from(event.nonce).toString('hex')}`);
  return digits(id);
}

/** An id before those of all events of this time, and after those of all events before it. */
export const idBefore = (timestampMs: number): string =>
  digits((BigInt(Math.max(1, Math.floor(timestampMs))) << TIME_SHIFT) - 1n);

export const FIRST_ID = digits(0n);
export const LAST_ID = '9'.repeat(56);
