/** `npm run notices`: the sections of THIRD-PARTY-NOTICES.md on what is bundled, but for those written by hand, anew. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { BUNDLES } from './build.ts';
import { CONSOLE_BUNDLE } from './build-console.ts';

const root = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const BEGIN = '<!-- what is bundled: tools/notices.ts -->\n';
const file = root('THIRD-PARTY-NOTICES.md');
const [byHand = ''] = readFileSync(file, 'utf8').split(BEGIN);

const names = new Set<string>();
for (const bundle of [...BUNDLES, CONSOLE_BUNDLE]) {
  const { metafile } = await build({ ...bundle, outdir: root('dist'), write: false, metafile: true });
  for (const path of Object.keys(metafile?.inputs ?? {})) {
    const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path) ?? [];
    if (name && !byHand.includes(`\n## ${name} (`)) names.add(name);
  }
}
/** Some packages of the SDK's repository come without the file that the others have. */
function licenceText(name: string): string {
  const files = readdirSync(root(`node_modules/${name}`));
  const text = (pattern: RegExp) =>
    files
      .filter((each) => pattern.test(each))
      .map((file) => readFileSync(root(`node_modules/${name}/${file}`), 'utf8'));
  const licence = text(/^licen[cs]e/i);
  // What a package has taken in itself (normalize.css, the fonts of the console) has terms of its own.
  if (licence.length > 0)
    return [...licence.slice(0, 1), ...text(/^(?:NOTICE|THIRD-PARTY-LICENSES)/)].join('\n');
  if (!name.startsWith('@aws-sdk/')) throw new Error(`${name} has no licence file`);
  return licenceText('@aws-sdk/client-kms');
}

/** Packages by the text of their licence: most share one. */
const byLicence = new Map<string, string[]>();
for (const name of [...names].sort()) {
  const { version, license } = JSON.parse(readFileSync(root(`node_modules/${name}/package.json`), 'utf8'));
  const text = licenceText(name)
    .replace(/[ \t]+$/gm, '')
    .trimEnd();
  byLicence.set(text, [...(byLicence.get(text) ?? []), `## ${name} (${version}, ${license})`]);
}
const sections = [...byLicence].map(
  ([text, headings]) => `${headings.join('\n\n')}\n\n\`\`\`\n${text}\n\`\`\`\n`,
);
writeFileSync(file, `${byHand.trimEnd()}\n\n${BEGIN}\n${sections.join('\n')}`);
