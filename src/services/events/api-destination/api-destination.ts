/**
 * API destinations: HTTP endpoints as targets of rules. They are records: nothing is sent to them
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html).
 */
import { formatArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, resolved } from '../../../invoke/verdict.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
import type { ApiDestination } from '../../../shapes/generated/events.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { connectionOfArn } from '../connection/connection.ts';
import { notFoundFor, validation } from '../errors.ts';

export interface ApiDestinationRecord extends Scope {
  readonly name: string;
  readonly uuid: string;
  readonly description?: string;
  readonly connectionArn: string;
  readonly endpoint: string;
  readonly method: string;
  readonly ratePerSecond: number;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

export const apiDestinations = table<ApiDestinationRecord>()({
  name: 'events.api-destinations',
  key: ({ account, region, name }) => [account, region, name],
});

const arnOf = ({ account, region, name, uuid }: Scope & { name: string; uuid: string }): string =>
  formatArn({ service: 'events', region, account, resource: `api-destination/${name}/${uuid}` });

export async function apiDestinationCheck(
  context: ResolveContext,
  operation: string,
  name: string,
): Promise<Check<ApiDestinationRecord>> {
  const { tx, account, region } = context;
  const found = await tx.get(apiDestinations, [account, region, name]);
  const resource = arnOf(found ?? { account, region, name, uuid: '*' });
  return resolved({ ...accountCheck(context, `events:${operation}`), resource }, found, () =>
    notFoundFor(operation, 'api-destination', `An api-destination '${name}' does not exist.`),
  );
}

export function requireEndpoint(endpoint: string | undefined): void {
  if (endpoint === undefined || /^https:\/\/[^\s]+$/.test(endpoint)) return;
  throw validation(
    `Parameter ${endpoint} is not valid. Reason: InvocationEndpoint must be an HTTPS address.`,
  );
}

/** Active as long as its connection is authorized. */
async function stateOf(tx: ReadTransaction, destination: ApiDestinationRecord): Promise<string> {
  const connection = await connectionOfArn(tx, destination, destination.connectionArn).catch(() => undefined);
  return connection?.state === 'AUTHORIZED' ? 'ACTIVE' : 'INACTIVE';
}

export const apiDestinationEntry = async (
  tx: ReadTransaction,
  destination: ApiDestinationRecord,
): Promise<ApiDestination> => ({
  ApiDestinationArn: arnOf(destination),
  Name: destination.name,
  ApiDestinationState: await stateOf(tx, destination),
  ConnectionArn: destination.connectionArn,
  InvocationEndpoint: destination.endpoint,
  HttpMethod: destination.method,
  InvocationRateLimitPerSecond: destination.ratePerSecond,
  CreationTime: destination.createdAtMs,
  LastModifiedTime: destination.modifiedAtMs,
});

/** As the operations that change one answer. */
export async function changedApiDestination(tx: ReadTransaction, destination: ApiDestinationRecord) {
  const entry = await apiDestinationEntry(tx, destination);
  const { ApiDestinationArn, ApiDestinationState, CreationTime, LastModifiedTime } = entry;
  return { ApiDestinationArn, ApiDestinationState, CreationTime, LastModifiedTime };
}
