/**
 * `npm run operations`: registers what each service's folders hold, so that an operation is one file. Writes
 * `src/services/<id>/operations.ts`; `test/shapes/registered.test.ts` compares its result with what is there.
 */
import { readdirSync, writeFileSync } from 'node:fs';

export const SERVICES = new URL('../src/services/', import.meta.url);

/** `./grant/CreateGrant.ts`: operation files are those that bear an API name. */
function operationFiles(service: string): string[] {
  const folder = new URL(`${service}/`, SERVICES);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => `./${path.replaceAll('\\', '/')}`)
    .filter((path) => /\/[A-Z][A-Za-z0-9]*\.ts$/.test(path))
    .sort();
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1, -'.ts'.length);

function registration(service: string): string {
  const paths = operationFiles(service);
  const names = paths.map(nameOf).sort();
  return [
    '// Made by "npm run operations" of what the folders hold.',
    "import type { Operation } from '../../invoke/operation.ts';",
    ...paths.map((path) => `import ${nameOf(path)} from '${path}';`),
    '',
    'export const operations: readonly Operation[] = [',
    ...names.map((name) => `  ${name},`),
    '];',
    '',
  ].join('\n');
}

/** Each service's registration, by its path under `src/services/`. */
export function registrations(): ReadonlyMap<string, string> {
  const services = readdirSync(SERVICES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return new Map(services.map(({ name }) => [`${name}/operations.ts`, registration(name)]));
}

if (import.meta.main) {
  for (const [path, text] of registrations()) writeFileSync(new URL(path, SERVICES), text);
}
