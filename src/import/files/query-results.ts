/**
 * What the CLI prints of a query's results, of Athena and of CloudTrail Lake (each with a command get-query-results): the rows
 * of the query that athena-sql prints, or whole events.
 */
import { asText } from '../../aws/as-text.ts';
import { SnapshotError } from '../snapshot/snapshot.ts';

export interface QueryResults {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Lake has a row as a list of columns, each an object of its own; Athena as a list of values, the names in the first row. */
export function queryResultsOf(parsed: unknown, name: string): QueryResults | undefined {
  const { QueryResultRows, QueryStatus, NextToken, ResultSet } = Object(parsed) as Record<string, unknown>;
  const athena = Object(ResultSet) as { Rows?: unknown };
  const isLake = Array.isArray(QueryResultRows);
  if (!isLake && !Array.isArray(athena.Rows)) return undefined;
  if (QueryStatus !== undefined && QueryStatus !== 'FINISHED') {
    throw new SnapshotError(
      `${name} has the results of a query that is ${asText(QueryStatus)}: save them again once it has finished`,
    );
  }
  if (NextToken !== undefined) {
    throw new SnapshotError(
      `${name} has one page of a query's results, and there are more: save all of them, or import the CSV that the query wrote to S3`,
    );
  }
  return isLake ? lakeRows(QueryResultRows) : athenaRows(athena.Rows as readonly unknown[], name);
}

function lakeRows(all: readonly unknown[]): QueryResults {
  const rows = all.map((row) => Object.assign({}, ...[row].flat()) as Record<string, unknown>);
  const header = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  // A column without a value is left out of its row.
  return { header, rows: rows.map((row) => header.map((column) => asText(row[column] ?? ''))) };
}

function athenaRows(all: readonly unknown[], name: string): QueryResults {
  const cellOf = (datum: unknown): string => {
    const { VarCharValue = '' } = Object(datum) as { VarCharValue?: unknown };
    if (typeof VarCharValue === 'string') return VarCharValue;
    throw new SnapshotError(`${name} is damaged: a value of its ResultSet is no text`);
  };
  const [header = [], ...rows] = all.map((row) => {
    const { Data = [] } = Object(row) as { Data?: unknown };
    if (Array.isArray(Data)) return Data.map(cellOf);
    throw new SnapshotError(`${name} is damaged: a row of its ResultSet has no list of values`);
  });
  return { header, rows };
}

/** The column of an event data store that has each event whole, as JSON. */
export function eventsOf({ header, rows }: QueryResults): readonly string[] | undefined {
  const column = header.findIndex((each) => each.toLowerCase() === 'eventjson');
  return column < 0 ? undefined : rows.map((row) => row[column] as string);
}
