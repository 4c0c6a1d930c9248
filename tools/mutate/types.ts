/** Faults that the compiler refuses: it is the first of the tests. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mutant } from './mutants.ts';

/** Faults of different lines are planted together, and an error counts for the fault of its line. */
export function rejectedByTypes(
  root: string,
  mutants: readonly Mutant[],
  texts: ReadonlyMap<string, string>,
): ReadonlySet<Mutant> {
  const rejected = new Set<Mutant>();
  for (let rest = [...mutants]; rest.length > 0; ) {
    const together = apart(rest);
    const errors = compile(root, together, texts);
    for (const mutant of together) {
      const lines = mutant.line + linesOf(texts.get(mutant.file) as string, mutant);
      const isAt = ([file, line]: readonly [string, number]) =>
        file === mutant.file && line >= mutant.line && line <= lines;
      if (errors.some(isAt)) rejected.add(mutant);
    }
    rest = rest.filter((mutant) => !together.includes(mutant));
  }
  return rejected;
}

const linesOf = (text: string, { start, end }: Mutant) => text.slice(start, end).split('\n').length - 1;

/** Of each file those whose hosts are apart. */
function apart(mutants: readonly Mutant[]): Mutant[] {
  const chosen: Mutant[] = [];
  for (const mutant of mutants) {
    const meets = ({ file, line, host }: Mutant) =>
      file === mutant.file &&
      (line === mutant.line || (host.start < mutant.host.end && mutant.host.start < host.end));
    if (!chosen.some(meets)) chosen.push(mutant);
  }
  return chosen;
}

function compile(root: string, mutants: readonly Mutant[], texts: ReadonlyMap<string, string>) {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-types-'));
  try {
    for (const name of ['src', 'tsconfig.json', 'package.json']) {
      cpSync(join(root, name), join(directory, name), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
    for (const [file, of] of Map.groupBy(mutants, (mutant) => mutant.file)) {
      writeFileSync(join(directory, file), withAll(texts.get(file) as string, of));
    }
    const own = { extends: './tsconfig.json', include: ['src'], exclude: [] };
    writeFileSync(join(directory, 'own.json'), JSON.stringify(own));
    return errorsOf(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Every line keeps its number. */
function withAll(text: string, mutants: readonly Mutant[]): string {
  let out = text;
  for (const mutant of mutants.toSorted((one, other) => other.start - one.start)) {
    const { start, end, replacement } = mutant;
    const missing = linesOf(text, mutant) - (replacement.split('\n').length - 1);
    out = out.slice(0, start) + replacement + '\n'.repeat(Math.max(0, missing)) + out.slice(end);
  }
  return out;
}

function errorsOf(directory: string): (readonly [file: string, line: number])[] {
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
    return [];
  } catch (error) {
    const out = String((error as { stdout?: Buffer }).stdout ?? '');
    return [...out.matchAll(/^(\S+?)\((\d+),\d+\): error/gm)].map(
      ([, file, line]) => [file as string, Number(line)] as const,
    );
  }
}
