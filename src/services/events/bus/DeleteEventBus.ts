/**
 * Deletes an event bus that has no rules; one that is not there is deleted already. The default one stays.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteEventBus.html
 */
import { validation } from '../errors.ts';
import { events } from '../events.ts';
import { rules } from '../rule/rule.ts';
import { buses, busPlace, DEFAULT_BUS } from './bus.ts';
import { busCheck } from './bus-check.ts';

export default events.operation('DeleteEventBus', {
  async checks(context, { Name }) {
    const bus = await busCheck(context, 'DeleteEventBus', busPlace(context, Name));
    return { bus: { ...bus, missing: undefined } };
  },
  async preconditions({ tx }, { Name }, { bus: { record } }) {
    if (!record) return;
    if (record.name === DEFAULT_BUS) throw validation(`Cannot delete event bus ${Name}.`);
    const onBus = await tx.list(rules, { prefix: buses.key(record), limit: 1 });
    if (onBus.length > 0) throw validation(`Event bus ${Name} can't be deleted since it has rules.`);
  },
  execute({ tx }, _input, { bus: { record } }) {
    if (record) tx.delete(buses, buses.key(record));
    return {};
  },
});
