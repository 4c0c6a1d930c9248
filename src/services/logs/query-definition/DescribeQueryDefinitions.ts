/**
 * Lists the queries that were kept, by the beginning of their names.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeQueryDefinitions.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { pageOf } from '../../../service-kit/page.ts';
import { invalidToken } from '../errors.ts';
import { logs } from '../logs.ts';
import { queryDefinitions, showQueryDefinition } from './query-definition.ts';

const MAX_PAGE = 1000;

export default logs.operation('DescribeQueryDefinitions', {
  readOnly: true,
  checks: (context) => ({ queries: accountCheck(context, 'logs:DescribeQueryDefinitions') }),
  async execute({ tx, account, region }, input) {
    const { queryDefinitionNamePrefix: prefix = '', queryLanguage, maxResults = MAX_PAGE } = input;
    const all = await tx.list(queryDefinitions, { prefix: [account, region] });
    const found = all.filter(
      (query) =>
        query.name.startsWith(prefix) && (queryLanguage ?? query.queryLanguage) === query.queryLanguage,
    );
    const request = { token: input.nextToken, limit: maxResults, invalidToken };
    const { items, token } = pageOf(request, found, ({ name, id }) => [name, id]);
    return { queryDefinitions: items.map(showQueryDefinition), nextToken: token };
  },
});
