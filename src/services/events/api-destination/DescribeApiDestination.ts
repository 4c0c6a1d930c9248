/**
 * Shows an API destination.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeApiDestination.html
 */
import { events } from '../events.ts';
import { apiDestinationCheck, apiDestinationEntry } from './api-destination.ts';

export default events.operation('DescribeApiDestination', {
  readOnly: true,
  async checks(context, { Name }) {
    return { destination: await apiDestinationCheck(context, 'DescribeApiDestination', Name) };
  },
  async execute({ tx }, _input, { destination: { record } }) {
    return { ...(await apiDestinationEntry(tx, record)), Description: record.description };
  },
});
