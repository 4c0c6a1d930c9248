/**
 * Tables that ship as JSON files and are read when first asked for: a server starts without them, and holds those of the
 * services that are called. The build puts all of them into one folder beside the bundle (tools/build.ts).
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** Reads `path`, as seen from the module at `moduleUrl` (its `import.meta.url`), at the first call of what it returns. */
export function shippedJson<T>(path: string, moduleUrl: string): () => T {
  const file = moduleUrl.endsWith('.ts') ? path : `./tables/${basename(path)}`;
  let table: T | undefined;
  return () => {
    table ??= JSON.parse(readFileSync(new URL(file, moduleUrl), 'utf8')) as T;
    return table;
  };
}
