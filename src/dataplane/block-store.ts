/** Volumes and snapshots as files and NBD exports: what one worker keeps and serves. */
import { join } from 'node:path';
import type { Disk } from '../platform/disk.ts';
import type { Turns } from '../platform/ports.ts';
import type { Sockets } from '../platform/sockets.ts';
import type { ImageAddress, ImageSummary, NbdEndpoints, OpenedLineage } from './calls.ts';
import type { BlockDevice } from './device/device.ts';
import { EncryptedDevice } from './device/encrypted.ts';
import { ImageDevice } from './device/image-device.ts';
import { UnalignedDevice } from './device/unaligned.ts';
import { BlockFailure } from './failure.ts';
import type { BusyPolling } from './nbd/busy-polling.ts';
import { NbdServer, type NbdTcpOptions } from './nbd/nbd-socket.ts';
import type { NewImage } from './volume/image.ts';
import type { Lineage } from './volume/lineage.ts';
import { LineageDirectory } from './volume/lineage-directory.ts';
import {
  type ChangedBlock,
  changedBlocks,
  copyBlocks,
  listBlocks,
  readBlock,
  writeBlock,
} from './volume/snapshot-blocks.ts';
import { XtsCipher, XtsWorkspace } from './xts/xts.ts';

/** What can be handed to a thread. */
export interface BlockStoreOptions {
  /** Undefined: nothing is kept. */
  directory: string | undefined;
  socketDirectory: string;
  /** The unit of encryption in new lineages: 4096 or 512. */
  unitBytes: number;
  tcp?: NbdTcpOptions;
  /** Files of volumes that are kept open at one time. */
  maxOpenFiles?: number;
}

/** What a block store stands on. */
export interface BlockStorePlatform {
  readonly disk: Disk;
  readonly sockets: Sockets;
  readonly turns: Turns;
  readonly polling: BusyPolling;
}

interface Attachment {
  server: NbdServer;
  device: BlockDevice;
  cipher: XtsCipher | undefined;
}

/** What a block store can be asked for. */
export type StoreMethod = Exclude<keyof BlockStore, 'call'>;

/** What is secret in the inputs of its methods. */
interface DataKeys {
  readonly key?: Uint8Array;
  readonly sourceKey?: Uint8Array;
  readonly targetKey?: Uint8Array;
}

/**
 * The lineages of one worker, and the volumes of theirs that are attached. Every data key that is handed in is cleared
 * before the call is over; an attached volume keeps the ciphers that were made of it, until `detach`.
 */
export class BlockStore {
  readonly #options: BlockStoreOptions;
  readonly #platform: BlockStorePlatform;
  readonly #directory: LineageDirectory;
  readonly #lineages = new Map<string, Lineage>();
  readonly #attachments = new Map<string, Attachment>();
  readonly #workspaces = new Map<number, XtsWorkspace>();

  constructor(options: BlockStoreOptions, platform: BlockStorePlatform) {
    this.#options = options;
    this.#platform = platform;
    this.#directory = new LineageDirectory(platform.disk, options.directory);
  }

  /** Any of the methods below. The data keys in `input` are cleared, whatever comes of it. */
  async call(method: StoreMethod, input: unknown, progress: (percent: number) => void): Promise<unknown> {
    const work = this[method] as (input: unknown, progress: (percent: number) => void) => unknown;
    try {
      return await work.call(this, input, progress);
    } finally {
      const { key, sourceKey, targetKey } = (input ?? {}) as DataKeys;
      for (const each of [key, sourceKey, targetKey]) each?.fill(0);
    }
  }

  /** Opens lineages from disk. */
  open({ lineageIds }: { lineageIds: readonly string[] }): OpenedLineage[] {
    return lineageIds.map((lineageId) => {
      try {
        return { lineageId, images: this.#open(lineageId) };
      } catch (error) {
        return { lineageId, images: [], damage: (error as Error).message };
      }
    });
  }

  #open(lineageId: string): ImageSummary[] {
    const lineage = this.#directory.open(lineageId);
    if (lineage === undefined) return [];
    this.#lineages.set(lineageId, lineage);
    const { encrypted } = lineage.header;
    return lineage.images.map(({ name, kind, sizeBytes }) => ({ name, kind, sizeBytes, encrypted }));
  }

  /** Begins a lineage with an empty image. */
  create({ lineageId, image, encrypted }: { lineageId: string; image: NewImage; encrypted: boolean }): void {
    const lineage = this.#directory.create(lineageId, this.#options.unitBytes, encrypted, image);
    this.#lineages.set(lineageId, lineage);
  }

  /** Makes an image that shares the blocks of `name`, as they are now. */
  async derive({ lineageId, name, image }: ImageAddress & { image: NewImage }): Promise<void> {
    const lineage = this.#lineage(lineageId);
    const base = lineage.image(name);
    if (image.sizeBytes < base.sizeBytes) {
      throw new BlockFailure('InvalidRequest', `${image.name} is smaller than ${name}.`);
    }
    const made = lineage.createImage(image, base);
    await lineage.commit().catch((error) => {
      lineage.deleteImage(made);
      throw error;
    });
  }

  async resize({ lineageId, name, sizeBytes }: ImageAddress & { sizeBytes: number }): Promise<void> {
    const lineage = this.#lineage(lineageId);
    lineage.resizeImage(lineage.image(name), sizeBytes);
    await lineage.commit();
  }

