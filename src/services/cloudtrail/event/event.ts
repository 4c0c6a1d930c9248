/** A recorded call as LookupEvents shows it. The records themselves are written by the front door (invoke/audit.ts). */
import type { AuditEntry } from '../../../invoke/audit/audit.ts';
import type { Event, LookupAttribute } from '../../../shapes/generated/cloudtrail.ts';
import type { Sequenced } from '../../../store/store.ts';

/** The labels that audit entries carry are LookupEvents' attribute keys. */
export function labelOf({ AttributeKey, AttributeValue }: LookupAttribute): { name: string; value: string } {
  return { name: AttributeKey, value: AttributeValue };
}

export function eventOf({ labels, atMs, body }: Sequenced<AuditEntry>): Event {
  const { event } = body;
  const { AccessKeyId, Username, ReadOnly, EventId } = labels as Record<string, string | undefined>;
  const listed = (event.resources ?? []) as { type: string; ARN: string }[];
  const resources = body.resources ?? listed.map(({ type, ARN }) => ({ type, name: ARN }));
  return {
    EventId,
    EventName: event.eventName,
    ReadOnly,
    ...(AccessKeyId && { AccessKeyId }),
    // CloudTrail knows whole seconds.
    EventTime: Math.floor(atMs / 1000) * 1000,
    EventSource: event.eventSource,
    ...(Username && { Username }),
    Resources: resources.map(({ type, name }) => ({ ResourceType: type, ResourceName: name })),
    CloudTrailEvent: JSON.stringify(event),
  };
}
