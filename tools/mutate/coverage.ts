/**
 * Which test files run which code: each is run once under V8's coverage. What it found is kept in
 * .cache/ and holds while the test file does not change; of a source file that has changed since it is only known whether
 * the test loads it.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

type Range = readonly [start: number, end: number];

export interface TestFile {
  readonly path: string;
  readonly durationMs: number;
  /** Source files that it loaded, with the hash of their text and the stretches that did not run. */
  readonly sources: Readonly<Record<string, { readonly hash: string; readonly idle: readonly Range[] }>>;
  readonly hash: string;
}

const DEADLINE_MS = 240_000;
export const hashOf = (path: string) =>
  createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);

export class Coverage {
  readonly #root: string;
  readonly #directory: string;

  constructor(root: string) {
    this.#root = root;
    this.#directory = join(root, '.cache', 'coverage');
    mkdirSync(this.#directory, { recursive: true });
  }

  /** What a test file runs, measured now unless it is known. Undefined where it fails without any fault. */
  async of(path: string): Promise<TestFile | undefined> {
    const kept = join(this.#directory, `${path.replaceAll(/[^a-z0-9]+/gi, '-')}.json`);
    if (existsSync(kept)) {
      const known = JSON.parse(readFileSync(kept, 'utf8')) as TestFile;
      if (known.hash === hashOf(join(this.#root, path))) return known;
    }
    const measured = await this.#measure(path);
    if (measured) writeFileSync(kept, JSON.stringify(measured));
    return measured;
  }

  async #measure(path: string): Promise<TestFile | undefined> {
    const directory = mkdtempSync(join(tmpdir(), 'latchkey-coverage-'));
    try {
      const beganMs = Date.now();
      const code = await run([path], { NODE_V8_COVERAGE: directory }, this.#root);
      if (code !== 0) return undefined;
      const durationMs = Date.now() - beganMs;
      const sources: Record<string, { hash: string; idle: Range[] }> = {};
      for (const [name, idle] of this.#idleIn(directory)) {
        sources[name] = { hash: hashOf(join(this.#root, name)), idle: [...idle] };
      }
      return { path, durationMs, hash: hashOf(join(this.#root, path)), sources };
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  /** The stretches that ran in none of the processes and threads of the run. */
  #idleIn(directory: string): Map<string, readonly Range[]> {
    const found = new Map<string, readonly Range[]>();
    for (const file of readdirSync(directory)) {
      for (const { url, functions } of readScripts(join(directory, file))) {
        if (!url.startsWith('file:')) continue;
        const name = relative(this.#root, fileURLToPath(url)).replaceAll('\\', '/');
        if (!/^src\/.*\.ts$/.test(name)) continue;
        const idle = idleRanges(functions);
        const before = found.get(name);
        found.set(name, before ? intersection(before, idle) : idle);
      }
    }
    return found;
  }
}

interface V8Function {
  readonly ranges: readonly { startOffset: number; endOffset: number; count: number }[];
}

function readScripts(file: string): { url: string; functions: V8Function[] }[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).result;
  } catch {
    // A process that was killed leaves half a file.
    return [];
  }
}

/** In order and apart. What V8 counts within a stretch that did not run did not run either. */
function idleRanges(functions: readonly V8Function[]): Range[] {
  const all = functions
    .flatMap(({ ranges }) => ranges.filter(({ count }) => count === 0))
    .map(({ startOffset, endOffset }): Range => [startOffset, endOffset])
    .sort((one, other) => one[0] - other[0]);
  const merged: [number, number][] = [];
  for (const [start, end] of all) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

function intersection(some: readonly Range[], others: readonly Range[]): Range[] {
  const both: Range[] = [];
  for (let one = 0, other = 0; one < some.length && other < others.length; ) {
    const [start, end] = some[one] as Range;
    const [otherStart, otherEnd] = others[other] as Range;
    if (Math.max(start, otherStart) < Math.min(end, otherEnd)) {
      both.push([Math.max(start, otherStart), Math.min(end, otherEnd)]);
    }
    if (end < otherEnd) one++;
    else other++;
  }
  return both;
}

/** Whether the test file runs the code at this offset, as far as is known. Stripping types keeps every offset. */
export function runs({ sources }: TestFile, file: string, hash: string, offset: number): boolean {
  const source = sources[file];
  if (source === undefined) return false;
  return source.hash !== hash || !source.idle.some(([start, end]) => start <= offset && offset < end);
}

function run(args: readonly string[], env: Record<string, string>, cwd: string): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: 'ignore',
      timeout: DEADLINE_MS,
      killSignal: 'SIGKILL',
    });
    child.on('exit', resolve);
  });
}
