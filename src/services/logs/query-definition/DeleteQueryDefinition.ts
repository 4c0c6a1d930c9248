/**
 * Deletes a query that was kept.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteQueryDefinition.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { logs } from '../logs.ts';
import { noQueryDefinition, queryDefinitions } from './query-definition.ts';

export default logs.operation('DeleteQueryDefinition', {
  checks: (context) => ({ query: accountCheck(context, 'logs:DeleteQueryDefinition') }),
  async preconditions({ tx, account, region }, { queryDefinitionId }) {
    if (await tx.get(queryDefinitions, [account, region, queryDefinitionId])) return;
    throw noQueryDefinition(queryDefinitionId);
  },
  execute({ tx, account, region }, { queryDefinitionId }) {
    tx.delete(queryDefinitions, [account, region, queryDefinitionId]);
    return { success: true };
  },
});
