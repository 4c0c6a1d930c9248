/**
 * `node tools/together/gather.ts DIRECTORY`: writes what `npm test` runs there, a file for each process. The longest come
 * first, so that no processor is left without work at the end.
 */
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** In one process: more would save little, and what one of them breaks for the others would be hard to find. */
const MOST = 16;
const APART = [
  // These wait for processes of their own, or take so long that they begin first.
  'test/{cli,clients,situations}/**',
  'test/console/{door,imported,screens,story}.test.ts',
  'test/real-code/terraform.test.ts',
  'test/whole/{bounded,container,crash,every-operation,package,readme,secrets,simulation,tidy}.test.ts',
  // What a process reads at its start, and how much memory it takes.
  'test/shapes/tables-at-rest.test.ts',
  'test/wire/bounds.test.ts',
];

const files = globSync('test/**/*.test.ts', { cwd: ROOT }).sort();
const apart = files.filter((file) => APART.some((pattern) => matchesGlob(file, pattern)));
const others = files.filter((file) => !apart.includes(file));
const size = Math.ceil(others.length / Math.ceil(others.length / MOST));
const together = Array.from({ length: Math.ceil(others.length / size) }, (_, n) =>
  others.slice(n * size, (n + 1) * size),
);

const directory = process.argv[2] as string;
const run = new URL('run.ts', import.meta.url).href;
rmSync(directory, { recursive: true, force: true });
mkdirSync(directory, { recursive: true });
for (const [index, each] of [...apart.map((file) => [file]), ...together].entries()) {
  const text = `import { runTogether } from '${run}';\nawait runTogether(${JSON.stringify(each, null, 2)});\n`;
  writeFileSync(join(directory, `${String(index).padStart(3, '0')}.ts`), text);
}
