/**
 * Changes an API destination; what the request leaves out stays.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UpdateApiDestination.html
 */
import { connectionOfArn } from '../connection/connection.ts';
import { updatedDescription } from '../description.ts';
import { events } from '../events.ts';
import {
  apiDestinationCheck,
  apiDestinations,
  changedApiDestination,
  requireEndpoint,
} from './api-destination.ts';

export default events.operation('UpdateApiDestination', {
  async checks(context, { Name }) {
    return { destination: await apiDestinationCheck(context, 'UpdateApiDestination', Name) };
  },
  async preconditions(context, { InvocationEndpoint, ConnectionArn }) {
    requireEndpoint(InvocationEndpoint);
    if (ConnectionArn !== undefined) await connectionOfArn(context.tx, context, ConnectionArn);
  },
  async execute({ tx, nowMs }, input, { destination: { record } }) {
    const destination = {
      ...record,
      description: updatedDescription(input.Description, record.description),
      connectionArn: input.ConnectionArn ?? record.connectionArn,
      endpoint: input.InvocationEndpoint ?? record.endpoint,
      method: input.HttpMethod ?? record.method,
      ratePerSecond: input.InvocationRateLimitPerSecond ?? record.ratePerSecond,
      modifiedAtMs: nowMs,
    };
    tx.put(apiDestinations, destination);
    return changedApiDestination(tx, destination);
  },
});
