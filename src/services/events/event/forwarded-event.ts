/**
 * An event that goes from one bus to another keeps its id, account, Region and time, which PutEvents has no members for.
 * They travel under a symbol, which nothing that comes over the wire can bear.
 */
import type { Caller } from '../../../invoke/caller.ts';
import type { EventEnvelope } from '../../../invoke/event.ts';
import type { PutEventsRequestEntry } from '../../../shapes/generated/events.ts';
import { EVENTBRIDGE } from '../events.ts';

const FORWARDED = Symbol('forwarded event');

type ForwardedEntry = PutEventsRequestEntry & { readonly [FORWARDED]?: EventEnvelope };

export function forwardedEntry(event: EventEnvelope, busArn: string): PutEventsRequestEntry {
  const entry: ForwardedEntry = {
    Time: Date.parse(event.time),
    Source: event.source,
    DetailType: event['detail-type'],
    Resources: [...event.resources],
    Detail: JSON.stringify(event.detail),
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
