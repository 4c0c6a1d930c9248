/** `npm run console`: the console's page as static files under dist/console, which the server serves when they are asked for. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Cloudscape's words in English are bundled; those of other languages would be loaded by a function that nobody calls. */
const oneLanguage: Plugin = {
  name: 'one language',
  setup({ onLoad }) {
    onLoad({ filter: /components[\\/]i18n[\\/]dynamic\.js$/ }, () => ({
      contents: 'export const importMessages = undefined;',
    }));
  },
};

export const CONSOLE_BUNDLE: BuildOptions = {
  entryPoints: { console: here('../console/src/main.tsx'), icon: here('../console/icon.svg') },
  bundle: true,
  plugins: [oneLanguage],
  format: 'esm',
  platform: 'browser',
  target: ['chrome120', 'firefox121', 'safari17'],
  // The editor and the graph are loaded where they are shown.
  splitting: true,
  minify: true,
  metafile: true,
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  // Names change with the content, so that browsers may keep the files for ever.
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  loader: { '.svg': 'copy' },
  legalComments: 'none',
  logLevel: 'warning',
};

export async function buildConsole(outdir: string): Promise<Metafile> {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  const { metafile } = await build({ ...CONSOLE_BUNDLE, outdir });
  const built = Object.keys((metafile as Metafile).outputs).map((path) => basename(path));
  const named = (pattern: RegExp) => {
    const name = built.find((each) => pattern.test(each));
    if (!name) throw new Error(`nothing was built that is called ${pattern}`);
    return name;
  };
  const page = readFileSync(here('../console/index.html'), 'utf8')
    .replace('%SCRIPT%', named(/^console-.*\.js$/))
    .replace('%STYLE%', named(/^console-.*\.css$/))
    .replace('%ICON%', named(/^icon-.*\.svg$/));
  writeFileSync(join(outdir, 'index.html'), page);
  return metafile as Metafile;
}

if (import.meta.main) await buildConsole(here('../dist/console'));