  /** Frees the blocks that nobody else shares; with the last image the lineage goes. May be asked for again if it failed. */
  async remove({ lineageId, name }: ImageAddress): Promise<void> {
    const lineage = this.#lineage(lineageId);
    if (this.#attachments.has(name)) throw new BlockFailure('InUse', `${name} is attached.`);
    const { images } = lineage;
    for (const image of images) if (image.name === name && images.length > 1) lineage.deleteImage(image);
    if (lineage.images.some((image) => image.name !== name)) return lineage.commit();
    this.#directory.remove(lineageId);
    this.#lineages.delete(lineageId);
    lineage.close();
  }

  async attach({ lineageId, name, key }: ImageAddress & { key?: Uint8Array }): Promise<NbdEndpoints> {
    if (this.#attachments.has(name)) throw new BlockFailure('InUse', `${name} is attached.`);
    const { device, cipher } = this.#device({ lineageId, name }, key);
    const server = new NbdServer(device, name, this.#platform);
    this.#attachments.set(name, { server, device, cipher });
    try {
      // What the key is checked against must be there before anything is written under it.
      await device.flush();
      const nbdUri = await server.listenUnix(join(this.#options.socketDirectory, `${name}.sock`));
      const { tcp } = this.#options;
      return tcp === undefined ? { nbdUri } : { nbdUri, nbdsUri: await server.listenTcp(tcp) };
    } catch (error) {
      await this.detach({ name });
      throw error;
    }
  }

  async detach({ name }: { name: string }): Promise<void> {
    const attachment = this.#attachments.get(name);
    if (attachment === undefined) throw new BlockFailure('NotFound', `${name} is not attached.`);
    const { server, device, cipher } = attachment;
    try {
      await server.close();
      await device.flush();
    } finally {
      cipher?.wipe();
      this.#attachments.delete(name);
    }
  }

  listBlocks({ lineageId, name, start, limit }: ImageAddress & { start: number; limit: number }): number[] {
    const lineage = this.#lineage(lineageId);
    return listBlocks(lineage, lineage.image(name), start, limit);
  }

  changedBlocks({
    lineageId,
    first,
    name,
    start,
    limit,
  }: ImageAddress & { first?: string; start: number; limit: number }): ChangedBlock[] {
    const lineage = this.#lineage(lineageId);
    const firstImage = first === undefined ? undefined : lineage.image(first);
    return changedBlocks(lineage, firstImage, lineage.image(name), start, limit);
  }

  readBlock({ key, index, ...address }: ImageAddress & { index: number; key?: Uint8Array }): Uint8Array {
    const { device, cipher } = this.#device(address, key);
    try {
      return readBlock(device, index);
    } finally {
      cipher?.wipe();
    }
  }

  async writeBlock({
    key,
    index,
    data,
    ...address
  }: ImageAddress & { index: number; data: Uint8Array; key?: Uint8Array }): Promise<void> {
    const { device, cipher } = this.#device(address, key);
    try {
      writeBlock(device, index, data);
    } finally {
      cipher?.wipe();
    }
    await device.flush();
  }

  /** A full copy in a lineage of its own, which is there only when the copy is whole. */
  async copy(
    {
      sourceKey,
      targetKey,
      target,
      ...source
    }: ImageAddress & { target: ImageAddress; sourceKey?: Uint8Array; targetKey?: Uint8Array },
    progress: (percent: number) => void,
  ): Promise<void> {
    const from = this.#device(source, sourceKey);
    try {
      const { sizeBytes } = from.device;
      const image: NewImage = { name: target.name, kind: 'snapshot', sizeBytes };
      const { unitBytes } = this.#options;
      const isEncrypted = targetKey !== undefined;
      const lineage = this.#directory.create(target.lineageId, unitBytes, isEncrypted, image, true);
      await this.#fill(target, lineage, async () => {
        const to = this.#device(target, targetKey);
        try {
          const indexes = listBlocks(from.lineage, from.image, 0, Number.POSITIVE_INFINITY);
          await copyBlocks(from.device, to.device, indexes, this.#platform.turns, progress);
        } finally {
          to.cipher?.wipe();
        }
      });
    } finally {
      from.cipher?.wipe();
    }
  }

  /** A new lineage, which is there for good once `work` is done, and gone if that fails. */
  async #fill({ lineageId }: ImageAddress, lineage: Lineage, work: () => Promise<void>): Promise<void> {
    this.#lineages.set(lineageId, lineage);
    try {
      await work();
      await lineage.commit();
      this.#directory.finish(lineageId);
    } catch (error) {
      this.#lineages.delete(lineageId);
      lineage.close();
      this.#directory.abandon(lineageId);
      throw error;
    }
  }

  /** Detaches everything, flushes, and closes the files; throws where any of them could not be flushed. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#attachments.keys()].map((name) => this.detach({ name })));
    const lineages = [...this.#lineages.values()];
    this.#lineages.clear();
    const closed = lineages.map((lineage) => lineage.commit().finally(() => lineage.close()));
    await Promise.allSettled(closed);
    await Promise.all(closed);
  }

  #lineage(lineageId: string): Lineage {
    const lineage = this.#lineages.get(lineageId);
    if (lineage === undefined) throw new BlockFailure('NotFound', 'The blocks are gone.');
    return lineage;
  }

  #device({ lineageId, name }: ImageAddress, key: Uint8Array | undefined) {
    const lineage = this.#lineage(lineageId);
    const image = lineage.image(name);
    lineage.checkKey(key);
    const workspace = this.#workspace(lineage.header.unitBytes);
    const cipher = key === undefined ? undefined : new XtsCipher(key, workspace);
    const units = new ImageDevice(lineage, image);
    const plaintext = cipher === undefined ? units : new EncryptedDevice(units, cipher, workspace);
    const device: BlockDevice = new UnalignedDevice(plaintext);
    return { lineage, image, device, cipher };
  }

  #workspace(unitBytes: number): XtsWorkspace {
    const workspace = this.#workspaces.get(unitBytes) ?? new XtsWorkspace(unitBytes);
    this.#workspaces.set(unitBytes, workspace);
    return workspace;
  }
}
