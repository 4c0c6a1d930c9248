/**
 * Facts of the published API models that the SDK's schemas lack: required members, lengths, ranges, patterns,
 * enums, and the errors that an operation lists. One JSON record per line in `api-constraints/<service>.ndjson`,
 * made by `import-constraints.ts` from the models of botocore 1.43.11 (Apache-2.0).
 */
import { readFileSync } from 'node:fs';

export interface ConstraintShape {
  readonly type?: string;
  readonly required?: readonly string[];
  /** A structure: member name to shape name. */
  readonly members?: Readonly<Record<string, string>>;
  readonly list?: string;
  readonly map?: readonly [key: string, value: string];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly sensitive?: boolean;
}

export interface ApiConstraints {
  readonly apiVersion: string;
  readonly operations: ReadonlyMap<
    string,
    { readonly input: string | null; readonly errors?: readonly string[] }
  >;
  readonly shapes: ReadonlyMap<string, ConstraintShape>;
  readonly errors: ReadonlyMap<string, { readonly code?: string; readonly httpStatusCode?: number }>;
}

export function readConstraints(service: string): ApiConstraints {
  const text = readFileSync(new URL(`api-constraints/${service}.ndjson`, import.meta.url), 'utf8');
  const operations = new Map();
  const shapes = new Map();
  const errors = new Map();
  let apiVersion = '';
  for (const line of text.trimEnd().split('\n')) {
    const record = JSON.parse(line);
    if ('operation' in record) operations.set(record.operation, record);
    else if ('shape' in record) shapes.set(record.shape, record);
    else if ('error' in record) errors.set(record.error, record);
    else apiVersion = record.apiVersion;
  }
  return { apiVersion, operations, shapes, errors };
}
