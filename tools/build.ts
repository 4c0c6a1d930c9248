/** `npm run build`: the command as bundled JavaScript, for the package (Node runs no TypeScript under node_modules). */
import { execFileSync } from 'node:child_process';
import { constants, copyFileSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { buildConsole } from './build-console.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const BUNDLE: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  minifySyntax: true,
  minifyWhitespace: true,
  // A server keeps the text of its code: short names are 1.5 MiB less. A stack's place is found in a build of the same version.
  minifyIdentifiers: true,
  legalComments: 'none',
  // Its build for Node is CommonJS, which asks for Node's modules in a way that a bundled module cannot.
  alias: { yaml: here('../node_modules/yaml/browser/index.js') },
  // Parts of what is bundled are CommonJS, and ask for Node's modules at run time.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  logLevel: 'warning',
};

export const BUNDLES: readonly BuildOptions[] = [
  {
    ...BUNDLE,
    entryPoints: { latchkey: here('../src/cli/main.ts'), index: here('../src/node-api/index.ts') },
    // The command and the library are one server, which is there once.
    splitting: true,
    chunkNames: 'latchkey-[hash]',
  },
  // Loaded by their file names, not imported: what they shared with the server would be more files for that to find and link.
  {
    ...BUNDLE,
    entryPoints: {
      'block-worker': here('../src/dataplane/block-worker.ts'),
      'yaml-worker': here('../src/services/cloudformation/template/yaml-worker.ts'),
    },
  },
  // By the one command that needs it.
  { ...BUNDLE, entryPoints: { 'aws-sdk': here('../src/import/aws/sdk.ts') } },
];

export async function buildPackage(outdir: string): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  for (const bundle of BUNDLES) await build({ ...bundle, outdir });
  copyTables(join(outdir, 'tables'));
  declareTypes(outdir);
  await buildConsole(join(outdir, 'console'));
}

/** What src/platform/node/shipped-json.ts reads. */
function copyTables(folder: string): void {
  mkdirSync(folder);
  for (const table of globSync('**/*.json', { cwd: here('../src') })) {
    copyFileSync(here(`../src/${table}`), join(folder, basename(table)), constants.COPYFILE_EXCL);
  }
}

/** The declarations of the library: those of one file that imports nothing, and the one value. */
function declareTypes(outdir: string): void {
  const tsc = here('../node_modules/typescript/bin/tsc');
  const options = ['--declaration', '--emitDeclarationOnly', '--target', 'es2024', '--outDir', outdir];
  execFileSync(process.execPath, [tsc, ...options, '--ignoreConfig', here('../src/node-api/api.ts')]);
  writeFileSync(
    join(outdir, 'index.d.ts'),
    "export * from './api.js';\nimport type { Start } from './api.js';\nexport declare const start: Start;\n",
  );
}

if (import.meta.main) await buildPackage(here('../dist'));
