/**
 * What happens to a fleet, as DescribeFleetHistory and EventBridge show it (aws-facts I9, I10). Instant fleets have neither:
 * their reply says it all.
 */

import type { Scope } from '../../../aws/scope.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import type { HistoryRecordEntry } from '../../../shapes/generated/ec2.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { ec2Arn } from '../resource/arn.ts';
import type { FleetRecord } from './fleet.ts';

/** By kind of happening: EventBridge's detail type, and DescribeFleetHistory's event type. */
const KINDS = {
  state: ['EC2 Fleet State Change', 'fleet-change'],
  instance: ['EC2 Fleet Instance Change', 'instance-change'],
  information: ['EC2 Fleet Information', 'service-error'],
  error: ['EC2 Fleet Error', 'service-error'],
} as const;

interface FleetEvent {
  readonly kind: keyof typeof KINDS;
  readonly subType: string;
  readonly description?: string;
  readonly instanceId?: string;
}

export interface FleetEventRecord extends Scope, FleetEvent {
  readonly fleetId: string;
  readonly number: number;
  readonly atMs: number;
}

const fleetEvents = table<FleetEventRecord>()({
  name: 'ec2.fleet-events',
  key: ({ account, region, fleetId, number }) => [account, region, fleetId, number],
});

export const historyOf = (tx: ReadTransaction, { account, region, id }: FleetRecord) =>
  tx.list(fleetEvents, { prefix: [account, region, id] });

export async function noteFleetEvent(
  context: EffectContext,
  fleet: FleetRecord,
  event: FleetEvent,
): Promise<void> {
  if (fleet.type === 'instant') return;
  const { account, region, id: fleetId } = fleet;
  const number = (await historyOf(context.tx, fleet)).length;
  context.tx.put(fleetEvents, { account, region, fleetId, number, atMs: context.nowMs, ...event });
  context.emit({
    source: 'aws.ec2fleet',
    detailType: KINDS[event.kind][0],
    resources: [ec2Arn(fleet, 'fleet', fleetId)],
    detail: {
      ...(event.instanceId && { 'instance-id': event.instanceId }),
      ...(event.description && { description: event.description }),
      'sub-type': event.subType,
    },
  });
}

/** A Spot Instance request of the fleet is in another state: an event that the history does not have. */
export function emitSpotChange(
  context: EffectContext,
  fleet: FleetRecord,
  spotRequestId: string,
  subType: 'active' | 'cancelled' | 'disabled' | 'submitted',
  previous: string,
): void {
  if (fleet.type === 'instant') return;
  context.emit({
    source: 'aws.ec2fleet',
    detailType: 'EC2 Fleet Spot Instance Request Change',
    resources: [ec2Arn(fleet, 'fleet', fleet.id)],
    detail: {
      'spot-instance-request-id': spotRequestId,
      description: `SpotInstanceRequestId ${spotRequestId}, PreviousState: ${previous}`,
      'sub-type': subType,
    },
  });
}

export const eventTypeOf = ({ kind }: FleetEventRecord) => KINDS[kind][1];

export const showFleetEvent = (event: FleetEventRecord): HistoryRecordEntry => ({
  EventType: eventTypeOf(event),
  Timestamp: event.atMs,
  EventInformation: {
    EventSubType: event.subType,
    EventDescription: event.description,
    InstanceId: event.instanceId,
  },
});

export function removeHistory(context: EffectContext, events: readonly FleetEventRecord[]): void {
  for (const { account, region, fleetId, number } of events)
    context.tx.delete(fleetEvents, [account, region, fleetId, number]);
}
