/**
 * Lists the replays of the account in the Region.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListReplays.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { pageOf } from '../../../service-kit/page.ts';
import { invalidToken, requireOneFilter } from '../errors.ts';
import { events } from '../events.ts';
import { replayEntry, replays } from './replay.ts';

const DEFAULT_LIMIT = 100;

export default events.operation('ListReplays', {
  readOnly: true,
  checks: (context) => ({ replays: accountCheck(context, 'events:ListReplays') }),
  preconditions: (_context, input) => requireOneFilter('ListReplays', input),
  async execute({ tx, account, region }, input) {
    const { NamePrefix = '', EventSourceArn, State, Limit = DEFAULT_LIMIT, NextToken } = input;
    const all = await tx.list(replays, { prefix: [account, region] });
    const found = all.filter(
      (replay) =>
        replay.name.startsWith(NamePrefix) &&
        (EventSourceArn === undefined || replay.archiveArn === EventSourceArn) &&
        (State === undefined || replay.state === State),
    );
    const { items, token } = pageOf({ token: NextToken, limit: Limit, invalidToken }, found, replays.key);
    return { Replays: items.map(replayEntry), NextToken: token };
  },
});
