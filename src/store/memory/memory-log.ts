/** A log in memory: its newest entries as they came, older ones in compressed blocks. It is bounded; the oldest go first. */
import { nextTurn } from '../../platform/next-turn.ts';
import { systemTurns } from '../../platform/node/index.ts';
import type { Appended } from '../engine.ts';
import {
  BLOCK_ENTRIES,
  OpenBlock,
  OpenBlocks,
  type PackedBlock,
  packBlock,
  soughtHash,
} from '../log-block.ts';
import { selector } from '../log-entry.ts';
import type { LogRange } from '../store.ts';

/** What the tail is cut down to where it alone is too large: taking entries away one by one would move the others each time. */
const CUT = 0.9;

type Block = PackedBlock & { readonly first: number };

export class MemoryLog {
  readonly name: string;
  /** In the order of their numbers, which follow on one another, up to the first entry of the tail. */
  readonly #blocks: Block[] = [];
  #tail: Appended[] = [];
  /** The sequence number of the first entry of the tail. */
  #tailFirst = 1;
  #bytes = 0;
  #isPacking = false;
  readonly #open = new OpenBlocks();

  constructor(name: string) {
    this.name = name;
  }

  /** About what it takes. */
  get bytes(): number {
    return this.#bytes;
  }

  get next(): number {
    return this.#tailFirst + this.#tail.length;
  }

  get earliestMs(): number | undefined {
    let earliest = Infinity;
    for (const { firstMs } of this.#blocks) earliest = Math.min(earliest, firstMs);
    for (const { atMs } of this.#tail) earliest = Math.min(earliest, atMs);
    return earliest === Infinity ? undefined : earliest;
  }

  append(entry: Appended): void {
    this.#tail.push(entry);
    this.#bytes += charsOf(entry);
    if (!this.#isPacking && this.#tail.length > BLOCK_ENTRIES) void this.#pack();
  }

  scan(range: LogRange): Appended[] {
    const selected: Appended[] = [];
    const selects = selector(range);
    for (let at = this.#tail.length - 1; at >= 0 && selected.length < range.limit; at--) {
      const entry = this.#tail[at] as Appended;
      if (selects(entry)) selected.push(entry);
    }
    const { fromMs = -Infinity, toMs = Infinity, before = Infinity } = range;
    const sought = soughtHash(range);
    for (let at = this.#blocks.length - 1; at >= 0 && selected.length < range.limit; at--) {
      const packed = this.#blocks[at] as Block;
      if (packed.first >= before || packed.lastMs < fromMs || packed.firstMs > toMs) continue;
      if (sought && !packed.hashes.includes(sought)) continue;
      const opened = this.#open.get(packed.first, () => new OpenBlock(this.name, packed));
      selected.push(...opened.scan(range, range.limit - selected.length));
    }
    return selected;
  }

  /** Whole blocks, and of what is not packed the entries themselves. Returns how many entries it was. */
  trim(beforeMs: number): number {
    const first = this.#blocks[0]?.first ?? this.#tailFirst;
    while ((this.#blocks[0]?.lastMs ?? beforeMs) < beforeMs) this.forgetOldest();
    if (this.#blocks.length === 0) {
      const kept = this.#tail.findIndex(({ atMs }) => atMs >= beforeMs);
      this.#cutTail(kept < 0 ? this.#tail.length : kept);
    }
    return (this.#blocks[0]?.first ?? this.#tailFirst) - first;
  }

  /** The oldest block, or where there is none the oldest of what is not packed. False where only the newest entry is left. */
  forgetOldest(): boolean {
    const oldest = this.#blocks.shift();
    if (oldest) this.#bytes -= bytesOf(oldest);
    if (oldest) return true;
    const kept = this.#bytes * CUT;
    let count = 0;
    for (let left = this.#bytes; count < this.#tail.length - 1 && left > kept; count++) {
      left -= charsOf(this.#tail[count] as Appended);
    }
    this.#cutTail(count);
    return count > 0;
  }

  #cutTail(count: number): void {
    for (const entry of this.#tail.slice(0, count)) this.#bytes -= charsOf(entry);
    this.#tail = this.#tail.slice(count);
    this.#tailFirst += count;
  }

  async #pack(): Promise<void> {
    this.#isPacking = true;
    while (this.#tail.length > BLOCK_ENTRIES) {
      const first = this.#tailFirst;
      const entries = this.#tail.slice(0, BLOCK_ENTRIES);
      const read = (from: number, to: number) => entries.slice(from - first, to - first + 1);
      const packed = await packBlock(first, read, () => nextTurn(systemTurns));
      // It may have been cut meanwhile.
      if (this.#tailFirst !== first) continue;
      this.#cutTail(BLOCK_ENTRIES);
      this.#blocks.push({ ...packed, first });
      this.#bytes += bytesOf(packed);
    }
    this.#isPacking = false;
  }
}

const charsOf = ({ labels, body, stream }: Appended) => labels.length + body.length + stream.length;
const bytesOf = ({ hashes, heads, bodies }: PackedBlock) => hashes.length + heads.length + bodies.length;
