/** Queries that are kept by name to be run later, here and on AWS: nothing runs them here. */
import type { Scope } from '../../../aws/scope.ts';
import type { QueryDefinition } from '../../../shapes/generated/logs.ts';
import { table } from '../../../store/store.ts';
import { notFound } from '../errors.ts';

export interface QueryDefinitionRecord extends Scope {
  readonly id: string;
  readonly name: string;
  readonly queryString: string;
  readonly queryLanguage: 'CWLI' | 'SQL' | 'PPL';
  readonly logGroupNames: readonly string[];
  readonly parameters: QueryDefinition['parameters'];
  readonly modifiedAtMs: number;
  readonly clientToken?: string;
}

export const queryDefinitions = table<QueryDefinitionRecord>()({
  name: 'logs.query-definitions',
  key: ({ account, region, id }) => [account, region, id],
});

export const noQueryDefinition = (id: string) => notFound(`Query Definition ${id} does not exist.`);

export const showQueryDefinition = (query: QueryDefinitionRecord): QueryDefinition => ({
  queryLanguage: query.queryLanguage,
  queryDefinitionId: query.id,
  name: query.name,
  queryString: query.queryString,
  lastModified: query.modifiedAtMs,
  logGroupNames: [...query.logGroupNames],
  parameters: query.parameters,
});
