/**
 * What happens to a fleet, as DescribeFleetHistory, DescribeSpotFleetRequestHistory and EventBridge show it (aws-facts I9,
 * I10, I31). Instant fleets have none of it: their reply says it all.
 */
import type { Scope } from '../../../aws/scope.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import type { HistoryRecord, HistoryRecordEntry } from '../../../shapes/generated/ec2.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { type PageRequest, pageOf } from '../describe/page.ts';
import { ec2Arn } from '../resource/arn.ts';
import { wholeSeconds } from '../whole-seconds.ts';
import type { FleetRecord } from './fleet.ts';
import { familyOf, inWordsOf } from './fleet-family.ts';

/** By kind of happening: the end of EventBridge's detail type, and the event types of either history. */
const KINDS = {
  state: { detailType: 'State Change', fleet: 'fleet-change', spotFleet: 'fleetRequestChange' },
  instance: { detailType: 'Instance Change', fleet: 'instance-change', spotFleet: 'instanceChange' },
  information: { detailType: 'Information', fleet: 'service-error', spotFleet: 'information' },
  error: { detailType: 'Error', fleet: 'service-error', spotFleet: 'error' },
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
  happening: FleetEvent,
): Promise<void> {
  if (fleet.type === 'instant') return;
  const { account, region, id: fleetId } = fleet;
  const [last] = await context.tx.list(fleetEvents, {
    prefix: [account, region, fleetId],
    reverse: true,
    limit: 1,
  });
  const number = last ? last.number + 1 : 0;
  const event = { ...happening, subType: inWordsOf(fleet, happening.subType) };
  context.tx.put(fleetEvents, { account, region, fleetId, number, atMs: context.nowMs, ...event });
  emitFleetEvent(context, fleet, KINDS[event.kind].detailType, {
    ...(event.instanceId && { 'instance-id': event.instanceId }),
    ...(event.description && { description: event.description }),
    'sub-type': event.subType,
  });
}

function emitFleetEvent(
  context: EffectContext,
  fleet: FleetRecord,
  detailType: string,
  detail: Readonly<Record<string, string>>,
): void {
  const family = familyOf(fleet.id);
  context.emit({
    source: family.source,
    detailType: `${family.detailType} ${detailType}`,
    resources: [ec2Arn(fleet, family.kind.type, fleet.id)],
    detail,
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
  emitFleetEvent(context, fleet, 'Spot Instance Request Change', {
    'spot-instance-request-id': spotRequestId,
    description: `SpotInstanceRequestId ${spotRequestId}, PreviousState: ${previous}`,
    'sub-type': subType,
  });
}

const eventTypeOf = ({ kind, fleetId }: FleetEventRecord): string => KINDS[kind][familyOf(fleetId).history];

/** A fleet's is in whole seconds, a Spot Fleet request's is not. */
const shownAt = (fleetId: string, atMs: number): number =>
  familyOf(fleetId).history === 'fleet' ? wholeSeconds(atMs) : atMs;

const showFleetEvent = (event: FleetEventRecord): HistoryRecord & HistoryRecordEntry => ({
  EventType: eventTypeOf(event) as HistoryRecordEntry['EventType'],
  Timestamp: shownAt(event.fleetId, event.atMs),
  EventInformation: {
    EventSubType: event.subType,
    EventDescription: event.description,
    InstanceId: event.instanceId,
  },
});

interface HistoryRequest extends PageRequest {
  readonly StartTime: number;
  readonly EventType?: string;
}

/** What either operation shows of a history. */
export async function historyPage(
  tx: ReadTransaction,
  fleet: FleetRecord,
  input: HistoryRequest,
  nowMs: number,
) {
  const all = (await historyOf(tx, fleet)).filter(
    (event) => event.atMs >= input.StartTime && (!input.EventType || eventTypeOf(event) === input.EventType),
  );
  const idOf = ({ number }: { number: number }) => String(number).padStart(9, '0');
  const page = pageOf(all, idOf, input, { min: 1, lenient: true });
  return {
    HistoryRecords: page.items.map(showFleetEvent),
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotFleetRequestHistory.html: not while there is more.
    LastEvaluatedTime:
      page.nextToken === undefined ? shownAt(fleet.id, page.items.at(-1)?.atMs ?? nowMs) : undefined,
    NextToken: page.nextToken,
    StartTime: input.StartTime,
  };
}

export function removeHistory(context: EffectContext, events: readonly FleetEventRecord[]): void {
  for (const { account, region, fleetId, number } of events)
    context.tx.delete(fleetEvents, [account, region, fleetId, number]);
}
