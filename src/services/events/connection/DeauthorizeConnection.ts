/**
 * Takes a connection's authorization away, and what it was authorized with.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeauthorizeConnection.html
 */
import { events } from '../events.ts';
import { connectionCheck, connectionEntry, connections } from './connection.ts';

export default events.operation('DeauthorizeConnection', {
  async checks(context, { Name }) {
    return { connection: await connectionCheck(context, 'DeauthorizeConnection', Name) };
  },
  execute({ tx, nowMs }, _input, { connection: { record } }) {
    tx.put(connections, { ...record, state: 'DEAUTHORIZED', parameters: undefined, modifiedAtMs: nowMs });
    const { Name: _name, AuthorizationType: _type, ...shown } = connectionEntry(record);
    return { ...shown, ConnectionState: 'DEAUTHORIZING' };
  },
});
