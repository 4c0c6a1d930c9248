/**
 * Full stretches of a log, in little room: the entries compressed, and beside them a summary that tells a scan what it would
 * look for in vain. Entries of one kind differ in little, so a block takes a thirtieth of what they do one by one.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Appended } from './engine.ts';
import { labelStart, labelStarts, selector } from './log-entry.ts';
import type { LogRange } from './store.ts';

/** Entries per block. */
export const BLOCK_ENTRIES = 512;
/** Bodies are compressed so many at a time: to read one, no more than a part is opened. */
const PART_ENTRIES = 32;

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
  readonly entries: readonly (readonly [stream: number, atMs: number, labels: number, body: number])[];
  readonly parts: readonly number[];
}

/** The text of a block that cannot be opened is not what was written. */
export class DamagedBlock extends Error {}

/** Packs the entries from the number `first` on, read a part at a time, with a turn of the event loop between parts. */
export async function packBlock(
  first: number,
  read: (first: number, last: number) => readonly Appended[],
  nextTurn: () => Promise<void>,
): Promise<PackedBlock> {
  const summary = new Summary();
  const streams: string[] = [];
  const entries: Heads['entries'][number][] = [];
  const parts: Buffer[] = [];
  let labels = '';
  for (let from = first; from < first + BLOCK_ENTRIES; from += PART_ENTRIES) {
    let text = '';
    for (const entry of read(from, from + PART_ENTRIES - 1)) {
      summary.add(entry);
      if (!streams.includes(entry.stream)) streams.push(entry.stream);
      labels += entry.labels;
      text += entry.body;
      entries.push([streams.indexOf(entry.stream), entry.atMs, entry.labels.length, entry.body.length]);
    }
    parts.push(compressed(text));
    await nextTurn();
  }
  if (entries.length !== BLOCK_ENTRIES) throw new Error(`a block has ${entries.length} entries`);
  const heads: Heads = { first, streams, entries, parts: parts.map((part) => part.length) };
  return {
    ...summary.made(),
    heads: compressed(`${JSON.stringify(heads)}\n${labels}`),
    bodies: Buffer.concat(parts),
  };
}

type Head = Omit<Appended, 'body'> & { readonly body: readonly [part: number, start: number, end: number] };

/** A block whose heads are read, and whose bodies are when they are asked for. */
export class OpenBlock {
  readonly #heads: readonly Head[];
  readonly #parts: (Uint8Array | string)[];

  constructor(log: string, { heads, bodies }: Pick<PackedBlock, 'heads' | 'bodies'>) {
    const text = decompressed(heads);
    const lineEnd = text.indexOf('\n');
    const { first, streams, entries, parts }: Heads = JSON.parse(text.slice(0, lineEnd));
    const perPart = BLOCK_ENTRIES / parts.length;
    let labelsAt = lineEnd + 1;
    let bodyAt = 0;
    this.#heads = entries.map(([stream, atMs, labels, body], index) => {
      if (index % perPart === 0) bodyAt = 0;
      labelsAt += labels;
      bodyAt += body;
      return {
        log,
        sequence: first + index,
        stream: streams[stream] as string,
        atMs,
        labels: text.slice(labelsAt - labels, labelsAt),
        body: [Math.floor(index / perPart), bodyAt - body, bodyAt],
      };
    });
    let partEnd = 0;
    this.#parts = parts.map((bytes) => {
      partEnd += bytes;
      return bodies.subarray(partEnd - bytes, partEnd);
    });
  }

  /** Newest first. */
  scan(range: LogRange, limit: number): Appended[] {
    const selects = selector(range);
    const found: Appended[] = [];
    for (let at = this.#heads.length - 1; at >= 0 && found.length < limit; at--) {
      const head = this.#heads[at] as Head;
      if (selects(head)) found.push({ ...head, body: this.#body(head.body) });
    }
    return found;
  }

  #body([part, start, end]: Head['body']): string {
    const packed = this.#parts[part] as Uint8Array | string;
    const text = typeof packed === 'string' ? packed : decompressed(packed);
    this.#parts[part] = text;
    return text.slice(start, end);
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

function decompressed(bytes: Uint8Array): string {
  try {
    return zstdDecompressSync(bytes).toString();
  } catch (error) {
    throw new DamagedBlock(`a block of a log cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

class Summary {
  #firstMs = Number.POSITIVE_INFINITY;
  #lastMs = Number.NEGATIVE_INFINITY;
  readonly #hashes = new Set<number>();
  /** Most labels come again and again, and are hashed once. */
  readonly #seen = new Set<string>();

  add({ stream, atMs, labels }: Appended): void {
    this.#firstMs = Math.min(this.#firstMs, atMs);
    this.#lastMs = Math.max(this.#lastMs, atMs);
    const streamHash = fnv1a(stream);
    this.#hashes.add(streamHash);
    for (const label of labelStarts(labels)) {
      const name = stream + label;
      if (this.#seen.has(name)) continue;
      this.#seen.add(name);
      const labelHash = fnv1a(label);
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
  return Math.imul(streamHash ^ labelHash, FNV_PRIME) >>> 0;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a, 32 bits, over UTF-16 units. A false match only costs the look into a block. Part of the file's layout. */
function fnv1a(text: string): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return hash >>> 0;
}

function hashBytes(hashes: Iterable<number>): Buffer {
  return Buffer.from(Uint32Array.from(hashes).buffer);
}
