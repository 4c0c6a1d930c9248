/**
 * Lists the connections of the account in the Region.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListConnections.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { pageOf } from '../../../service-kit/page.ts';
import { invalidToken } from '../errors.ts';
import { events } from '../events.ts';
import { connectionEntry, connections } from './connection.ts';

const DEFAULT_LIMIT = 100;

export default events.operation('ListConnections', {
  readOnly: true,
  checks: (context) => ({ connections: accountCheck(context, 'events:ListConnections') }),
  async execute({ tx, account, region }, input) {
    const { NamePrefix = '', ConnectionState: state, Limit = DEFAULT_LIMIT, NextToken } = input;
    const all = await tx.list(connections, { prefix: [account, region] });
    const found = all.filter((each) => each.name.startsWith(NamePrefix) && (!state || each.state === state));
    const page = { token: NextToken, limit: Limit, invalidToken };
    const { items, token } = pageOf(page, found, ({ name }) => [name]);
    return { Connections: items.map(connectionEntry), NextToken: token };
  },
});
