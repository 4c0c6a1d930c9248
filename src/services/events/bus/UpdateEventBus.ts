/**
 * Changes the description of an event bus.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UpdateEventBus.html
 */
import { events } from '../events.ts';
import { busArn, buses, busPlace } from './bus.ts';
import { busCheck } from './bus-check.ts';
import { requireServed } from './bus-settings.ts';

export default events.operation('UpdateEventBus', {
  async checks(context, { Name }) {
    return { bus: await busCheck(context, 'UpdateEventBus', busPlace(context, Name)) };
  },
  preconditions: (_context, input) => requireServed(input),
  execute({ tx, nowMs }, { Description }, { bus: { record } }) {
    tx.put(buses, { ...record, description: Description, modifiedAtMs: nowMs });
    return { Arn: busArn(record), Name: record.name, Description };
  },
});
