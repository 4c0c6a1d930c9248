/** The journal of a lineage: what became of its images and their clusters, in order, each record with a checksum. */
import { crc32 } from 'node:zlib';

/** One cluster's new place: which image, which cluster, the extent, and the bits of its written units. */
export const WORDS_PER_ENTRY = 4;

/** A change to the catalogue of a lineage. Images are numbered, since every cluster entry carries one. */
export type CatalogChange =
  | {
      change: 'create';
      image: number;
      name: string;
      kind: 'volume' | 'snapshot';
      sizeBytes: number;
      /** The image whose clusters it starts with. */
      base?: number;
    }
  | { change: 'resize'; image: number; sizeBytes: number }
  | { change: 'delete'; image: number }
  /** What the blocks of the lineage are under: see `LineageKey`. */
  | { change: 'key'; check: string };

/** The first record of a journal. */
export interface JournalHeader {
  format: 'latchkey-lineage-1';
  unitBytes: number;
  encrypted: boolean;
}

type FrameKind = 'header' | 'catalog' | 'clusters' | 'batch' | 'synced';
const FRAME_KINDS: readonly FrameKind[] = ['header', 'catalog', 'clusters', 'batch', 'synced'];
const FRAME_HEADER_BYTES = 12;

export interface JournalReader {
  header(header: JournalHeader): void;
  catalog(change: CatalogChange): void;
  clusters(entries: Uint32Array): void;
}

/** A record framed by its kind, length and CRC-32, so that one that is not whole is recognised. */
export function encodeFrame(
  ...[kind, content]: ['header', JournalHeader] | ['catalog', CatalogChange] | ['clusters', Uint32Array]
): Uint8Array {
  return frameOf(
    kind,
    content instanceof Uint32Array
      ? Buffer.from(content.buffer, content.byteOffset, content.byteLength)
      : Buffer.from(JSON.stringify(content)),
  );
}

/**
 * What is written between one sync and the next, as one frame with one checksum: a power failure may leave any part of it,
 * and a later part without an earlier one is no batch.
 */
export function encodeBatch(frames: Iterable<Uint8Array>): Uint8Array {
  return frameOf('batch', Buffer.concat([...frames]));
}

/**
 * Follows a batch once that is on stable storage, and is itself synced with the next. So wherever something whole comes
 * after something that is not, the latter was whole once, and is damaged.
 */
export const SYNCED_FRAME: Uint8Array = frameOf('synced', Buffer.alloc(0));

function frameOf(kind: FrameKind, payload: Buffer): Uint8Array {
  const frame = Buffer.alloc(FRAME_HEADER_BYTES + payload.length);
  frame.writeUInt32LE(FRAME_KINDS.indexOf(kind), 0);
  frame.writeUInt32LE(payload.length, 4);
  payload.copy(frame, FRAME_HEADER_BYTES);
  frame.writeUInt32LE(frameChecksum(frame), 8);
  return frame;
}

function frameChecksum(frame: Uint8Array): number {
  return crc32(frame.subarray(FRAME_HEADER_BYTES), crc32(frame.subarray(0, 8)));
}

/** What a journal holds: how many bytes of it are whole, and whether something whole comes after something that is not. */
export interface Decoded {
  readonly bytes: number;
  readonly isDamaged: boolean;
}

/** Hands every record to `reader`, up to the first that is not whole. Throws for one that is whole and no record of ours. */
export function decodeFrames(journal: Buffer, reader: JournalReader): Decoded {
  let at = 0;
  for (let end = frameEnd(journal, at); end !== undefined; end = frameEnd(journal, at)) {
    decodeFrame(
      FRAME_KINDS[journal.readUInt32LE(at)],
      journal.subarray(at + FRAME_HEADER_BYTES, end),
      reader,
    );
    at = end;
  }
  return { bytes: at, isDamaged: hasFrameAfter(journal, at) };
}

/** Where the frame at `at` ends; undefined if there is none that is whole. */
function frameEnd(journal: Buffer, at: number): number | undefined {
  if (at + FRAME_HEADER_BYTES > journal.length) return undefined;
  if (journal.readUInt32LE(at) >= FRAME_KINDS.length) return undefined;
  const end = at + FRAME_HEADER_BYTES + journal.readUInt32LE(at + 4);
  if (end > journal.length) return undefined;
  const frame = journal.subarray(at, end);
  return frameChecksum(frame) === frame.readUInt32LE(8) ? end : undefined;
}

const BATCH = FRAME_KINDS.indexOf('batch');

/** Frames are found again by their checksum, wherever they begin: a damaged length says nothing of what follows. */
function hasFrameAfter(journal: Buffer, at: number): boolean {
  for (let start = at + 1; start + FRAME_HEADER_BYTES <= journal.length; start++) {
    // The frames within a batch that is torn prove nothing.
    if (journal.readUInt32LE(start) >= BATCH && frameEnd(journal, start) !== undefined) return true;
  }
  return false;
}

function decodeFrame(kind: FrameKind | undefined, payload: Buffer, reader: JournalReader): void {
  if (kind === 'header') reader.header(JSON.parse(payload.toString()));
  if (kind === 'catalog') reader.catalog(JSON.parse(payload.toString()));
  if (kind === 'clusters') reader.clusters(new Uint32Array(Uint8Array.from(payload).buffer));
  if (kind === 'batch') decodeFrames(payload, reader);
}

/** Changes that the journal does not hold yet, in the order in which they were made. */
export class PendingChanges {
  readonly #frames: Uint8Array[] = [];
  /** References to drop once the changes are durable; not before, or a crash would bring back a map of reused extents. */
  readonly released: number[] = [];
  #entries = new Uint32Array(64 * WORDS_PER_ENTRY);
  #words = 0;

  get isEmpty(): boolean {
    return this.#words === 0 && this.#frames.length === 0;
  }

  /** Cluster entries since the last change to the catalogue. */
  get entryCount(): number {
    return this.#words / WORDS_PER_ENTRY;
  }

  placed(image: number, cluster: number, extent: number, written: number): void {
    const last = this.#words - WORDS_PER_ENTRY;
    const repeats = last >= 0 && this.#entries[last] === image && this.#entries[last + 1] === cluster;
    const at = repeats ? last : this.#words;
    if (at === this.#entries.length) {
      const larger = new Uint32Array(2 * at);
      larger.set(this.#entries);
      this.#entries = larger;
    }
    this.#entries[at] = image;
    this.#entries[at + 1] = cluster;
    this.#entries[at + 2] = extent;
    this.#entries[at + 3] = written;
    this.#words = at + WORDS_PER_ENTRY;
  }

  changed(change: CatalogChange): void {
    this.#sealEntries();
    this.#frames.push(encodeFrame('catalog', change));
  }

  /** Takes in what was changed after these. */
  followedBy(later: PendingChanges): void {
    this.#frames.push(...later.frames());
    this.released.push(...later.released);
  }

  /** The records to append, which no entry is added to afterwards. */
  frames(): Uint8Array[] {
    this.#sealEntries();
    return this.#frames;
  }

  #sealEntries(): void {
    if (this.#words === 0) return;
    // encodeFrame copies the entries.
    this.#frames.push(encodeFrame('clusters', this.#entries.subarray(0, this.#words)));
    this.#words = 0;
  }
}
