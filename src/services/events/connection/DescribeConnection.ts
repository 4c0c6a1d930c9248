/**
 * Shows a connection, without its secrets.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeConnection.html
 */
import { events } from '../events.ts';
import { connectionCheck, describedConnection } from './connection.ts';

export default events.operation('DescribeConnection', {
  readOnly: true,
  async checks(context, { Name }) {
    return { connection: await connectionCheck(context, 'DescribeConnection', Name) };
  },
  execute: (_context, _input, { connection }) => describedConnection(connection.record),
});
