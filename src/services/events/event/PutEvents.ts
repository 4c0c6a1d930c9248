/**
 * Puts events of one's own on buses. An entry that cannot be taken fails by itself, and so does one for a bus whose key
 * EventBridge may not use; one that the caller may not put fails the request. A bus of the account that is not there takes events, which are lost. To CloudTrail it is a data
 * event.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { parseBoundedJson } from '../../../aws/bounded-json.ts';
import type { CallContext, ResolveContext } from '../../../invoke/context.ts';
import type { EventEnvelope } from '../../../invoke/event.ts';
import type { Check } from '../../../invoke/verdict.ts';
import { uuid } from '../../../platform/identifiers.ts';
import type { PutEventsRequest, PutEventsRequestEntry } from '../../../shapes/generated/events.ts';
import { busArn, busPlace, findBus } from '../bus/bus.ts';
import { busCheck } from '../bus/bus-check.ts';
import { type DataKey, dataKeyOfBus } from '../encryption/data-key.ts';
import { sealEvent } from '../encryption/sealed-event.ts';
import { notServed, validation } from '../errors.ts';
import { events } from '../events.ts';
import { entryBytes, entryFault } from './entry.ts';
import { utcSeconds } from './envelope.ts';
import { forwardedEvent } from './forwarded-event.ts';
import { ownBusPolicy } from './own-bus-policy.ts';
import { arrive } from './route.ts';

const MAX_REQUEST_BYTES = 262_144;

export default events.operation('PutEvents', {
  async checks(context, { Entries, EndpointId }) {
    if (EndpointId !== undefined) throw notServed('global endpoints');
    return { entries: await Promise.all(Entries.map((entry) => entryCheck(context, entry))) };
  },
  preconditions(_context, { Entries }) {
    const bytes = Entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
    if (bytes > MAX_REQUEST_BYTES) {
      throw validation('Total size of the entries in the request is over the limit.');
    }
  },
  calls: busKeys,
  wipe: wipeKeys,
  async execute(context, { Entries }, _entries, keys) {
    const { caller, tx, entropy } = context;
    const results = [];
    for (const entry of Entries) {
      const forwarded = forwardedEvent(caller, entry);
      const fault = forwarded ? undefined : entryFault(entry);
      if (fault) {
        results.push(fault);
        continue;
      }
      const event = forwarded ?? eventOf(context, entry);
      const place = busPlace(context, entry.EventBusName);
      const key = keys.get(busArn(place));
      if (key instanceof AwsError) {
        results.push({ ErrorCode: 'KMSEncryptionException', ErrorMessage: key.message });
        continue;
      }
      if (await findBus(tx, place)) {
        const carried = key ? sealEvent(event, key, place, entropy) : event;
        arrive(context, place, { event: carried, forwarded: forwarded !== undefined });
      }
      results.push({ EventId: event.id });
    }
    return {
      FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length,
      Entries: results,
    };
  },
  audit: { dataEvent: true, omit: ['Entries'] },
});

/** A data key for each bus that is under a key, by the bus's ARN, or why there is none. */
type BusKeys = ReadonlyMap<string, DataKey | AwsError>;

async function busKeys(ctx: CallContext, { Entries }: PutEventsRequest): Promise<BusKeys> {
  const places = new Map(
    Entries.map(({ EventBusName }) => busPlace(ctx, EventBusName)).map((place) => [busArn(place), place]),
  );
  const keys = new Map<string, DataKey | AwsError>();
  for (const [arn, place] of places) {
    const key = await dataKeyOfBus(ctx, place).catch((error: unknown) => {
      if (!(error instanceof AwsError)) throw error;
      return error;
    });
    if (key) keys.set(arn, key);
  }
  return keys;
}

function wipeKeys(keys: BusKeys): void {
  for (const key of keys.values()) if (!(key instanceof AwsError)) key.plaintext.fill(0);
}

async function entryCheck(context: ResolveContext, entry: PutEventsRequestEntry): Promise<Check<unknown>> {
  const { caller } = context;
  const check = await busCheck(context, 'PutEvents', busPlace(context, entry.EventBusName), () => ({
    'events:source': entry.Source,
    'events:detail-type': entry.DetailType,
    'events:eventBusInvocation': forwardedEvent(caller, entry) !== undefined,
  }));
  const own = caller.kind === 'service' && caller.account === check.account;
  return { ...check, resourcePolicy: own ? ownBusPolicy : check.resourcePolicy, missing: undefined };
}

function eventOf(
  { account, region, nowMs, entropy }: ResolveContext,
  entry: PutEventsRequestEntry,
): EventEnvelope {
  return {
    version: '0',
    id: uuid(entropy),
    'detail-type': entry.DetailType as string,
    source: entry.Source as string,
    account,
    time: utcSeconds(entry.Time ?? nowMs),
    region,
    resources: entry.Resources ?? [],
    detail: parseBoundedJson(entry.Detail as string) as object,
  };
}
