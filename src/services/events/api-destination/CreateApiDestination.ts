/**
 * Makes an HTTP endpoint a possible target of rules.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateApiDestination.html
 */
import { uuid } from '../../../platform/identifiers.ts';
import { connectionOfArn } from '../connection/connection.ts';
import { alreadyExists, limitExceeded } from '../errors.ts';
import { events } from '../events.ts';
import {
  apiDestinationCheck,
  apiDestinations,
  changedApiDestination,
  requireEndpoint,
} from './api-destination.ts';

const MAX_DESTINATIONS = 3000;
const DEFAULT_RATE = 300;

export default events.operation('CreateApiDestination', {
  async checks(context, { Name }) {
    const destination = await apiDestinationCheck(context, 'CreateApiDestination', Name);
    return { destination: { ...destination, missing: undefined } };
  },
  async preconditions(context, input, { destination }) {
    const { tx, account, region } = context;
    requireEndpoint(input.InvocationEndpoint);
    if (destination.record) throw alreadyExists(`An api-destination '${input.Name}' already exists.`);
    await connectionOfArn(tx, context, input.ConnectionArn);
    const all = await tx.list(apiDestinations, { prefix: [account, region] });
    if (all.length >= MAX_DESTINATIONS) throw limitExceeded();
  },
  async execute({ tx, account, region, nowMs, entropy }, input) {
    const destination = {
      account,
      region,
      name: input.Name,
      uuid: uuid(entropy),
      description: input.Description,
      connectionArn: input.ConnectionArn,
      endpoint: input.InvocationEndpoint,
      method: input.HttpMethod,
      ratePerSecond: input.InvocationRateLimitPerSecond ?? DEFAULT_RATE,
      createdAtMs: nowMs,
      modifiedAtMs: nowMs,
    };
    tx.put(apiDestinations, destination);
    return changedApiDestination(tx, destination);
  },
});
