/**
 * Changes the description of an event bus, and the key that its events are under. An empty description is none, an empty key
 * stands for AWS's own, and what the request leaves out stays (aws-facts J13). Events that are under way stay under the key
 * that they came under.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UpdateEventBus.html
 */
import { updatedDescription } from '../description.ts';
import { chooseBusKey, refused } from '../encryption/chosen-key.ts';
import { requireReadable } from '../encryption/data-key.ts';
import { events } from '../events.ts';
import { busArn, buses, busPlace } from './bus.ts';
import { busCheck } from './bus-check.ts';
import { requireServed } from './bus-settings.ts';

export default events.operation('UpdateEventBus', {
  async checks(context, { Name }) {
    return { bus: await busCheck(context, 'UpdateEventBus', busPlace(context, Name)) };
  },
  preconditions: (_context, input) => requireServed(input),
  async calls(ctx, { KmsKeyIdentifier: key }, { bus: { record } }) {
    const before = record.encryption;
    if (key === undefined) return before;
    // What of the bus is under the key that it leaves has to be read a last time.
    await requireReadable(ctx, record, before?.dataKey).catch(refused('kmsKeyIdentifier', 'kms:Decrypt'));
    return key === '' ? undefined : chooseBusKey(ctx, record, key);
  },
  execute({ tx, nowMs }, { Description }, { bus: { record } }, encryption) {
    const { encryption: _before, ...kept } = record;
    const description = updatedDescription(Description, record.description);
    tx.put(buses, {
      ...kept,
      description,
      ...(encryption && { encryption }),
      modifiedAtMs: nowMs,
    });
    return {
      Arn: busArn(record),
      Name: record.name,
      Description: description,
      KmsKeyIdentifier: encryption?.identifier,
    };
  },
});
