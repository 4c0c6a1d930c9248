/**
 * The store of a simulation: the memory engine, behind a journal on the simulated disk with the promises that SQLite makes
 * here: the transactions of one turn are one commit, acknowledged when it is synced, and kept whole or not at all.
 * SQLite itself reaches its file past any port, and is tested on a real disk (docs/reliability.md).
 */
import { crc32 } from 'node:zlib';
import type { Disk, DiskFile } from '../src/platform/disk.ts';
import type { Turns } from '../src/platform/ports.ts';
import type { AnyTable, Appended, Change, Engine, Found } from '../src/store/engine.ts';
import type { Span } from '../src/store/key.ts';
import { MemoryEngine } from '../src/store/memory/memory-store.ts';
import { freezeDeep } from '../src/store/record.ts';
import type { LogRange } from '../src/store/store.ts';
import { StoreFailure, type StoreFailureKind } from '../src/store/store-failure.ts';

interface Group {
  readonly changes: Change[];
  readonly appended: Appended[];
  readonly done: PromiseWithResolvers<void>;
}

const HEADER_BYTES = 8;

export class JournaledEngine implements Engine {
  rollbacks = 0;
  readonly #turns: Turns;
  readonly #file: DiskFile;
  readonly #onFatal: () => void;
  #memory: MemoryEngine;
  #bytes = 0;
  #group: Group | undefined;
  #isFatal = false;

  /** Takes up what the journal holds, up to the first commit that is not whole. */
  constructor(disk: Disk, turns: Turns, onFatal: () => void) {
    this.#turns = turns;
    this.#onFatal = onFatal;
    const isNew = !disk.list('/store')?.includes('journal');
    this.#file = disk.open('/store/journal', isNew ? 'create' : 'edit');
    if (isNew) disk.syncDirectory('/store');
    this.#memory = this.#replayed(Number.POSITIVE_INFINITY);
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
    const group = this.#openGroup();
    this.#memory.apply(changes, appended);
    group.changes.push(...changes);
    group.appended.push(...appended);
  }

  trim(): number {
    return 0;
  }

  durable(): Promise<void> {
    return this.#group?.done.promise ?? Promise.resolve();
  }

  async close(): Promise<void> {}

  #openGroup(): Group {
    if (this.#isFatal) throw new StoreFailure('failed', 'the simulated disk has failed');
    if (this.#group) return this.#group;
    const group: Group = { changes: [], appended: [], done: Promise.withResolvers() };
    group.done.promise.catch(() => {});
    this.#group = group;
    this.#turns.next(() => this.#commit(group));
    return group;
  }

  /** Synchronous as SQLite's: nobody comes between. */
  #commit(group: Group): void {
    this.#group = undefined;
    const body = Buffer.from(
      JSON.stringify({
        changes: group.changes.map(({ table, ...change }) => ({ ...change, table: table.name })),
        appended: group.appended,
      }),
    );
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32LE(body.length, 0);
    header.writeUInt32LE(crc32(body), 4);
    try {
      this.#file.write(this.#bytes, Buffer.concat([header, body]));
      this.#file.syncNow();
    } catch (error) {
      this.#fail(group, (error as { code?: string }).code === 'ENOSPC' ? 'full' : 'failed');
      return;
    }
    this.#bytes += header.length + body.length;
    group.done.resolve();
  }

  #fail(group: Group, kind: StoreFailureKind): void {
    this.rollbacks++;
    this.#memory = this.#replayed(this.#bytes);
    group.done.reject(new StoreFailure(kind, `the simulated disk is ${kind}`));
    if (kind !== 'failed') return;
    this.#isFatal = true;
    this.#onFatal();
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
