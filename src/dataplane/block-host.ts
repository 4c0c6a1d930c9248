/** The block store as the services reach it: volumes by their names, spread over worker threads. */
import { hex } from '../platform/identifiers.ts';
import type { Entropy } from '../platform/ports.ts';
import type { ImageSummary, NbdEndpoints } from './calls.ts';
import { buffersOf, withDataKeys } from './data-key.ts';
import { BlockFailure } from './failure.ts';
import type { ImageKind } from './volume/image.ts';
import type { ChangedBlock } from './volume/snapshot-blocks.ts';
import type { StoreWorker, WorkerPool } from './worker-pool.ts';

interface KnownImage extends ImageSummary {
  lineageId: string;
  worker: StoreWorker;
}

export interface DamagedLineage {
  readonly lineageId: string;
  readonly reason: string;
}

/** Names become file names: AWS's `vol-` and `snap-` ids, and nothing that could leave the directory. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;

/**
 * Volumes and snapshots as bytes: the implementation of the block host's port. Images that share blocks live in one
 * lineage, each lineage in one of several worker threads, which also serves its attached volumes; this class knows only
 * which is where. Throws BlockFailure.
 */
export class WorkerBlockHost {
  readonly #entropy: Entropy;
  readonly #pool: WorkerPool;
  readonly #images = new Map<string, KnownImage>();
  readonly #attachments = new Map<string, NbdEndpoints>();
  readonly #release: () => void;
  readonly #damaged: DamagedLineage[] = [];

  /** Use `createBlockHost` (create-block-host.ts). `release` cleans up after `close`. */
  constructor(entropy: Entropy, pool: WorkerPool, release: () => void) {
    this.#entropy = entropy;
    this.#pool = pool;
    this.#release = release;
  }

