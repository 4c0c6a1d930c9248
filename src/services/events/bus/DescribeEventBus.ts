/**
 * Shows an event bus with its policy.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeEventBus.html
 */
import { events } from '../events.ts';
import { busEntry, busPlace } from './bus.ts';
import { busCheck } from './bus-check.ts';

export default events.operation('DescribeEventBus', {
  readOnly: true,
  async checks(context, { Name }) {
    return { bus: await busCheck(context, 'DescribeEventBus', busPlace(context, Name)) };
  },
  execute: (_context, _input, { bus: { record } }) => ({
    ...busEntry(record),
    KmsKeyIdentifier: record.encryption?.identifier,
  }),
});
