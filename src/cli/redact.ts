/** `latchkey redact`: a snapshot under pseudonyms, to hand on. */
import { randomBytes } from 'node:crypto';
import { Redaction } from '../import/redact.ts';
import { loadSnapshot } from '../import/snapshot/store.ts';
import { isUnredactedFile } from '../import/unredacted.ts';
import {
  filesUnder,
  isThere,
  linesOf,
  readText,
  replaceFolder,
  requireFolderCanBeMade,
  type WrittenFile,
} from '../platform/node/folder.ts';
import { type Command, UsageError } from './command.ts';

export const redact: Command = {
  summary: 'write a snapshot under pseudonyms, to hand on',
  usage: `
Usage: latchkey redact --from DIR --out DIR2

Writes the snapshot DIR to DIR2 with pseudonyms for account numbers, names, tags, addresses and ids (of keys, instances, roles,
events), the same one each time, so that the answers stay the same. AWS's own words stay, even where somebody uses one as a name.
Templates and policies of stacks are left out: what people write in them has no end.
Look it over before you hand it on.
`,
  maxWords: 0,
  options: { from: { type: 'string' }, out: { type: 'string' } },
  async run({ values: { from, out } }) {
    if (typeof from !== 'string' || typeof out !== 'string')
      throw new UsageError('which snapshot, and where to? latchkey redact --from DIR --out DIR2');
    if (isThere(out)) throw new UsageError(`${out} is there already`);
    requireFolderCanBeMade(out);
    const { reads, history } = loadSnapshot(from);
    const redaction = new Redaction(randomBytes(16).toString('hex'));
    redaction.learn(reads, history);
    replaceFolder(out, redactedFiles(from, redaction));
    process.stdout.write(`${out}: ${from} under pseudonyms. Look it over before you hand it on.\n`);
    return 0;
  },
};

function* redactedFiles(folder: string, redaction: Redaction): Generator<WrittenFile> {
  for (const { path, name } of filesUnder(folder)) {
    if (isUnredactedFile(name)) continue;
    yield [
      redaction.apply(name),
      name.endsWith('snapshot.json') ? readText(path) : redactedLines(path, redaction),
    ];
  }
}

function* redactedLines(path: string, redaction: Redaction): Generator<string> {
  for (const line of linesOf(path)) yield `${redaction.apply(line)}\n`;
}
