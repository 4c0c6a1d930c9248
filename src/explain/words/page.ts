/** A page of sections, as text for a terminal or as HTML: what the printed answers are made of. */
import { compactJson } from './compact-json.ts';

export type Tone = 'good' | 'bad' | 'unknown' | 'plain';

/** A line of text, with how deep it is indented; or a document. */
export type Block = string | { readonly text: string; readonly depth: 1 } | { readonly document: object };

export interface Section {
  readonly title: string;
  readonly tone?: Tone;
  /** The first section's title is the verdict. */
  readonly blocks: readonly Block[];
}

/** How a terminal shows emphasis; without colours the text stays as it is. */
export interface Style {
  title(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

const PLAIN: Style = { title: (text) => text, good: (text) => text, bad: (text) => text };

const indented = (text: string, depth: number): string => text.replace(/^(?=.)/gm, '  '.repeat(depth));

export function pageText(sections: readonly Section[], style: Style = PLAIN): string {
  return sections
    .map(({ title, tone, blocks }, at) => {
      const head =
        tone === 'bad' ? style.bad(title) : tone === 'good' ? style.good(title) : style.title(title);
      // What belongs to the verdict stands under it as it is.
      const base = at === 0 ? 0 : 1;
      return [head, ...blocks.map((block) => blockText(block, base))].join('\n');
    })
    .join('\n\n');
}

function blockText(block: Block, base: number): string {
  if (typeof block === 'string') return indented(block, base);
  if ('document' in block) return indented(compactJson(block.document), base + 1);
  return indented(block.text, base + block.depth);
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (char) => ESCAPES[char] ?? char);

/** One file that needs nothing else: no script, no font, nothing from anywhere. */
export function pageHtml(sections: readonly Section[], details: object): string {
  const [verdict] = sections;
  const body = sections.map(
    ({ title, tone = 'plain', blocks }, at) =>
      `<section><${at === 0 ? 'h1' : 'h2'} class="${tone}">${escaped(title)}</${at === 0 ? 'h1' : 'h2'}>\n${blocks.map(blockHtml).join('\n')}</section>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(verdict?.title ?? 'Latchkey')}</title>
<style>${CSS}</style></head><body><main>
${body.join('\n')}
<details><summary>Everything, as JSON</summary><pre>${escaped(JSON.stringify(details, null, 2))}</pre></details>
</main></body></html>
`;
}

function blockHtml(block: Block): string {
  if (typeof block === 'string') return `<p>${escaped(block)}</p>`;
  if ('document' in block) return `<pre>${escaped(compactJson(block.document))}</pre>`;
  return `<p class="depth-${block.depth}">${escaped(block.text)}</p>`;
}

const CSS = `
:root { color-scheme: light dark; --line: #8884; --bad: #c62828; --good: #2e7d32; --unknown: #6b40b2 }
@media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --good: #81c784; --unknown: #bf99ff } }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif } main { max-width: 62rem; margin: auto; padding: 2rem 1rem }
h1, h2 { overflow-wrap: anywhere }
h1 { font-size: 1.4rem } h2 { font-size: 1.05rem; border-top: 1px solid var(--line); padding-top: 1rem }
.bad { color: var(--bad) } .good { color: var(--good) } .unknown { color: var(--unknown) } p { margin: .3rem 0; overflow-wrap: anywhere; white-space: pre-wrap }
.depth-1 { margin-left: 1.5rem }
pre { overflow-x: auto; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: 6px; font-size: .85rem }
summary { cursor: pointer; margin-top: 1.5rem }
`;
