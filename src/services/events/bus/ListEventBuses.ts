/**
 * Lists the event buses of the account in the Region, the default one among them.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListEventBuses.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { pageOf } from '../../../service-kit/page.ts';
import { invalidToken } from '../errors.ts';
import { events } from '../events.ts';
import { busEntry, buses, DEFAULT_BUS, type EventBusRecord, findBus } from './bus.ts';

const DEFAULT_LIMIT = 100;

export default events.operation('ListEventBuses', {
  readOnly: true,
  checks: (context) => ({ buses: accountCheck(context, 'events:ListEventBuses') }),
  async execute({ tx, account, region }, { NamePrefix = '', Limit = DEFAULT_LIMIT, NextToken }) {
    const custom = await tx.list(buses, { prefix: [account, region] });
    const all = [
      (await findBus(tx, { account, region, name: DEFAULT_BUS })) as EventBusRecord,
      ...custom.filter(({ name }) => name !== DEFAULT_BUS),
    ];
    const found = all.filter(({ name }) => name.startsWith(NamePrefix));
    const { items, token } = pageOf({ token: NextToken, limit: Limit, invalidToken }, found, ({ name }) => [
      name,
    ]);
    return { EventBuses: items.map(busEntry), NextToken: token };
  },
});
