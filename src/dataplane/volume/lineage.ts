/** A volume with its snapshots and the volumes made of them: images that share clusters, copied on write. */
import { type Disk, isPassing } from '../../platform/disk.ts';
import { BlockFailure } from '../failure.ts';
import { ClusterMap, UNITS_PER_CLUSTER } from './cluster-map.ts';
import { ExtentFile } from './extent-file.ts';
import { ExtentTable } from './extent-table.ts';
import type { Image, LineagePaths, NewImage } from './image.ts';
import {
  type CatalogChange,
  encodeFrame,
  type JournalHeader,
  type JournalReader,
  PendingChanges,
  WORDS_PER_ENTRY,
} from './journal.ts';
import { JournalFile } from './journal-file.ts';
import { keyCheckOf, requireKey } from './key-check.ts';

/** Unsaved cluster entries after which a commit starts without being asked, so that memory and loss stay bounded. */
const COMMIT_AFTER_ENTRIES = 65_536;

/** Bytes of journal, beyond twice what it had after the last rewrite, after which it is rewritten. */
const REWRITE_AFTER_BYTES = 4 * 2 ** 20;

/**
 * Volumes and snapshots that share blocks, and therefore a data key: a volume, its snapshots, the volumes made from
 * those, and so on. The blocks lie in one sparse extent file, the maps in a journal.
 *
 * What makes it crash-safe: a unit is overwritten only where the extent belongs to one image alone, and never touches
 * another unit; new places are journaled only after the data in them is on stable storage; and an extent that has been
 * given up is used again only after the journal says so.
 */
export class Lineage {
  readonly header: JournalHeader;
  readonly extents = new ExtentTable();
  readonly file: ExtentFile;
  readonly #images = new Map<string, Image>();
  /** None for a lineage that lives no longer than its process. */
  #journal: JournalFile | undefined;
  #keyCheck: string | undefined;
  #nextImage = 1;
  #pending = new PendingChanges();
  #rewrittenBytes = 0;
  #committing: Promise<void> = Promise.resolve();
  #nextCommit: Promise<void> | undefined;
  #broken = false;

  private constructor(header: JournalHeader, file: ExtentFile) {
    this.header = header;
    this.file = file;
  }

