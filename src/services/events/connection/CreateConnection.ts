/**
 * Makes a connection. It counts as authorized: nobody is asked.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateConnection.html
 */
import { hex, uuid } from '../../../platform/identifiers.ts';
import { alreadyExists, limitExceeded } from '../errors.ts';
import { events } from '../events.ts';
import {
  type ConnectionRecord,
  connectionCheck,
  connectionEntry,
  connections,
  requireParametersOf,
  requireServedConnection,
  withoutSecrets,
} from './connection.ts';

const MAX_CONNECTIONS = 3000;

export default events.operation('CreateConnection', {
  async checks(context, { Name }) {
    return {
      connection: { ...(await connectionCheck(context, 'CreateConnection', Name)), missing: undefined },
    };
  },
  async preconditions({ tx, account, region }, input, { connection }) {
    requireServedConnection(input);
    requireParametersOf(input.AuthorizationType, input.AuthParameters);
    if (connection.record) throw alreadyExists(`Connection ${input.Name} already exists.`);
    const all = await tx.list(connections, { prefix: [account, region] });
    if (all.length >= MAX_CONNECTIONS) throw limitExceeded();
  },
  execute({ tx, account, region, nowMs, entropy }, input) {
    const connection: ConnectionRecord = {
      account,
      region,
      name: input.Name,
      uuid: uuid(entropy),
      secretSuffix: hex(entropy, 6),
      description: input.Description,
      authorizationType: input.AuthorizationType,
      state: 'AUTHORIZED',
      parameters: input.AuthParameters && withoutSecrets(input.AuthParameters),
      createdAtMs: nowMs,
      modifiedAtMs: nowMs,
      authorizedAtMs: nowMs,
    };
    tx.put(connections, connection);
    const { ConnectionArn, ConnectionState, CreationTime, LastModifiedTime } = connectionEntry(connection);
    return { ConnectionArn, ConnectionState, CreationTime, LastModifiedTime };
  },
  audit: { omit: ['AuthParameters'] },
});
