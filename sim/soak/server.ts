/** A real server on a real disk, which the soak kills, fills and fails. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/latchkey.js', import.meta.url));
const SOURCE = fileURLToPath(new URL('fault.c', import.meta.url));
const START_DEADLINE_MS = 60_000;

export type Fault = 'none' | 'full' | 'sync';
const FAULT_BYTES: Readonly<Record<Fault, string>> = { none: '-', full: 'w', sync: 's' };

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class SoakServer {
  readonly directory = mkdtempSync(join(tmpdir(), 'latchkey-soak-'));
  readonly #control = join(this.directory, 'fault');
  readonly #library: string | undefined;
  /** What it wrote to standard error, all starts together. */
  stderr = '';
  url = '';
  token = '';
  #child: ChildProcess | undefined;

  constructor() {
    this.fault('none');
    this.#library = this.#compile();
  }

  /** Whether the disk can be made to fail here: that takes a C compiler and LD_PRELOAD. */
  get hasFaults(): boolean {
    return this.#library !== undefined;
  }

  /** Resolves when it listens. Throws if it ends before, with what it said. */
  async start(): Promise<void> {
    const before = this.stderr.length;
    const child = spawn(
      process.execPath,
      [BIN, 'start', '--data', 'data', '--port', '0', '--delays', '0.02'],
      {
        cwd: this.directory,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          XDG_RUNTIME_DIR: this.directory,
          SOAK_FAULT: this.#control,
          LD_PRELOAD: this.#library ?? '',
        },
      },
    );
    this.#child = child;
    child.stderr.on('data', (bytes) => {
      this.stderr += bytes;
    });
    let written = '';
    const listening = new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('it does not start')), START_DEADLINE_MS);
      child.stdout.on('data', (bytes) => {
        written += bytes;
        const match = /^Latchkey is listening on (\S+?),? /.exec(written);
        if (match) resolve(match[1] as string);
      });
      child.once('exit', (code) => reject(new Error(`ended with ${code}: ${this.stderr.slice(before)}`)));
      child.once('exit', () => clearTimeout(timer));
      child.stdout.once('data', () => clearTimeout(timer));
    });
    this.url = await listening;
    const { port } = new URL(this.url);
    const uid = process.getuid?.() ?? 0;
    this.token = JSON.parse(
      readFileSync(join(this.directory, `latchkey-${uid}`, `${port}.json`), 'utf8'),
    ).token;
  }

  fault(kind: Fault): void {
    // Written over, not anew: the server has the file mapped.
    const fd = openSync(this.#control, constants.O_RDWR | constants.O_CREAT);
    writeSync(fd, FAULT_BYTES[kind], 0);
    closeSync(fd);
  }

  get isRunning(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  async end(signal: NodeJS.Signals): Promise<Ended> {
    const child = this.#child as ChildProcess;
    if (this.isRunning) {
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    }
    return { code: child.exitCode, signal: child.signalCode };
  }

  /** Resolves when it ends by itself; false if it does not in time. */
  async ends(withinMs: number): Promise<boolean> {
    const child = this.#child as ChildProcess;
    if (!this.isRunning) return true;
    const timer = AbortSignal.timeout(withinMs);
    return once(child, 'exit', { signal: timer }).then(
      () => true,
      () => false,
    );
  }

  async ask<T>(question: string, body: object = {}): Promise<T> {
    const response = await fetch(`${this.url}/_latchkey/${question}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}` },
      body: JSON.stringify(body),
    });
    return (await response.json()) as T;
  }

  async remove(): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }

  #compile(): string | undefined {
    const library = join(this.directory, 'fault.so');
    try {
      execFileSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, SOURCE, '-ldl'], { stdio: 'ignore' });
      return library;
    } catch {
      return undefined;
    }
  }
}
