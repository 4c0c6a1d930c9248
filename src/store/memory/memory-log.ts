/** A log in memory: its newest entries as they came, older ones in compressed blocks. It is bounded; the oldest go first. */
import type { Appended, KeptEntry } from '../engine.ts';
import {
  BlockPacker,
  OpenBlock,
  OpenBlocks,
  PART_ENTRIES,
  type PackedBlock,
  soughtHash,
} from '../log-block.ts';
import { numbered, selector } from '../log-entry.ts';
import type { LogRange } from '../store.ts';

/** What the tail is cut down to where it alone is too large: taking entries away one by one would move the others each time. */
const CUT = 0.9;

type Block = PackedBlock & { readonly first: number; readonly besideBytes: number };

export class MemoryLog {
  readonly name: string;
  /** In the order of their numbers, which follow on one another, up to the first entry of the tail. */
  readonly #blocks: Block[] = [];
  #tail: Appended[] = [];
  /** The sequence number of the first entry of the tail. */
  #tailFirst = 1;
  #bytes = 0;
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

  append(entry: KeptEntry): void {
    this.#tail.push(numbered(entry, this.next));
    this.#bytes += charsOf(entry);
    if (this.#tail.length > PART_ENTRIES) this.#pack();
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

  /**
   * At once, and blocks of one part only: text that is dropped so soon is gone with the garbage of the young, where that of a
   * large block would have grown old.
   */
  #pack(): void {
    const packer = new BlockPacker(this.#tailFirst);
    let besideBytes = 0;
    for (const entry of this.#tail.slice(0, PART_ENTRIES)) {
      packer.add(entry);
      besideBytes += entry.besideBytes ?? 0;
    }
    this.#cutTail(PART_ENTRIES);
    const block = { ...inOwnMemory(packer.packed()), first: packer.first, besideBytes };
    this.#blocks.push(block);
    this.#bytes += bytesOf(block);
  }
}

/** Small buffers are pieces of larger ones, which would live as long as the block does. */
function inOwnMemory({ hashes, heads, bodies, ...rest }: PackedBlock): PackedBlock {
  const all = Buffer.allocUnsafeSlow(hashes.length + heads.length + bodies.length);
  const headsEnd = hashes.length + heads.length;
  all.set(hashes);
  all.set(heads, hashes.length);
  all.set(bodies, headsEnd);
  return {
    ...rest,
    hashes: all.subarray(0, hashes.length),
    heads: all.subarray(hashes.length, headsEnd),
    bodies: all.subarray(headsEnd),
  };
}

/** What V8 takes for a block beside what is in it. */
const BLOCK_BYTES = 1024;

const charsOf = ({ labels, body, stream, besideBytes = 0 }: KeptEntry) =>
  labels.length + body.length + stream.length + besideBytes;
const bytesOf = ({ hashes, heads, bodies, besideBytes }: Block) =>
  BLOCK_BYTES + hashes.length + heads.length + bodies.length + besideBytes;
