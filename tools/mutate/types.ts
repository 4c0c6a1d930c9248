/** Faults that the compiler refuses: it is the first of the tests. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mutant } from './mutants.ts';

/** Faults of different files are planted together, and an error counts for the fault of its file. */
export function rejectedByTypes(
  root: string,
  mutants: readonly Mutant[],
  texts: ReadonlyMap<string, string>,
): ReadonlySet<Mutant> {
  const rejected = new Set<Mutant>();
  for (let rest = [...mutants]; rest.length > 0; ) {
    const together = [...new Map(rest.map((mutant) => [mutant.file, mutant])).values()];
    const wrong = compile(root, together, texts);
    for (const mutant of together) if (wrong.has(mutant.file)) rejected.add(mutant);
    rest = rest.filter((mutant) => !together.includes(mutant));
  }
  return rejected;
}

function compile(root: string, mutants: readonly Mutant[], texts: ReadonlyMap<string, string>) {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-types-'));
  try {
    for (const name of ['src', 'tsconfig.json', 'package.json']) {
      cpSync(join(root, name), join(directory, name), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
    for (const mutant of mutants) {
      writeFileSync(join(directory, mutant.file), mutated(texts.get(mutant.file) as string, mutant));
    }
    const own = { extends: './tsconfig.json', include: ['src'], exclude: [] };
    writeFileSync(join(directory, 'own.json'), JSON.stringify(own));
    return errorsOf(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const mutated = (text: string, { start, end, replacement }: Mutant) =>
  text.slice(0, start) + replacement + text.slice(end);

/** The files that have any. */
function errorsOf(directory: string): ReadonlySet<string> {
  try {
    const args = [
      join(directory, 'node_modules', '.bin', 'tsc'),
      '-p',
      'own.json',
      '--noEmit',
      '--pretty',
      'false',
    ];
    execFileSync(args[0] as string, args.slice(1), { cwd: directory, stdio: ['ignore', 'pipe', 'ignore'] });
    return new Set();
  } catch (error) {
    const out = String((error as { stdout?: Buffer }).stdout ?? '');
    return new Set([...out.matchAll(/^(\S+?)\(\d+,\d+\): error/gm)].map(([, file]) => file as string));
  }
}
