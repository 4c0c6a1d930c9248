/** Processes that try faults: started, given orders, and ended when a fault makes them hang. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { COPIES_VARIABLE, FAULT_VARIABLE } from './plant.ts';
import type { Order, Reply } from './worker.ts';

const here = (name: string) => new URL(name, import.meta.url);

/** Copies of source files with their faults, outside the checkout. */
export class Copies {
  readonly #directory = mkdtempSync(join(tmpdir(), 'latchkey-faults-'));
  readonly index = join(this.#directory, 'index.json');

  constructor(root: string, texts: ReadonlyMap<string, string>) {
    const paths: Record<string, string> = {};
    for (const [number, [file, text]] of [...texts].entries()) {
      const copy = join(this.#directory, `${number}.ts`);
      writeFileSync(copy, text);
      paths[pathToFileURL(join(root, file)).href] = copy;
    }
    writeFileSync(this.index, JSON.stringify(paths));
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

export class Bench {
  readonly #root: string;
  readonly #copies: Copies;
  readonly #fault: number;
  #child: ChildProcess | undefined;

  /** `fault`: one that is on from the start, for what is decided when code is loaded. */
  constructor(root: string, copies: Copies, fault = 0) {
    this.#root = root;
    this.#copies = copies;
    this.#fault = fault;
  }

  /** Undefined where the process ended or had to be ended. The next order starts another. */
  async give(order: Order, limitMs: number): Promise<Reply | undefined> {
    const child = this.#child ?? (await this.#start());
    if (!child) return undefined;
    const reply = await replyOf(child, limitMs, () => child.send(order));
    if (!reply) this.end();
    return reply;
  }

  end(): void {
    const child = this.#child;
    this.#child = undefined;
    try {
      // A group of its own, so that what the tests started ends with it.
      if (child?.pid) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }

  async #start(): Promise<ChildProcess | undefined> {
    const child = spawn(process.execPath, [fileURLToPath(here('worker.ts'))], {
      cwd: this.#root,
      env: {
        ...process.env,
        NODE_OPTIONS: `--import=${here('plant.ts').href}`,
        NODE_COMPILE_CACHE: join(this.#root, '.cache', 'node'),
        [COPIES_VARIABLE]: this.#copies.index,
        [FAULT_VARIABLE]: String(this.#fault),
      },
      stdio: ['ignore', 'ignore', process.env.MUTATE_DEBUG ? 'inherit' : 'ignore', 'ipc'],
      detached: true,
    });
    this.#child = child;
    const ready = await replyOf(child, 30_000, () => undefined);
    if (!ready) this.end();
    return ready && child;
  }
}

function replyOf(child: ChildProcess, limitMs: number, begin: () => void): Promise<Reply | undefined> {
  return new Promise((resolve) => {
    const settle = (reply: Reply | undefined) => {
      clearTimeout(timer);
      child.removeAllListeners('message').removeAllListeners('exit');
      resolve(reply);
    };
    const timer = setTimeout(settle, limitMs, undefined);
    child.once('message', (reply: Reply) => settle(reply));
    child.once('exit', () => settle(undefined));
    begin();
  });
}
