/**
 * Full stretches of a log, in little room: the entries compressed, and beside them a summary that tells a scan what it would
 * look for in vain. Entries of one kind differ in little, so a block takes a thirtieth of what they do one by one.
 */
import { isAscii } from 'node:buffer';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Appended } from './engine.ts';
import { labelEnd, labelStart, placeSelector, valueEnd } from './log-entry.ts';
import type { LogRange } from './store.ts';

/** Entries per block on disk. */
export const BLOCK_ENTRIES = 512;
/** Bodies are compressed so many at a time: to read one, no more than a part is opened. */
export const PART_ENTRIES = 32;

export interface PackedBlock {
  /** Where the entries lie in time, and the hashes of their streams and labels. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly hashes: Buffer;
  /** All but the bodies: a line of JSON (`Heads`), then the labels one after another; compressed. */
  readonly heads: Uint8Array;
  /** The parts one after another, each the bodies of its entries one after another; compressed. */
  readonly bodies: Uint8Array;
}

/** Lengths count UTF-16 units of the text, and bytes of compressed parts. */
interface Heads {
  readonly first: number;
  readonly streams: readonly string[];
  readonly entries: readonly Head[];
  readonly parts: readonly number[];
}

type Head = readonly [stream: number, atMs: number, labels: number, body: number];

/** What is kept of a log is not what was written. */
export class DamagedLog extends Error {}

/** Packs entries as they come: a part is compressed once it is full, so that no more than one is held as text. */
export class BlockPacker {
  readonly first: number;
  readonly #summary = new Summary();
  readonly #streams: string[] = [];
  readonly #entries: Head[] = [];
  readonly #parts: Buffer[] = [];
  #labels = '';
  #bodies = '';

  constructor(first: number) {
    this.first = first;
  }

  /** The number of the entry to be added next. */
  get next(): number {
    return this.first + this.#entries.length;
  }

