/**
 * Keeps a query for Logs Insights, or puts another in the place of the one that has the id: nothing of that is left.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html
 */
import { uuid } from '../../../platform/identifiers.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
import { invalidParameter } from '../errors.ts';
import { logs } from '../logs.ts';
import { noQueryDefinition, queryDefinitions } from './query-definition.ts';

export default logs.operation('PutQueryDefinition', {
  checks: (context) => ({ query: accountCheck(context, 'logs:PutQueryDefinition') }),
  async preconditions({ tx, account, region }, input) {
    const { queryDefinitionId: id, queryLanguage = 'CWLI' } = input;
    if (queryLanguage === 'SQL' && input.logGroupNames?.length) {
      throw invalidParameter('A SQL query names its log groups itself: logGroupNames must not be specified.');
    }
    if (queryLanguage !== 'CWLI' && input.parameters?.length) {
      throw invalidParameter('Query parameters are supported only for Logs Insights QL queries.');
    }
    if (id !== undefined && !(await tx.get(queryDefinitions, [account, region, id]))) {
      throw noQueryDefinition(id);
    }
  },
  async execute({ tx, account, region, nowMs, entropy }, input) {
    const { clientToken } = input;
    const all = await tx.list(queryDefinitions, { prefix: [account, region] });
    const made = all.find((each) => clientToken !== undefined && each.clientToken === clientToken);
    const id = input.queryDefinitionId ?? made?.id ?? uuid(entropy);
    tx.put(queryDefinitions, {
      account,
      region,
      id,
      name: input.name,
      queryString: input.queryString,
      queryLanguage: input.queryLanguage ?? 'CWLI',
      logGroupNames: input.logGroupNames ?? [],
      parameters: input.parameters,
      modifiedAtMs: nowMs,
      ...(clientToken !== undefined && { clientToken }),
    });
    return { queryDefinitionId: id };
  },
});
