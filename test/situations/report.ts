/** The table of situations, for the terminal and for docs/situations.md. */
import { writeFileSync } from 'node:fs';
import type { Played } from './play.ts';

export const DOCS = new URL('../../docs/situations.md', import.meta.url);

export function countsOf(played: readonly Played[]): string {
  const count = (result: Played['result']) => played.filter((each) => each.result === result).length;
  return `${played.length} situations: ${count('right')} right, ${count('wrong')} wrong, ${count('cannot tell')} cannot tell`;
}

const fixesOf = ({ situation: { expect } }: Played): string =>
  [...new Set((expect.fixes ?? []).map(({ kind }) => kind))].join(', ') || '-';

export function row(played: Played): string {
  const { situation, result } = played;
  return `${result.padEnd(12)} ${situation.name.padEnd(52)} ${situation.expect.verdict.padEnd(8)} ${fixesOf(played)}`;
}

const INTRODUCTION = `# Situations
Real denials, from public threads and AWS's own pages, and some of our own making, each built on a running server and called
as a client calls; the explanation is compared with what an expert says of it (the principal, the action, the key, the deciding
or the missing statement, the reason, the least fix), everything that is proposed is done, and the call is made again: it must
work then, and nobody may have gained more. \`npm run situations\` plays them all, and \`npm run situations -- NAME\` shows one.
This page is written by \`npm run situations -- --write\`, and a test holds it to what is played.

`;

export function docsPage(played: readonly Played[]): string {
  const rows = played.map((each) => {
    const { name, source, story, expect, knownWrong } = each.situation;
    const from = source.startsWith('https://')
      ? `[source](${source})`
      : source.replace(/^own: /, 'our own: ');
    const result = knownWrong ? `${each.result}: ${knownWrong}` : each.result;
    return `| \`${name}\` | ${story} (${from}) | ${expect.verdict} | ${fixesOf(each)} | ${result} |`;
  });
  const head = '| name | what happened | verdict | least fix | explanation |\n|---|---|---|---|---|\n';
  return `${INTRODUCTION}**${countsOf(played)}.** "Cannot tell" is what the tool says itself, with what it does not know.\n\n${head}${rows.join('\n')}\n`;
}

export const writeDocs = (text: string): void => writeFileSync(DOCS, text);