  add(entry: Appended): void {
    if (entry.sequence !== this.next)
      throw new DamagedLog(`entry ${entry.sequence} of a log is in the place of ${this.next}`);
    const { stream, atMs, labels, body } = entry;
    this.#summary.add(entry);
    if (!this.#streams.includes(stream)) this.#streams.push(stream);
    this.#entries.push([this.#streams.indexOf(stream), atMs, labels.length, body.length]);
    this.#labels += labels;
    this.#bodies += body;
    if (this.#entries.length % PART_ENTRIES === 0) this.#endPart();
  }

  packed(): PackedBlock {
    if (this.#entries.length % PART_ENTRIES > 0) this.#endPart();
    const parts = this.#parts.map((part) => part.length);
    const heads: Heads = { first: this.first, streams: this.#streams, entries: this.#entries, parts };
    return {
      ...this.#summary.made(),
      heads: compressed(`${JSON.stringify(heads)}\n${this.#labels}`),
      bodies: Buffer.concat(this.#parts),
    };
  }

  #endPart(): void {
    this.#parts.push(compressed(this.#bodies));
    this.#bodies = '';
  }
}

/** Heads are seldom compressed to less than a part in so many. */
const HEADS_RATIO = 16;
/** The least that zlib takes. */
const MIN_ROOM = 64;

/** A block whose heads are read, and whose bodies are when they are asked for. */
export class OpenBlock {
  readonly #log: string;
  readonly #heads: Heads;
  readonly #labels: string;
  /** Where the labels of each entry end, and its body within its part. */
  readonly #labelsEnds: Uint32Array;
  readonly #bodyEnds: Uint32Array;
  readonly #bodies: Uint8Array;
  readonly #parts: (Buffer | string | undefined)[] = [];

  constructor(log: string, { heads, bodies }: Pick<PackedBlock, 'heads' | 'bodies'>) {
    const text = decompressed(heads, heads.length * HEADS_RATIO).toString();
    const lineEnd = text.indexOf('\n');
    this.#log = log;
    this.#heads = JSON.parse(text.slice(0, lineEnd));
    this.#labels = text.slice(lineEnd + 1);
    this.#bodies = bodies;
    const { entries } = this.#heads;
    this.#labelsEnds = new Uint32Array(entries.length);
    this.#bodyEnds = new Uint32Array(entries.length);
    let labelsEnd = 0;
    let bodyEnd = 0;
    for (const [index, [, , labels, body]] of entries.entries()) {
      this.#labelsEnds[index] = labelsEnd += labels;
      this.#bodyEnds[index] = bodyEnd = index % PART_ENTRIES === 0 ? body : bodyEnd + body;
    }
  }

  /** Newest first. */
  scan({ label, ...range }: LogRange, limit: number): Appended[] {
    const { first, streams, entries } = this.#heads;
    const selects = placeSelector(range);
    const found: Appended[] = [];
    const candidates = label ? this.#labelled(labelStart(label.name, label.value)) : entries.keys().toArray();
    for (let last = candidates.length - 1; last >= 0 && found.length < limit; last--) {
      const at = candidates[last] as number;
      const [stream, atMs] = entries[at] as Head;
      const entry = { log: this.#log, sequence: first + at, stream: streams[stream] as string, atMs };
      if (selects(entry)) found.push({ ...entry, labels: this.#labelsOf(at), body: this.#bodyOf(at) });
    }
    return found;
  }

  /** The places of the entries that have the label, oldest first. */
  #labelled(wanted: string): number[] {
    const ends = this.#labelsEnds;
    const found: number[] = [];
    let entry = 0;
    let at = this.#labels.indexOf(wanted);
    while (at >= 0) {
      while ((ends[entry] as number) <= at) entry++;
      found.push(entry);
      at = this.#labels.indexOf(wanted, ends[entry]);
    }
    return found;
  }

  #labelsOf(at: number): string {
    return this.#labels.slice(this.#labelsEnds[at - 1], this.#labelsEnds[at]);
  }

  #bodyOf(at: number): string {
    const part = this.#part(Math.floor(at / PART_ENTRIES));
    const end = this.#bodyEnds[at] as number;
    const start = at % PART_ENTRIES === 0 ? 0 : this.#bodyEnds[at - 1];
    return typeof part === 'string' ? part.slice(start, end) : part.toString('latin1', start, end);
  }

  /** As bytes where each is a character, since most of them are not asked for. */
  #part(part: number): Buffer | string {
    const opened = this.#parts[part];
    if (opened !== undefined) return opened;
    const { parts, entries } = this.#heads;
    let start = 0;
    for (let before = 0; before < part; before++) start += parts[before] as number;
    const packed = this.#bodies.subarray(start, start + (parts[part] as number));
    const characters = this.#bodyEnds[Math.min((part + 1) * PART_ENTRIES, entries.length) - 1] as number;
    // More than there is, or zlib would look for the rest in the next piece.
    const bytes = decompressed(packed, characters + MIN_ROOM);
    const text = isAscii(bytes) ? bytes : bytes.toString();
    this.#parts[part] = text;
    return text;
  }
}

const MAX_OPEN = 4;

/** The blocks that were read last, by their first entry: a scan goes on where the page before it ended. */
export class OpenBlocks {
  readonly #blocks = new Map<number, OpenBlock>();

  get<B extends OpenBlock | undefined>(first: number, open: () => B): OpenBlock | B {
    const opened = this.#blocks.get(first) ?? open();
    if (!opened) return opened;
    // A Map remembers the order of insertion: what is put back is youngest.
    this.#blocks.delete(first);
    this.#blocks.set(first, opened);
    const [oldest] = this.#blocks.keys();
    if (this.#blocks.size > MAX_OPEN) this.#blocks.delete(oldest as number);
    return opened;
  }
}

/** The least level: higher ones take longer and save nothing. The checksum tells what a disk has changed. */
const PARAMETERS = {
  params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
};

const compressed = (text: string): Buffer => zstdCompressSync(text, PARAMETERS);

/** @param room for how many bytes to make room at once, since to put together what comes in small pieces costs a third more */
function decompressed(bytes: Uint8Array, room: number): Buffer {
  try {
    return zstdDecompressSync(bytes, { chunkSize: room });
  } catch (error) {
    throw new DamagedLog(`a block of a log cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

class Summary {
  #firstMs = Number.POSITIVE_INFINITY;
  #lastMs = Number.NEGATIVE_INFINITY;
  readonly #hashes = new Set<number>();

  add({ stream, atMs, labels }: Appended): void {
    this.#firstMs = Math.min(this.#firstMs, atMs);
    this.#lastMs = Math.max(this.#lastMs, atMs);
    const streamHash = fnv1a(stream);
    this.#hashes.add(streamHash);
    // Hashed where they stand: to cut a label out of the text costs more than to hash it.
    for (let end = 0; end < labels.length; ) {
      const start = end;
      end = labelEnd(labels, start);
      const labelHash = fnv1a(labels, start, valueEnd(labels, end));
      this.#hashes.add(labelHash).add(both(streamHash, labelHash));
    }
  }

  made(): Pick<PackedBlock, 'firstMs' | 'lastMs' | 'hashes'> {
    return { firstMs: this.#firstMs, lastMs: this.#lastMs, hashes: hashBytes(this.#hashes) };
  }
}

/** What the summary of a block that has anything for the scan holds: a stream, a label, or a label in one stream. */
export function soughtHash({ stream, label }: LogRange): Buffer | undefined {
  const labelHash = label && fnv1a(labelStart(label.name, label.value));
  if (stream === undefined) return labelHash === undefined ? undefined : hashBytes([labelHash]);
  return hashBytes([labelHash === undefined ? fnv1a(stream) : both(fnv1a(stream), labelHash)]);
}

function both(streamHash: number, labelHash: number): number {
  return Math.imul(streamHash ^ labelHash, FNV_PRIME);
}

const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

/**
 * FNV-1a, 32 bits, over UTF-16 units; signed, since V8 keeps larger numbers on the heap. A false match only costs the look into
 * a block. Part of the file's layout.
 */
function fnv1a(text: string, start = 0, end = text.length): number {
  let hash = FNV_OFFSET;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return hash;
}

function hashBytes(hashes: Iterable<number>): Buffer {
  return Buffer.from(Uint32Array.from(hashes).buffer);
}
