/** Holds what code and documents point at: `aws-facts A4.5` names a fact of docs/aws-behaviour, and relative links lead somewhere. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FACTS = join(ROOT, 'docs/aws-behaviour');
const TEXT = new Set(['.ts', '.md', '.json', '.ndjson', '.py', '.sh', '.yaml', '.yml', '.tf']);

function filesUnder(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name !== 'node_modules' && !name.startsWith('.'))
    .flatMap((name) => filesUnder(join(path, name)));
}

const shown = (path: string) => relative(ROOT, path).replaceAll('\\', '/');
const anchorOf = (id: string) => id.toLowerCase().replace('.', '');
const anchorsIn = (text: string) =>
  [...text.matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, id]) => id as string);

/** `A4.5` as section A4 and number 5, `H9` as H and 9, `D` as D alone. */
function parts(id: string): { section: string; number: number } {
  const [, letter = '', section = '', number] = /^([A-Z])(\d*)(?:\.(\d+))?$/.exec(id) ?? [];
  return number === undefined
    ? { section: letter, number: Number(section) }
    : { section: letter + section, number: Number(number) };
}

const between = (section: string, number: number) =>
  section.length > 1 ? `${section}.${number}` : `${section}${number}`;

const ID = '[A-Z](?:\\d+(?:\\.\\d+)?)?(?![\\w.]*\\w)';
// A citation may go on in the next line of a comment.
const GAP = '(?:\\s|\\n\\s*(?:\\*|//)\\s)*';
const CITATION = new RegExp(
  `aws-facts(?:-\\d+)?${GAP}(?<=\\s)(${ID}(?:${GAP}(?:,|and|or|to|-)${GAP}${ID})*)`,
  'g',
);

/** The ids that a text cites, with those that a range such as "A4.1 to A4.4" stands for. */
function citedIds(text: string): string[] {
  return [...text.matchAll(CITATION)].flatMap(([, list]) => {
    const cited = [...(list as string).matchAll(new RegExp(`(to|-)?${GAP}(${ID})`, 'g'))];
    return cited.flatMap(([, range, id], at) => {
      const last = parts(id as string);
      const first = parts(cited[at - 1]?.[2] ?? '');
      if (!range || first.section !== last.section) return [id as string];
      const count = Math.max(0, last.number - first.number - 1);
      const inner = Array.from({ length: count }, (_, n) => between(last.section, first.number + n + 1));
      return [...inner, id as string];
    });
  });
}

const factFiles = filesUnder(FACTS).filter((path) => basename(path) !== 'README.md');
const guide = readFileSync(join(FACTS, 'README.md'), 'utf8');

interface Fact {
  readonly file: string;
  readonly id: string;
  readonly text: string;
}

/** Each fact: from its anchor to the next anchor or heading. */
const facts: readonly Fact[] = factFiles.flatMap((file) =>
  readFileSync(file, 'utf8')
    .split(/\n(?=<a id=|#)/)
    .flatMap((text) => {
      const [, id] = /^<a id="[^"]+"><\/a>\*\*([A-Z]\d+(?:\.\d+)?)\*\* /.exec(text) ?? [];
      return id ? [{ file: shown(file), id, text }] : [];
    }),
);
const sections = factFiles.flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/<a id="([^"]+)"><\/a>\n\n#+ ([A-Z]\d*)\. /g)].map(
    ([, anchor, id]) => ({
      file: shown(file),
      id: id as string,
      anchor: anchor as string,
    }),
  ),
);
const known = new Set([...facts, ...sections].map(({ id }) => id));
const renamed = new Map(
  [...guide.matchAll(/`([A-Z][\d.]+)` became `([A-Z][\d.]+)`/g)].map(([, from, to]) => [from, to]),
);

/** What an unknown id was probably meant to be. */
function nearest(id: string): string | undefined {
  const wanted = parts(id);
  const siblings = [...known].filter((other) => parts(other).section === wanted.section && /\d/.test(other));
  const [closest] = siblings.sort(
    (a, b) => Math.abs(parts(a).number - wanted.number) - Math.abs(parts(b).number - wanted.number),
  );
  return renamed.get(id) ?? closest ?? (known.has(wanted.section) ? wanted.section : undefined);
}

function unknownCitations(file: string, text: string): string[] {
  return citedIds(text)
    .filter((id) => !known.has(id))
    .map((id) => {
      const other = nearest(id);
      return `${file} cites aws-facts ${id}, which docs/aws-behaviour does not have${other ? `; is it ${other}?` : ''}`;
    });
}

