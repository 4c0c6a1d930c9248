/** `npm run build`: the command as bundled JavaScript, for the package (Node runs no TypeScript under node_modules). */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export async function buildPackage(outdir: string): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  await build({
    // The worker is loaded by its file name, not imported.
    entryPoints: {
      latchkey: here('../src/cli/main.ts'),
      'block-worker': here('../src/dataplane/block-worker.ts'),
    },
    outdir,
    bundle: true,
    // Its build for Node is CommonJS, which asks for Node's modules in a way that a bundled module cannot.
    alias: { yaml: here('../node_modules/yaml/browser/index.js') },
    platform: 'node',
    target: 'node22',
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
}

if (import.meta.main) await buildPackage(here('../dist'));