  /** A lineage with one image. `paths` undefined: nothing is kept, flushes cost nothing. */
  static create(
    disk: Disk,
    header: Omit<JournalHeader, 'format'>,
    image: NewImage,
    paths: LineagePaths | undefined,
  ): Lineage {
    const file = paths === undefined ? ExtentFile.nameless(disk) : ExtentFile.create(disk, paths.extents);
    try {
      const lineage = new Lineage({ format: 'latchkey-lineage-1', ...header }, file);
      lineage.createImage(image);
      const frames = [encodeFrame('header', lineage.header), ...lineage.#pending.frames()];
      lineage.#pending = new PendingChanges();
      if (paths !== undefined) lineage.#journal = JournalFile.create(disk, paths.journal, frames);
      return lineage;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /**
   * Undefined if the journal holds nothing whole: the creation was cut short, and was acknowledged to nobody.
   * Throws a BlockFailure `Damaged`, and changes nothing, where what was acknowledged is not all there.
   */
  static open(disk: Disk, paths: LineagePaths): Lineage | undefined {
    let opened: Lineage | undefined;
    const byNumber = new Map<number, Image>();
    const reader: JournalReader = {
      header(header) {
        opened = new Lineage(header, ExtentFile.edit(disk, paths.extents));
      },
      catalog(change) {
        opened?.replay(change, byNumber);
      },
      clusters(entries) {
        for (let at = 0; at < entries.length; at += WORDS_PER_ENTRY) {
          const [number, cluster, extent, written] = entries.subarray(at, at + WORDS_PER_ENTRY);
          byNumber.get(number as number)?.map.set(cluster as number, extent as number, written as number);
        }
      },
    };
    let journal: JournalFile | undefined;
    try {
      journal = JournalFile.open(disk, paths.journal, reader);
      if (opened === undefined) {
        journal.close();
        return undefined;
      }
      opened.#requireBlocks(byNumber.values());
      opened.#journal = journal;
      return opened;
    } catch (error) {
      journal?.close();
      opened?.file.close();
      throw error;
    }
  }

  /** Takes the extents into use, which the file must hold. */
  #requireBlocks(images: Iterable<Image>): void {
    const bytes = this.file.size();
    for (const { name, map } of images) {
      map.visit((_, extent, written) => {
        const end = extent * this.clusterBytes + (32 - Math.clz32(written)) * this.header.unitBytes;
        if (end > bytes)
          throw new BlockFailure('Damaged', `blocks of ${name} are missing: extents is too short`);
        this.extents.retain(extent);
      });
    }
  }

  private replay(change: CatalogChange, byNumber: Map<number, Image>): void {
    if (change.change === 'key') {
      this.#keyCheck = change.check;
      return;
    }
    if (change.change === 'create') {
      const { image: number, name, kind, sizeBytes, base } = change;
      const map = base === undefined ? new ClusterMap() : (byNumber.get(base) as Image).map.clone();
      const image = { number, name, kind, sizeBytes, map };
      byNumber.set(number, image);
      this.#images.set(name, image);
      this.#nextImage = Math.max(this.#nextImage, number + 1);
      return;
    }
    const image = byNumber.get(change.image) as Image;
    if (change.change === 'resize') {
      image.sizeBytes = change.sizeBytes;
    } else {
      byNumber.delete(image.number);
      this.#images.delete(image.name);
    }
  }

  get clusterBytes(): number {
    return this.header.unitBytes * UNITS_PER_CLUSTER;
  }

  get images(): readonly Image[] {
    return [...this.#images.values()];
  }

  image(name: string): Image {
    const image = this.#images.get(name);
    if (image === undefined) throw new BlockFailure('NotFound', `There is no ${name}.`);
    return image;
  }

  /** Takes the point in time of `base` when it is called; durable after the next `commit`. */
  createImage({ name, kind, sizeBytes }: NewImage, base?: Image): Image {
    if (sizeBytes <= 0 || sizeBytes % this.header.unitBytes !== 0) {
      throw new BlockFailure('InvalidRequest', `A volume cannot have ${sizeBytes} bytes.`);
    }
    const number = this.#nextImage++;
    const image = { number, name, kind, sizeBytes, map: base?.map.clone() ?? new ClusterMap() };
    image.map.visit((_, extent) => this.extents.retain(extent));
    this.#images.set(name, image);
    this.#pending.changed({ change: 'create', image: number, name, kind, sizeBytes, base: base?.number });
    return image;
  }

  resizeImage(image: Image, sizeBytes: number): void {
    if (sizeBytes < image.sizeBytes || sizeBytes % this.header.unitBytes !== 0) {
      throw new BlockFailure('InvalidRequest', `${image.name} cannot be resized to ${sizeBytes} bytes.`);
    }
    image.sizeBytes = sizeBytes;
    this.#pending.changed({ change: 'resize', image: image.number, sizeBytes });
  }

  deleteImage(image: Image): void {
    this.#images.delete(image.name);
    this.#pending.changed({ change: 'delete', image: image.number });
    image.map.visit((_, extent) => this.#pending.released.push(extent));
  }

  /** Records where a cluster of `image` lies from now on, and gives up the extent that it had. */
  place(image: Image, cluster: number, extent: number, written: number): void {
    const before = image.map.written(cluster);
    const extentBefore = image.map.extent(cluster);
    if (before === written && (written === 0 || extentBefore === extent)) return;
    image.map.set(cluster, extent, written);
    this.#pending.placed(image.number, cluster, extent, written);
    const givesUp = before !== 0 && (written === 0 || extentBefore !== extent);
    if (givesUp) this.#pending.released.push(extentBefore);
    // A failure marks the lineage as broken, and the next flush says so.
    if (this.#pending.entryCount >= COMMIT_AFTER_ENTRIES) this.commit().catch(() => {});
  }

  /** Checks that `key` is the one the blocks are under, or remembers it if it is the first. */
  checkKey(key: Uint8Array | undefined): void {
    if (this.header.encrypted !== (key !== undefined)) {
      throw new BlockFailure('WrongKey', `A data key is ${key === undefined ? 'missing' : 'not wanted'}.`);
    }
    if (key === undefined) return;
    const isFirst = this.#keyCheck === undefined;
    this.#keyCheck ??= keyCheckOf(key);
    if (isFirst) this.#pending.changed({ change: 'key', check: this.#keyCheck });
    else requireKey(key, this.#keyCheck);
  }

  /** Throws if the disk has failed: nothing that is written now could be promised. */
  requireUsable(): void {
    if (this.#broken) throw new BlockFailure('Broken', 'The disk under the volume has failed.');
  }

  /**
   * Resolves when everything done before the call survives a crash. Calls that come while a commit is under way share
   * the next one.
   */
  commit(): Promise<void> {
    this.#nextCommit ??= this.#committing.then(async () => {
      this.#nextCommit = undefined;
      this.requireUsable();
      const commit = this.#commitPending();
      this.#committing = commit.catch((error) => {
        this.#broken ||= !isPassing(error);
      });
      await commit;
    });
    return this.#nextCommit;
  }

  async #commitPending(): Promise<void> {
    const pending = this.#pending;
    this.#pending = new PendingChanges();
    if (this.#journal !== undefined) {
      await this.file.sync();
      if (!pending.isEmpty) {
        this.#writeOrKeep(this.#journal, pending);
        await this.#journal.sync();
      }
    }
    for (const extent of pending.released) this.extents.release(extent);
    if (this.#journal !== undefined && this.#pending.isEmpty) {
      const limit = 2 * this.#rewrittenBytes + REWRITE_AFTER_BYTES;
      if (this.#journal.bytes > limit) this.#rewrite(this.#journal);
    }
    if (pending.released.length > 0) this.#giveSpaceBack();
  }

  /** Where there is no room for the changes, they wait for the next commit. */
  #writeOrKeep(journal: JournalFile, pending: PendingChanges): void {
    try {
      journal.write(pending.frames());
    } catch (error) {
      pending.followedBy(this.#pending);
      this.#pending = pending;
      throw error;
    }
  }

  #giveSpaceBack(): void {
    const end = this.extents.end;
    this.extents.trim();
    if (this.extents.end < end) this.file.truncate(this.extents.end * this.clusterBytes);
  }

  #rewrite(journal: JournalFile): void {
    try {
      journal.replace(this.#everything());
    } catch (error) {
      if (!isPassing(error)) throw error;
      return; // It is only longer than it need be.
    }
    this.#rewrittenBytes = journal.bytes;
  }

  *#everything(): Iterable<Uint8Array> {
    yield encodeFrame('header', this.header);
    const everything = new PendingChanges();
    if (this.#keyCheck !== undefined) everything.changed({ change: 'key', check: this.#keyCheck });
    // Each as what it has other than the one before it, which is little of a snapshot.
    let [base, before]: [number | undefined, ClusterMap] = [undefined, new ClusterMap()];
    for (const { number, name, kind, sizeBytes, map } of this.#images.values()) {
      everything.changed({ change: 'create', image: number, name, kind, sizeBytes, base });
      map.visitChanges(before, (cluster, ...placed) => everything.placed(number, cluster, ...placed));
      [base, before] = [number, map];
    }
    yield* everything.frames();
  }

  close(): void {
    this.#journal?.close();
    this.file.close();
  }
}
