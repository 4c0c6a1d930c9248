/**
 * Events of one's own on a bus under a customer managed key: sealed from when they were put until a target is handed them.
 * What routes them stands beside it in the clear, as on AWS.
 */
import type { WorkflowContext } from '../../../invoke/context.ts';
import type { EventEnvelope } from '../../../invoke/event.ts';
import type { Entropy } from '../../../platform/ports.ts';
import { openMessage, sealMessage } from '../../../service-kit/sealed-message.ts';
import type { WrappedKey } from '../../../service-kit/wrapped-key.ts';
import type { BusPlace } from '../bus/bus.ts';
import { type DataKey, openDataKey } from './data-key.ts';

export interface SealedEvent extends Pick<EventEnvelope, 'id' | 'source' | 'detail-type' | 'time'> {
  /** Whose encryption context it is under. */
  readonly bus: BusPlace;
  /** What it counts for in an archive. */
  readonly bytes: number;
  readonly key: WrappedKey;
  readonly sealed: string;
}

export type CarriedEvent = EventEnvelope | SealedEvent;

export const isSealed = (event: CarriedEvent): event is SealedEvent => 'sealed' in event;

/** As AWS counts: what PutEvents was given, and a little more. */
export const bytesOf = (event: CarriedEvent): number =>
  isSealed(event)
    ? event.bytes
    : Buffer.byteLength(event.source + event['detail-type'] + JSON.stringify(event.detail)) + OVERHEAD_BYTES;

const OVERHEAD_BYTES = 20;

export function sealEvent(
  event: EventEnvelope,
  { plaintext, wrapped }: DataKey,
  { account, region, name }: BusPlace,
  entropy: Entropy,
): SealedEvent {
  const { id, source, 'detail-type': type, time } = event;
  return {
    id,
    source,
    'detail-type': type,
    time,
    bus: { account, region, name },
    bytes: bytesOf(event),
    key: wrapped,
    sealed: sealMessage(plaintext, id, JSON.stringify(event), entropy),
  };
}

/** Rejects with KMS's error where its key refuses. */
export async function openEvent(ctx: WorkflowContext, event: CarriedEvent): Promise<EventEnvelope> {
  if (!isSealed(event)) return event;
  const key = await openDataKey(ctx, event.bus, event.key);
  try {
    return JSON.parse(openMessage(key, event.id, event.sealed)) as EventEnvelope;
  } finally {
    key.fill(0);
  }
}