describe('facts about AWS', () => {
  test('a citation is read whole: lists, ranges, sections and broken lines', () => {
    const read: readonly [string, readonly string[]][] = [
      ['(aws-facts A4.5). A caller', ['A4.5']],
      ['aws-facts A3.3, A3.4): made by EBS', ['A3.3', 'A3.4']],
      ['aws-facts A4.1 to A4.4).', ['A4.1', 'A4.2', 'A4.3', 'A4.4']],
      ['aws-facts B2-B4.', ['B2', 'B3', 'B4']],
      ['aws-facts C and D). */', ['C', 'D']],
      ['aws-facts A5, note 10).', ['A5']],
      ['aws-facts B2,\n   * A6.3). */', ['B2', 'A6.3']],
      ['the aws-facts\n// H9).', ['H9']],
      ['aws-facts AWS itself', []],
    ];
    for (const [text, ids] of read) assert.deepEqual(citedIds(text), ids, text);
    assert.deepEqual(unknownCitations('x.ts', 'aws-facts B1.1'), [
      'x.ts cites aws-facts B1.1, which docs/aws-behaviour does not have; is it B1.8?',
    ]);
  });

  test('what is cited exists', () => {
    const own = fileURLToPath(import.meta.url);
    const files = ['src', 'test', 'docs', 'examples', 'tools', 'bench']
      .flatMap((folder) => filesUnder(join(ROOT, folder)))
      .filter((path) => TEXT.has(extname(path)) && path !== own);
    const texts = files.map((path) => [shown(path), readFileSync(path, 'utf8')] as const);
    assert.ok(texts.flatMap(([, text]) => citedIds(text)).length > 150);
    assert.deepEqual(
      texts.flatMap(([path, text]) => unknownCitations(path, text)),
      [],
    );
  });

  test('a fact has the anchor of its id, one mark, and a source', () => {
    assert.ok(facts.length > 250);
    const wrong = facts.flatMap(({ file, id, text }) => {
      const marks = text.match(/\*(?:Documented|Observed|Inferred)\*:\s/g) ?? [];
      return [
        ...(text.startsWith(`<a id="${anchorOf(id)}">`) ? [] : [`${file}: ${id} is not at #${anchorOf(id)}`]),
        ...(marks.length === 1 ? [] : [`${file}: ${id} has ${marks.length} marks`]),
        ...(/\*:\s[\s\S]*\]\(https:\/\//.test(text) ? [] : [`${file}: ${id} links no source`]),
      ];
    });
    assert.deepEqual(wrong, []);
    assert.deepEqual(
      sections.filter(({ id, anchor }) => anchor !== anchorOf(id)),
      [],
    );
  });

  test('an id stands for one fact, an anchor for one place, and the guide lists every file', () => {
    const ids = [...facts, ...sections].map(({ id }) => id);
    assert.deepEqual(
      ids.filter((id, at) => ids.indexOf(id) !== at),
      [],
    );
    for (const file of factFiles) {
      const anchors = anchorsIn(readFileSync(file, 'utf8'));
      assert.deepEqual(
        anchors.filter((anchor, at) => anchors.indexOf(anchor) !== at),
        [],
        shown(file),
      );
      assert.ok(
        guide.includes(`](${basename(file)})`),
        `README.md of aws-behaviour does not list ${basename(file)}`,
      );
    }
  });
});

test('relative links between documents lead to a file, and to an anchor or heading in it', () => {
  const slug = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
  const documents = [
    ...filesUnder(join(ROOT, 'docs')),
    ...readdirSync(ROOT).map((name) => join(ROOT, name)),
  ].filter((path) => path.endsWith('.md'));
  const broken = documents.flatMap((path) => {
    const prose = readFileSync(path, 'utf8').replace(/```[\s\S]*?```/g, '');
    return [...prose.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].flatMap(([, link]) => {
      const [file = '', anchor] = (link as string).split('#');
      const target = file ? join(dirname(path), file) : path;
      if (!existsSync(target)) return [`${shown(path)} links ${link}: no such file`];
      if (!anchor) return [];
      const text = readFileSync(target, 'utf8');
      const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => slug(heading as string));
      return [...anchorsIn(text), ...headings].includes(anchor)
        ? []
        : [`${shown(path)} links ${link}: no such anchor`];
    });
  });
  assert.deepEqual(broken, []);
});
