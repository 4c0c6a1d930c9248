/** `npm run build`: the command as bundled JavaScript, for the package (Node runs no TypeScript under node_modules). */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: { latchkey: 'src/cli/main.ts', 'block-worker': 'src/dataplane/block-worker.ts' },
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
});
// The one module that is loaded by its file name, not imported.
const bundle = readFileSync('dist/latchkey.js', 'utf8');
const worker = './block-worker.ts';
if (!bundle.includes(worker)) throw new Error(`the bundle does not start ${worker}`);
writeFileSync('dist/latchkey.js', bundle.replaceAll(worker, './block-worker.js'));
