/**
 * A disk that keeps of a crash no more than it has promised: of writes that were not synced any part may be lost, in any
 * order and torn at 512 bytes; a name is there only once its directory was synced.
 */
import type { Disk, DiskFile } from '../disk.ts';
import { nextTurn } from '../next-turn.ts';
import type { Turns } from '../ports.ts';
import type { Random } from './random.ts';

const SECTOR_BYTES = 512;

export interface DiskFaults {
  /** Writes fail for want of room. */
  isFull: boolean;
  /** Syncs fail, and what they were to make durable is as uncertain as before. */
  failsSyncs: boolean;
  /** A fault of this program's that the simulation must find: syncs that do nothing. */
  ignoresSyncs: boolean;
}

type Change = { readonly at: number; readonly bytes: Buffer } | { readonly truncatedTo: number };

/** Bytes with room behind them, so that a journal that grows is not copied at each write. */
class Bytes {
  #room: Buffer;
  #length: number;

  constructor(content: Buffer = Buffer.alloc(0)) {
    this.#room = content;
    this.#length = content.length;
  }

  get content(): Buffer {
    return this.#room.subarray(0, this.#length);
  }

  get length(): number {
    return this.#length;
  }

  resize(length: number): void {
    if (length > this.#room.length) {
      const { content } = this;
      this.#room = Buffer.alloc(2 * length);
      content.copy(this.#room);
    } else this.#room.fill(0, this.#length, length);
    this.#length = length;
  }

  write(at: number, source: Buffer): void {
    if (at + source.length > this.#length) this.resize(at + source.length);
    source.copy(this.#room, at);
  }

  make(change: Change): void {
    if ('truncatedTo' in change) this.resize(change.truncatedTo);
    else this.write(change.at, change.bytes);
  }

  copy(): Bytes {
    return new Bytes(Buffer.from(this.content));
  }
}

class Inode {
  readonly durable = new Bytes();
  current = new Bytes();
  unsynced: Change[] = [];
}

type NameChange = (names: Map<string, Inode>) => void;

const failure = (code: string) => Object.assign(new Error(`${code}: simulated`), { code });
const parentOf = (path: string) => path.slice(0, path.lastIndexOf('/'));

export class SimulatedDisk implements Disk {
  readonly faults: DiskFaults = { isFull: false, failsSyncs: false, ignoresSyncs: false };
  readonly #random: Random;
  readonly #turns: Turns;
  #names = new Map<string, Inode>();
  #durableNames = new Map<string, Inode>();
  #pendingNames: { readonly directory: string; readonly change: NameChange }[] = [];
  /** Grows with each crash: files that were open before are no longer anyone's. */
  #epoch = 0;

  constructor(random: Random, turns: Turns) {
    this.#random = random;
    this.#turns = turns;
  }

  list(directory: string): string[] | undefined {
    const prefix = `${directory}/`;
    const names = new Set<string>();
    for (const path of this.#names.keys()) {
      if (path.startsWith(prefix)) names.add(path.slice(prefix.length).split('/')[0] as string);
    }
    return [...names].filter((name) => name !== '.').sort();
  }

  makeDirectory(directory: string): void {
    this.#changeNames(parentOf(directory), (names) => {
      if (!names.has(`${directory}/.`)) names.set(`${directory}/.`, new Inode());
    });
  }

  rename(from: string, to: string): void {
    this.#changeNames(parentOf(to), (names) => {
      for (const [path, inode] of [...names]) {
        if (path !== from && !path.startsWith(`${from}/`)) continue;
        names.delete(path);
        names.set(to + path.slice(from.length), inode);
      }
    });
  }

  remove(path: string): void {
    this.#changeNames(parentOf(path), (names) => {
      for (const each of [...names.keys()])
        if (each === path || each.startsWith(`${path}/`)) names.delete(each);
    });
  }

  syncDirectory(directory: string): void {
    if (this.faults.ignoresSyncs) return;
    if (this.faults.failsSyncs) throw failure('EIO');
    // A directory is synced with what was changed in those above it before, as journaling file systems do.
    const last = this.#pendingNames.findLastIndex(({ directory: changed }) => changed === directory);
    for (const { change } of this.#pendingNames.splice(0, last + 1)) change(this.#durableNames);
  }

  open(path: string, mode: 'create' | 'edit' | 'replace'): DiskFile {
    const known = this.#names.get(path);
    if (mode === 'create' && known) throw failure('EEXIST');
    if (mode === 'edit' && !known) throw failure('ENOENT');
    const inode = known ?? new Inode();
    if (mode === 'replace') {
      inode.current.resize(0);
      inode.unsynced.push({ truncatedTo: 0 });
    }
    if (!known) this.#changeNames(parentOf(path), (names) => names.set(path, inode));
    return this.#fileOf(inode);
  }

  openNameless(): DiskFile {
    return this.#fileOf(new Inode());
  }

  /** The power fails: of what was not synced, the seed chooses what is there. */
  crash(): void {
    this.#epoch++;
    const kept = this.#random.below(this.#pendingNames.length + 1);
    for (const { change } of this.#pendingNames.slice(0, kept)) change(this.#durableNames);
    this.#pendingNames = [];
    this.#names = new Map(this.#durableNames);
    for (const inode of new Set(this.#names.values())) {
      this.#tear(inode);
      inode.unsynced = [];
      inode.current = inode.durable.copy();
    }
  }

  /** Flips one bit of a file at rest. */
  flipBit(path: string): void {
    const inode = this.#names.get(path) as Inode;
    const at = this.#random.below(inode.durable.length);
    for (const { content } of [inode.durable, inode.current]) content[at] = (content[at] as number) ^ 1;
  }

  paths(): string[] {
    return [...this.#names.keys()].sort();
  }

  /** As it lies on the disk, or will. */
  content(path: string): Buffer {
    return this.#names.get(path)?.current.content ?? Buffer.alloc(0);
  }

  /** A sector is written as it is at one moment: with what was written to it before, and without what came after. */
  #tear({ durable, unsynced }: Inode): void {
    const kept = new Map<number, boolean>();
    for (const change of unsynced) {
      if ('truncatedTo' in change) {
        if (this.#random.chance(0.5)) durable.make(change);
        continue;
      }
      for (let from = 0; from < change.bytes.length; ) {
        const sector = Math.floor((change.at + from) / SECTOR_BYTES);
        const part = change.bytes.subarray(from, (sector + 1) * SECTOR_BYTES - change.at);
        const isKept = kept.get(sector) !== false && this.#random.chance(0.5);
        if (isKept) durable.write(change.at + from, part);
        kept.set(sector, isKept);
        from += part.length;
      }
    }
  }

  #changeNames(directory: string, change: NameChange): void {
    change(this.#names);
    this.#pendingNames.push({ directory, change });
  }

  #fileOf(inode: Inode): DiskFile {
    const epoch = this.#epoch;
    const requireOpen = () => {
      if (epoch !== this.#epoch) throw failure('EBADF');
    };
    const makeDurable = (last: Change | undefined) => {
      requireOpen();
      if (this.faults.failsSyncs) throw failure('EIO');
      if (this.faults.ignoresSyncs || last === undefined) return;
      // None where a sync that began later has ended before.
      const covered = inode.unsynced.splice(0, inode.unsynced.indexOf(last) + 1);
      for (const change of covered) inode.durable.make(change);
    };
    return {
      size: () => inode.current.length,
      read: (position, target) => {
        requireOpen();
        if (position + target.length > inode.current.length) throw failure('EIO');
        target.set(inode.current.content.subarray(position, position + target.length));
      },
      write: (position, source) => {
        requireOpen();
        if (this.faults.isFull) throw failure('ENOSPC');
        const bytes = Buffer.from(source);
        inode.current.write(position, bytes);
        inode.unsynced.push({ at: position, bytes });
      },
      // What is written while the sync is under way is not in it.
      sync: async () => {
        const last = inode.unsynced.at(-1);
        await nextTurn(this.#turns);
        makeDurable(last);
      },
      syncNow: () => makeDurable(inode.unsynced.at(-1)),
      truncate: (bytes) => {
        requireOpen();
        inode.current.resize(bytes);
        inode.unsynced.push({ truncatedTo: bytes });
      },
      close: () => {},
    };
  }
}
