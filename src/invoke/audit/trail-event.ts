/**
 * CloudTrail's events as EventBridge events: management events go to the default bus of the account that they are recorded for
 * to, and read-only ones to the rules that ask for all of them
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html).
 */
import { uuid } from '../../platform/identifiers.ts';
import type { Transaction } from '../../store/store.ts';
import type { Caller } from '../caller.ts';
import type { RequestContext } from '../context.ts';
import type { EventEnvelope } from '../event.ts';
import type { Runtime } from '../runtime.ts';
import type { CloudTrailEvent } from './audit.ts';

const EVENTBRIDGE = 'events.amazonaws.com';

/** What EventBridge does to deliver an event makes none: a rule that catches everything would never come to rest. */
const isDelivery = (caller: Caller) => 'invokedBy' in caller && caller.invokedBy === EVENTBRIDGE;

export async function dispatchTrailEvents(
  runtime: Runtime,
  tx: Transaction,
  request: RequestContext,
  events: readonly CloudTrailEvent[],
): Promise<void> {
  if (isDelivery(request.caller)) return;
  for (const event of events) {
    if (event.managementEvent !== true) continue;
    // Whoever only listens to a call never fails it.
    try {
      await dispatchTrailEvent(runtime, tx, request, event);
    } catch (error) {
      runtime.onDefect(error);
    }
  }
}

async function dispatchTrailEvent(
  runtime: Runtime,
  tx: Transaction,
  request: RequestContext,
  event: CloudTrailEvent,
): Promise<void> {
  const { audience, reportFault } = runtime.ports;
  if (!audience) return;
  const account = String(event.recipientAccountId);
  const region = String(event.awsRegion);
  if (!(await audience.listens(runtime.store, tx, { account, region }))) return;
  const envelope: EventEnvelope = {
    version: '0',
    id: uuid(runtime.entropy),
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${event.eventSource.split('.', 1)[0]}`,
    account,
    time: event.eventTime,
    region,
    resources: [],
    detail: event,
  };
  // Most calls are of no interest to any rule, and start no work.
  if (!(await audience.catches(tx, envelope, reportFault))) return;
  const { source, 'detail-type': detailType } = envelope;
  const outgoing = { source, detailType, resources: [], detail: event, account, region };
  runtime.workflows.dispatch(tx, request, outgoing, envelope);
}
