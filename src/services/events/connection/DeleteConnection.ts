/**
 * Deletes a connection. API destinations that use it stay, and are inactive.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteConnection.html
 */
import { events } from '../events.ts';
import { connectionCheck, connectionEntry, connections } from './connection.ts';

export default events.operation('DeleteConnection', {
  async checks(context, { Name }) {
    return { connection: await connectionCheck(context, 'DeleteConnection', Name) };
  },
  execute({ tx }, _input, { connection: { record } }) {
    tx.delete(connections, connections.key(record));
    const { Name: _name, AuthorizationType: _type, ...shown } = connectionEntry(record);
    return { ...shown, ConnectionState: 'DELETING' };
  },
});
