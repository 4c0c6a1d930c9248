/**
 * The store of a simulation: the memory engine, behind a journal on the simulated disk with the promises that SQLite makes
 * here: the transactions of one turn are one commit, acknowledged when it is synced, and kept whole or not at all.
 * SQLite itself reaches its file past any port, and is tested on a real disk (docs/reliability.md).
 */
import { crc32 } from 'node:zlib';
import type { Disk, DiskFile } from '../src/platform/disk.ts';
import type { Turns } from '../src/platform/ports.ts';
import type { AnyTable, Appended, Change, Engine, Found } from '../src/store/engine.ts';
import { GroupCommit } from '../src/store/group-commit.ts';
import type { Span } from '../src/store/key.ts';
import { MemoryEngine } from '../src/store/memory/memory-store.ts';
import { freezeDeep } from '../src/store/record.ts';
import type { LogRange } from '../src/store/store.ts';
import { StoreFailure, type StoreFailureKind } from '../src/store/store-failure.ts';

interface Group {
  readonly changes: Change[];
  readonly appended: Appended[];
}

const HEADER_BYTES = 8;

export class JournaledEngine implements Engine {
  rollbacks = 0;
  readonly #file: DiskFile;
  readonly #onFatal: () => void;
  readonly #commits: GroupCommit;
  #memory: MemoryEngine;
  /** How far the journal holds what was committed. */
  #bytes = 0;
  #group: Group = { changes: [], appended: [] };

  /** Takes up what the journal holds, up to the first commit that is not whole. */
  constructor(disk: Disk, turns: Turns, onFatal: () => void) {
    this.#onFatal = onFatal;
    const isNew = !disk.list('/store')?.includes('journal');
    this.#file = disk.open('/store/journal', isNew ? 'create' : 'edit');
    if (isNew) disk.syncDirectory('/store');
    this.#memory = this.#replayed(Number.POSITIVE_INFINITY);
    // What a process wrote that ended before it synced is taken for committed from here on.
    this.#file.syncNow();
    this.#commits = new GroupCommit(
      {
        begin: () => {
          this.#group = { changes: [], appended: [] };
        },
        commit: () => this.#commit(),
        rollBack: () => {
          this.rollbacks++;
          this.#memory = this.#replayed(this.#bytes);
        },
        sync: () => this.#file.sync().catch((error) => this.#fail(error)),
        needsRest: () => false,
        rest: async () => {},
      },
      turns,
    );
  }

  get(table: AnyTable, key: string): object | undefined {
    return this.#memory.get(table, key);
  }

  entries(table: AnyTable, index: string | undefined, span: Span): Found[] {
    return this.#memory.entries(table, index, span);
  }

  scan(log: string, range: LogRange): Appended[] {
    return this.#memory.scan(log, range);
  }

  nextSequence(log: string): number {
    return this.#memory.nextSequence(log);
  }

  apply(changes: readonly Change[], appended: readonly Appended[]): void {
    this.#commits.join();
    this.#memory.apply(changes, appended);
    this.#group.changes.push(...changes);
    this.#group.appended.push(...appended);
  }

  trim(): number {
    return 0;
  }

  earliestMs(log: string): number | undefined {
    return this.#memory.earliestMs(log);
  }

  durable(): Promise<void> {
    return this.#commits.durable();
  }

  admission(): Promise<void> | undefined {
    return this.#commits.admission();
  }

  async close(): Promise<void> {
    await this.#commits.settled();
  }

  #commit(): void {
    const { changes, appended } = this.#group;
    const body = Buffer.from(
      JSON.stringify({
        changes: changes.map(({ table, ...change }) => ({ ...change, table: table.name })),
        appended,
      }),
    );
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32LE(body.length, 0);
    header.writeUInt32LE(crc32(body), 4);
    try {
      this.#file.write(this.#bytes, Buffer.concat([header, body]));
    } catch (error) {
      this.#fail(error);
    }
    this.#bytes += header.length + body.length;
  }

  #fail(error: unknown): never {
    const kind: StoreFailureKind = (error as { code?: string }).code === 'ENOSPC' ? 'full' : 'failed';
    const failure = new StoreFailure(kind, `the simulated disk is ${kind}`, { cause: error });
    if (kind === 'failed') {
      this.#commits.stop(failure);
      this.#onFatal();
    }
    throw failure;
  }

  #replayed(end: number): MemoryEngine {
    const memory = new MemoryEngine();
    const journal = Buffer.alloc(Math.min(this.#file.size(), end));
    this.#file.read(0, journal);
    let at = 0;
    while (at + HEADER_BYTES <= journal.length) {
      const bodyEnd = at + HEADER_BYTES + journal.readUInt32LE(at);
      const body = journal.subarray(at + HEADER_BYTES, bodyEnd);
      // The checksum of nothing is zero, and so is what a torn write leaves: no commit is empty.
      if (body.length === 0 || bodyEnd > journal.length) break;
      if (crc32(body) !== journal.readUInt32LE(at + 4)) break;
      const { changes, appended } = JSON.parse(body.toString());
      for (const change of changes) {
        if (change.record !== undefined) freezeDeep(change.record);
        change.table = { name: change.table };
      }
      memory.apply(changes, appended);
      at = bodyEnd;
    }
    this.#bytes = at;
    if (at < this.#file.size()) this.#file.truncate(at);
    return memory;
  }
}