  /** Opens what is in the directory. What is damaged is left as it is, and everything else is served. */
  async load(lineageIds: readonly string[]): Promise<void> {
    const shares = new Map<StoreWorker, string[]>();
    for (const lineageId of lineageIds) {
      const worker = this.#pool.choose();
      // One image, until it is known how many there are.
      worker.images++;
      const share = shares.get(worker);
      if (share === undefined) shares.set(worker, [lineageId]);
      else share.push(lineageId);
    }
    await Promise.all([...shares].map(([worker, share]) => this.#open(worker, share)));
  }

  /** In one call: thousands of volumes are opened when a server starts. */
  async #open(worker: StoreWorker, lineageIds: readonly string[]): Promise<void> {
    for (const { lineageId, images, damage } of await worker.call('open', { lineageIds })) {
      if (damage !== undefined) this.#damaged.push({ lineageId, reason: damage });
      for (const image of images) this.#images.set(image.name, { ...image, lineageId, worker });
      worker.images += images.length - 1;
    }
  }

  /** Directories whose blocks or maps are damaged or cannot be read, by the names that they have on disk. */
  get damaged(): readonly DamagedLineage[] {
    return this.#damaged;
  }

  /** The names of the volumes and snapshots whose blocks are here. */
  images(): Iterable<string> {
    return this.#images.keys();
  }

  async createVolume(volume: {
    volumeId: string;
    sizeBytes: number;
    encrypted: boolean;
    snapshotId?: string;
  }): Promise<void> {
    const { volumeId, sizeBytes, encrypted, snapshotId } = volume;
    await this.#createImage({ name: volumeId, kind: 'volume', sizeBytes, encrypted }, snapshotId);
  }

  async resizeVolume(volumeId: string, sizeBytes: number): Promise<void> {
    const image = this.#image(volumeId, 'volume');
    const { worker, lineageId, name, sizeBytes: before } = image;
    // A worker does one thing after another: what it is asked for from now on finds the new size.
    image.sizeBytes = sizeBytes;
    await worker.call('resize', { lineageId, name, sizeBytes }).catch((error) => {
      image.sizeBytes = before;
      throw error;
    });
  }

  async deleteVolume(volumeId: string): Promise<void> {
    await this.#remove(this.#image(volumeId, 'volume'));
  }

  async attach(volumeId: string, dataKey?: Uint8Array): Promise<NbdEndpoints> {
    return withDataKeys([dataKey], async (key) => {
      const { worker, lineageId, name } = this.#image(volumeId, 'volume');
      const endpoints = await worker.call('attach', { lineageId, name, key }, buffersOf(key));
      this.#attachments.set(volumeId, endpoints);
      return endpoints;
    });
  }

  async detach(volumeId: string): Promise<void> {
    const { worker, name } = this.#image(volumeId, 'volume');
    try {
      await worker.call('detach', { name });
    } finally {
      this.#attachments.delete(volumeId);
    }
  }

  async isAttached(volumeId: string): Promise<boolean> {
    return this.#attachments.has(volumeId);
  }

  async attachments(): Promise<({ volumeId: string } & NbdEndpoints)[]> {
    return [...this.#attachments].map(([volumeId, endpoints]) => ({ volumeId, ...endpoints }));
  }

  async createSnapshot({ snapshotId, volumeId }: { snapshotId: string; volumeId: string }): Promise<number> {
    const { sizeBytes, encrypted } = this.#image(volumeId, 'volume');
    await this.#createImage({ name: snapshotId, kind: 'snapshot', sizeBytes, encrypted }, volumeId);
    return sizeBytes;
  }

  async startSnapshot(snapshot: {
    snapshotId: string;
    sizeBytes: number;
    encrypted: boolean;
    parentSnapshotId?: string;
  }): Promise<void> {
    const { snapshotId, sizeBytes, encrypted, parentSnapshotId } = snapshot;
    await this.#createImage({ name: snapshotId, kind: 'snapshot', sizeBytes, encrypted }, parentSnapshotId);
  }

  async copySnapshot(copy: {
    sourceSnapshotId: string;
    snapshotId: string;
    sourceKey?: Uint8Array;
    targetKey?: Uint8Array;
    progress?: (percent: number) => void;
  }): Promise<void> {
    await withDataKeys([copy.sourceKey, copy.targetKey], async (sourceKey, targetKey) => {
      const source = this.#image(copy.sourceSnapshotId, 'snapshot');
      const { worker, lineageId, name, sizeBytes } = source;
      const target = { lineageId: hex(this.#entropy, 16), name: this.#newName(copy.snapshotId) };
      const encrypted = targetKey !== undefined;
      // The plaintext in between stays in the source's thread.
      await this.#reserve(
        { ...target, worker, kind: 'snapshot', sizeBytes, encrypted },
        worker.call(
          'copy',
          { lineageId, name, target, sourceKey, targetKey },
          buffersOf(sourceKey, targetKey),
          copy.progress,
        ),
      );
    });
  }

  async deleteSnapshot(snapshotId: string): Promise<void> {
    await this.#remove(this.#image(snapshotId, 'snapshot'));
  }

  async listBlocks(snapshotId: string, afterIndex: number, limit: number): Promise<number[]> {
    const { worker, lineageId, name } = this.#image(snapshotId, 'snapshot');
    return worker.call('listBlocks', { lineageId, name, start: afterIndex + 1, limit });
  }

  async changedBlocks(
    firstSnapshotId: string | undefined,
    secondSnapshotId: string,
    afterIndex: number,
    limit: number,
  ): Promise<ChangedBlock[]> {
    const { worker, lineageId, name } = this.#image(secondSnapshotId, 'snapshot');
    const first = firstSnapshotId === undefined ? undefined : this.#image(firstSnapshotId, 'snapshot');
    if (first !== undefined && first.lineageId !== lineageId) {
      throw new BlockFailure('Unrelated', `${first.name} and ${name} have no blocks in common.`);
    }
    return worker.call('changedBlocks', {
      lineageId,
      name,
      first: first?.name,
      start: afterIndex + 1,
      limit,
    });
  }

  async readBlock(snapshotId: string, index: number, dataKey?: Uint8Array): Promise<Uint8Array> {
    return withDataKeys([dataKey], async (key) => {
      const { worker, lineageId, name } = this.#image(snapshotId, 'snapshot');
      return worker.call('readBlock', { lineageId, name, index, key }, buffersOf(key));
    });
  }

  async writeBlock(snapshotId: string, index: number, data: Uint8Array, dataKey?: Uint8Array): Promise<void> {
    await withDataKeys([dataKey], async (key) => {
      const { worker, lineageId, name } = this.#image(snapshotId, 'snapshot');
      await worker.call('writeBlock', { lineageId, name, index, data, key }, buffersOf(key));
    });
  }

  /** Detaches everything, which wipes the data keys. */
  async close(): Promise<void> {
    try {
      await this.#pool.close();
    } finally {
      this.#release();
    }
  }

  async #createImage(summary: ImageSummary, baseName: string | undefined): Promise<void> {
    const { kind, sizeBytes, encrypted } = summary;
    const name = this.#newName(summary.name);
    const image = { name, kind, sizeBytes };
    if (baseName === undefined) {
      const worker = this.#pool.choose();
      const lineageId = hex(this.#entropy, 16);
      await this.#reserve(
        { ...summary, lineageId, worker },
        worker.call('create', { lineageId, image, encrypted }),
      );
      return;
    }
    const base = this.#image(baseName);
    if (base.encrypted !== encrypted) {
      throw new BlockFailure(
        'InvalidRequest',
        `${name} cannot share the blocks of ${baseName}: encryption differs.`,
      );
    }
    const { worker, lineageId } = base;
    await this.#reserve(
      { ...summary, lineageId, worker },
      worker.call('derive', { lineageId, name: baseName, image }),
    );
  }

  /** Holds the name while `creation` is under way, and gives it back if that fails. */
  async #reserve(image: KnownImage, creation: Promise<void>): Promise<void> {
    this.#images.set(image.name, image);
    image.worker.images++;
    try {
      await creation;
    } catch (error) {
      this.#forget(image);
      throw error;
    }
  }

  async #remove(image: KnownImage): Promise<void> {
    const { worker, lineageId, name } = image;
    await worker.call('remove', { lineageId, name });
    this.#forget(image);
  }

  #forget(image: KnownImage): void {
    this.#images.delete(image.name);
    image.worker.images--;
  }

  #newName(name: string): string {
    if (!NAME.test(name)) throw new BlockFailure('InvalidRequest', 'The name of the image is not one.');
    if (this.#images.has(name)) throw new BlockFailure('Exists', `There is a ${name} already.`);
    return name;
  }

  #image(name: string, kind?: ImageKind): KnownImage {
    const image = this.#images.get(name);
    if (image === undefined || (kind !== undefined && image.kind !== kind)) {
      throw new BlockFailure('NotFound', `There is no ${kind ?? 'image'} ${name}.`);
    }
    return image;
  }
}
