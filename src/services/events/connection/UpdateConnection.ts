/**
 * Changes a connection, which is authorized anew; what the request leaves out stays.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UpdateConnection.html
 */
import { updatedDescription } from '../description.ts';
import { events } from '../events.ts';
import {
  connectionCheck,
  connectionEntry,
  connections,
  requireParametersOf,
  requireServedConnection,
  withoutSecrets,
} from './connection.ts';

export default events.operation('UpdateConnection', {
  async checks(context, { Name }) {
    return { connection: await connectionCheck(context, 'UpdateConnection', Name) };
  },
  preconditions(_context, input, { connection: { record } }) {
    requireServedConnection(input);
    requireParametersOf(input.AuthorizationType ?? record.authorizationType, input.AuthParameters);
  },
  execute({ tx, nowMs }, input, { connection: { record } }) {
    const given = input.AuthParameters && withoutSecrets(input.AuthParameters);
    const isOther =
      input.AuthorizationType !== undefined && input.AuthorizationType !== record.authorizationType;
    const connection = {
      ...record,
      description: updatedDescription(input.Description, record.description),
      authorizationType: input.AuthorizationType ?? record.authorizationType,
      state: 'AUTHORIZED',
      parameters: isOther ? given : { ...record.parameters, ...given },
      modifiedAtMs: nowMs,
      authorizedAtMs: nowMs,
    } as const;
    tx.put(connections, connection);
    const { Name: _name, AuthorizationType: _type, ...shown } = connectionEntry(connection);
    return shown;
  },
  audit: { omit: ['AuthParameters'] },
});
