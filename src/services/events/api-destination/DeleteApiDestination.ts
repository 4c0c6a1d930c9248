/**
 * Deletes an API destination. Rules that have it as a target keep it, and deliver nothing.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteApiDestination.html
 */
import { events } from '../events.ts';
import { apiDestinationCheck, apiDestinations } from './api-destination.ts';

export default events.operation('DeleteApiDestination', {
  async checks(context, { Name }) {
    return { destination: await apiDestinationCheck(context, 'DeleteApiDestination', Name) };
  },
  execute({ tx }, _input, { destination: { record } }) {
    tx.delete(apiDestinations, apiDestinations.key(record));
    return {};
  },
});
