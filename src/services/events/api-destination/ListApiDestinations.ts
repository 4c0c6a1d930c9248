/**
 * Lists the API destinations of the account in the Region.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListApiDestinations.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { pageOf } from '../../../service-kit/page.ts';
import { invalidToken } from '../errors.ts';
import { events } from '../events.ts';
import { apiDestinationEntry, apiDestinations } from './api-destination.ts';

const DEFAULT_LIMIT = 100;

export default events.operation('ListApiDestinations', {
  readOnly: true,
  checks: (context) => ({ destinations: accountCheck(context, 'events:ListApiDestinations') }),
  async execute({ tx, account, region }, input) {
    const { NamePrefix = '', ConnectionArn: connection, Limit = DEFAULT_LIMIT, NextToken } = input;
    const all = await tx.list(apiDestinations, { prefix: [account, region] });
    const found = all.filter(
      (each) => each.name.startsWith(NamePrefix) && (!connection || each.connectionArn === connection),
    );
    const page = { token: NextToken, limit: Limit, invalidToken };
    const { items, token } = pageOf(page, found, ({ name }) => [name]);
    const ApiDestinations = await Promise.all(items.map((each) => apiDestinationEntry(tx, each)));
    return { ApiDestinations, NextToken: token };
  },
});
