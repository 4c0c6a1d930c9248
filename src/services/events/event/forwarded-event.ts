/**
 * An event that goes from one bus to another keeps its id, account, Region and time, which PutEvents has no members for.
 * It travels whole under a symbol, which nothing that comes over the wire can bear, beside what policies ask of it.
 */
import type { Caller } from '../../../invoke/caller.ts';
import type { EventEnvelope } from '../../../invoke/event.ts';
import type { PutEventsRequestEntry } from '../../../shapes/generated/events.ts';
import { EVENTBRIDGE } from '../events.ts';

const FORWARDED = Symbol('forwarded event');

type ForwardedEntry = PutEventsRequestEntry & { readonly [FORWARDED]?: EventEnvelope };

export function forwardedEntry(event: EventEnvelope, busArn: string): PutEventsRequestEntry {
  const entry: ForwardedEntry = {
    Source: event.source,
    DetailType: event['detail-type'],
    EventBusName: busArn,
    [FORWARDED]: event,
  };
  return entry;
}

/** The event, where EventBridge itself is the one who forwards it. */
export function forwardedEvent(caller: Caller, entry: ForwardedEntry): EventEnvelope | undefined {
  const isEventBridge = 'invokedBy' in caller && caller.invokedBy === EVENTBRIDGE.invokedBy;
  return isEventBridge ? entry[FORWARDED] : undefined;
}
