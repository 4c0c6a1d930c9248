/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-querydefinition.html */
import type { JsonObject } from '../template/json.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';

export const queryDefinition: ResourceType = {
  name: 'AWS::Logs::QueryDefinition',
  properties: {
    LogGroupNames: { type: { list: 'String' } },
    Name: { type: 'String', required: true },
    QueryLanguage: { type: 'String' },
    QueryString: { type: 'String', required: true },
  },
  unserved: ['Parameters'],
  attributes: ['QueryDefinitionId'],
  create: (ctx, properties) => put(ctx, properties),
  read: async (_context, { physicalId }) => ({ QueryDefinitionId: physicalId }),
  async update(ctx, { physicalId }, properties) {
    await put(ctx, properties, physicalId);
  },
  async delete({ call }, { physicalId: queryDefinitionId }) {
    await call('logs', 'DeleteQueryDefinition', { queryDefinitionId });
  },
};

async function put(
  { call, token }: ResourceContext,
  properties: JsonObject,
  queryDefinitionId?: string,
): Promise<string> {
  const query = await call('logs', 'PutQueryDefinition', {
    queryDefinitionId,
    name: properties.Name as string,
    queryString: properties.QueryString as string,
    queryLanguage: properties.QueryLanguage as 'CWLI' | undefined,
    logGroupNames: properties.LogGroupNames as string[] | undefined,
    ...(queryDefinitionId === undefined && { clientToken: token }),
  });
  return query.queryDefinitionId as string;
}
